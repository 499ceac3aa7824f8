"""What was said in confidence reaches nobody else: every page, route and file, as every role.

The doors' own table says which there are, so that a new one is walked without being named here.
"""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import text

from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType
from tests.doors.knocking import Caller, House
from tests.doors.place import Place, tenant_models
from tests.doors.rows import INSIDE
from tests.doors.table import Kind

READS = [row for row in INSIDE if row.is_read]
OF_NEEDS = [row for row in INSIDE if row.endpoint.startswith(("needs", "api_needs"))]
ABOUT_A_NEED = ("need", "other_need", "analysed", "qualified", "covered", "parked", "evidenced")
INSTITUTION, AUTHOR = Confidentiality.INSTITUTION, Confidentiality.AUTHOR
SAID = {
    # text: (who wrote it, who else may read it)
    "hemmelig-konsulent-hus": ("consultant", INSTITUTION, {"leader_n1"}),
    "hemmelig-konsulent-selv": ("consultant", AUTHOR, set()),
    "hemmelig-leder-selv": ("leader_n1", AUTHOR, set()),
    "hemmelig-leder-hus": ("leader_n1", INSTITUTION, set()),
    "hemmelig-paedagog-hus": ("ped_n1", INSTITUTION, {"leader_n1"}),
    "hemmelig-paedagog-selv": ("ped_n1", AUTHOR, set()),
    "hemmelig-kollega-hus": ("colleague_n1", INSTITUTION, {"leader_n1"}),
}
WITHDRAWN = "hemmelig-hvorfor"
EVERYWHERE = ("admin", "auditor", "area_north", "colleague_n1", "support")
"""One of each role that must not read them walks the whole house; the others what shows needs."""
AT_NEEDS = (
    "consultant",
    "leader_n1",
    "leader_n2",
    "ped_n1",
    "leader_s1",
    "ped_s1",
    "admin_south",
    "bare",
)


@pytest.fixture(scope="module")
def place(db) -> Place:
    """A municipality whose every need has something confidential behind it."""
    made = Place(db, "T6")
    for key in ABOUT_A_NEED:
        need_id = made.the(key)
        if key != "covered":
            _speak(made, need_id)
    merged, into = made.the("other_need"), made.the("need")
    with made.as_user("leader_n1") as ctx:
        needs.merge(ctx, merged, into_id=into)
    return made


def _speak(place: Place, need_id) -> None:
    for said, (author, level, _others) in SAID.items():
        with place.as_user(author) as ctx:
            made = needs.add_evidence(
                ctx,
                need_id,
                source=SourceType.SUPERVISION,
                role=ActorRole.CONSULTANT,
                text=said,
                confidentiality=level,
            )
        if said == "hemmelig-leder-selv":
            with place.as_user(author) as ctx:
                needs.withdraw_evidence(ctx, made, why=WITHDRAWN)


@pytest.fixture(scope="module")
def walk(app, place) -> House:
    return House(app, {"T6": place})


def may_read(user: str) -> set[str]:
    own = {said for said, (author, _level, _o) in SAID.items() if author == user}
    others = {said for said, (_author, _level, readers) in SAID.items() if user in readers}
    return own | others | ({WITHDRAWN} if user == "leader_n1" else set())


def caller_of(place: Place, user: str) -> Caller:
    if user == "support":
        return Caller(place, "support", support=place.support_token("Fejl i behov, sag 1234"))
    return Caller(place, user)


def told(house: House, place: Place, caller: Caller, row) -> str:
    """All that comes back, whatever the answer is."""
    thing = place.the(row.thing) if row.thing else None
    query = {"page_size": "200"} if row.endpoint.endswith((".index_view", "list_needs")) else None
    answer = house.knock(row, caller, thing, of=place, body=row.body_for(place, thing), query=query)
    return answer.get_data(as_text=True) + str(answer.headers)


def leaks(text_: str, user: str) -> set[str]:
    return {said for said in (*SAID, WITHDRAWN) if said in text_} - may_read(user)


@pytest.mark.parametrize("user", EVERYWHERE)
def test_no_page_route_or_file_of_the_house_tells(user, walk, place):
    caller = caller_of(place, user)
    rows = [row for row in READS if user != "support" or row.kind is Kind.PANEL]
    found = {row.name: leaks(told(walk, place, caller, row), user) for row in rows}
    assert len(found) > 100
    assert not {name: said for name, said in found.items() if said}


@pytest.mark.parametrize("user", AT_NEEDS)
def test_nothing_that_shows_needs_tells(user, walk, place):
    caller = caller_of(place, user)
    rows = [row for row in OF_NEEDS if row.is_read]
    found = {row.name: leaks(told(walk, place, caller, row), user) for row in rows}
    assert not {name: said for name, said in found.items() if said}


def test_the_walk_would_have_seen_it(walk, place):
    """The control: those whom it is for read every word of it, on the page and over the API."""
    for name in ("GET needs.details_view", "GET api_needs.list_evidence"):
        [row] = [each for each in READS if each.name == name]
        for user in ("leader_n1", "consultant", "ped_n1"):
            text_ = told(walk, place, Caller(place, user), row)
            assert {said for said in (*SAID, WITHDRAWN) if said in text_} == may_read(user), user


@pytest.mark.parametrize("user", ["admin", "leader_n1"])
def test_the_workbook_of_the_list_holds_no_finding_at_all(user, walk, place):
    client = walk.client(Caller(place, user))
    answer = client.get("/admin/needs/export/xlsx/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    cells = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "T6-needs-title" in cells
    assert "hemmelig" not in cells


@pytest.mark.parametrize("user", ["admin", "consultant", "area_north", "leader_n1", "colleague_n1"])
def test_no_answer_to_a_verb_tells(user, walk, place):
    """Refusals too, whose page holds the form once more."""
    caller = caller_of(place, user)
    for row in OF_NEEDS:
        if not row.is_read:
            assert not leaks(told(walk, place, caller, row), user), row.name


def test_no_other_table_keeps_a_copy(place):
    """Neither the trail, nor jobs, reports, searches or kept answers of others."""
    with place.as_system() as ctx:
        for model in tenant_models():
            name = model.__tablename__
            rows = ctx.session.scalars(
                text(f"SELECT row_to_json(t)::text FROM {name} t WHERE t::text LIKE '%hemmelig%'")
            ).all()
            assert not rows or name == "evidence", f"{name} keeps {rows[0][:200]}"
