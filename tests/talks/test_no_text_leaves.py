"""No text of a talk or a plan, and no confidential finding, reaches anyone outside.

Every text is a word found nowhere else. The doors' own table says which pages, routes and files
there are, so that a new one is walked without being named here.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, true

from jobs import everything  # noqa: F401 - so that each job is known by its name
from jobs.registry import JOBS
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType
from tenant_app.talks import service as talks
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole
from tests.doors.knocking import Caller, House
from tests.doors.place import Place, free_texts, tenant_models
from tests.doors.rows import INSIDE, VENDOR
from tests.doors.table import Kind
from tests.doors.things_people import STAFF

OWN_TABLES = {
    *("talk_rounds", "development_talks", "talk_members", "talk_preparations"),
    *("development_plans", "development_items"),
}
CANARY = "kanariefugl"
READS = [row for row in INSIDE if row.is_read]
SHARP = (
    *("talk", "development", "own-", "admin.", "needs", "api_needs", "search", "trail", "chain"),
    *("thread", "goal", "api_talks", "api_audit", "surveys", "imports", "jobs", "employees"),
)
"""Where a talk, a plan or a finding could be told of: every role walks these."""
CORE = ("talk", "development", "own-", "api_talks", "needs.details", "api_needs", "trail.index")
"""The pages of talks and findings themselves."""
AT_ALL = ("admin", "colleague_n1")
"""From above and from beside: these walk the whole house."""
OTHERS = (
    *("auditor", "consultant", "area_north", "leader_n2"),
    *("ped_n2", "bare", "deputy_n1", "support"),
)
"""One of each kind."""
ALIKE = ("leader_s1", "admin_south")
"""The same in another place: what is theirs elsewhere leads no further here."""
PASSWORD = "en lang adgangskode"


@pytest.fixture(scope="module")
def place(db) -> Place:
    """A municipality in whose every talk, plan and confidential finding the canary sings."""
    made = Place(db, "T5")
    for where in ("n1", "s1"):
        for key in ("half_signed_talk", "talk", "declined_talk", "cancelled_talk", "learning"):
            made.the(key, where)
    _lend(made)
    _speak(made)
    with made.as_system() as ctx:
        for model in tenant_models():
            if model.__tablename__ in OWN_TABLES:
                for column in free_texts(model):
                    ctx.session.execute(
                        text(
                            f"UPDATE {model.__tablename__} SET {column} = "
                            f"'{CANARY}-{model.__tablename__}-{column}' WHERE {column} <> ''"
                        )
                    )
    _run_jobs(made)
    return made


def _lend(place: Place) -> None:
    """A colleague leads the house as the leader's deputy, and holds none of its talks."""
    with place.as_system() as ctx:
        place._user(ctx, "deputy_n1", Role.EMPLOYEE, "n1", employee="ped_n1_2")
    with place.as_user("leader_n1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=place.users["deputy_n1"],
            from_date=ctx.today,
            to_date=ctx.today + timedelta(days=20),
            reason="Ferie",
        )


def _speak(place: Place) -> None:
    """Findings for their writer alone, one of them by the button of a talk."""
    need_id, talk_id = place.the("need"), place.the("half_signed_talk")
    with place.as_user("ped_n1") as ctx:
        talks.add_evidence(
            ctx,
            talk_id,
            need_id=need_id,
            text=f"{CANARY}-evidence-talk",
            confidentiality=Confidentiality.AUTHOR,
        )
    for behind in (need_id, place.the("evidenced")):
        with place.as_user("leader_n1") as ctx:
            needs.add_evidence(
                ctx,
                behind,
                source=SourceType.SUPERVISION,
                role=ActorRole.CONSULTANT,
                text=f"{CANARY}-evidence-own",
                confidentiality=Confidentiality.AUTHOR,
            )


def _run_jobs(place: Place) -> None:
    """Reports and nightly jobs have run after all was said."""
    place.report()
    for name in ("jobs.reports.nightly", "jobs.tenancy.measure", "jobs.clearing.clear"):
        with place.as_system() as ctx:
            JOBS[name].run(ctx)


@pytest.fixture(scope="module")
def walk(app, place) -> House:
    return House(app, {"T5": place})


def caller_of(place: Place, user: str) -> Caller:
    if user == "support":
        return Caller(place, "support", support=place.support_token("Fejl i samtaler, sag 4321"))
    return Caller(place, user)


def told(house: House, place: Place, caller: Caller, row) -> str:
    """All that comes back, whatever the answer is; a workbook unpacked."""
    thing = place.the(row.thing) if row.thing else None
    query = {"page_size": "200"} if row.endpoint.endswith((".index_view", "list_talks")) else None
    if row.path.get("export_type") == "xlsx":  # no text that the house itself could look through
        path, args = house.url(row, place, thing)
        answer = house.client(caller).get(path, query_string=args)
    else:
        answer = house.knock(row, caller, thing, of=place, query=query)
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return answer.get_data().decode(errors="replace") + str(answer.headers)


def workbook(row):
    """The same file as the other kind."""
    return replace(row, path={**row.path, "export_type": "xlsx"})


def walked(user: str) -> list:
    rows = [row for row in READS if user != "support" or row.kind is Kind.PANEL]
    if user != "admin":
        known = CORE if user in ALIKE else SHARP
        known = ("",) if user in AT_ALL else known
        return [row for row in rows if row.endpoint.startswith(known) and not is_form(row)]
    books = [workbook(row) for row in rows if row.path.get("export_type")]
    return [*rows, *(row for row in books if row.endpoint.startswith(SHARP))]


def is_form(row) -> bool:
    """A form of another room: those who see the whole house open it."""
    return ".verb_" in row.endpoint and not row.endpoint.startswith((*CORE, "needs."))


def singing(house: House, place: Place, user: str, rows) -> dict[str, str]:
    """The pages on which the user hears the canary, with what it sings."""
    caller = caller_of(place, user)
    found = {}
    for row in rows:
        answer = told(house, place, caller, row)
        if CANARY in answer:
            found[row.name] = answer[answer.index(CANARY) :][:60]
    return found


@pytest.mark.parametrize("user", [*AT_ALL, *OTHERS, *ALIKE])
def test_no_page_route_or_file_tells_anybody_outside(user, walk, place):
    rows = walked(user)
    assert len(rows) > (20 if user in ALIKE else 50)
    assert singing(walk, place, user, rows) == {}


@pytest.mark.parametrize("role", list(VendorRole))
def test_no_page_of_the_vendor_tells(role, db, walk, place):
    email = f"{role.value}.{place.slug}@vendor.dk"
    with db.vendor_unit_of_work(STAFF) as ctx:
        tenancy.create_staff(ctx, email=email, name="Vendor", role=role, password=PASSWORD)
    with db.vendor_unit_of_work(tenancy.NOBODY) as ctx:
        token = tenancy.sign_in_staff(ctx, email=email, password=PASSWORD)
    client = walk.client(Caller(None, role.value, vendor=token))
    asked = 0
    for row in VENDOR:
        if row.is_read:
            rule = walk.rules[row.endpoint]
            values = {name: str(place.tenant_id) for name in rule.arguments}
            path = rule.rule
            for name, value in values.items():
                path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
            answer = client.get(path, query_string={"id": str(place.tenant_id)})
            assert CANARY not in answer.get_data(as_text=True), row.name
            asked += answer.status_code == 200
    assert asked > 3


def test_a_support_session_reads_the_pages_it_opens(walk, place):
    """The walk of the support session is no row of refusals."""
    client = walk.client(caller_of(place, "support"))
    assert client.get("/admin/talk-status/").status_code == 200
    assert client.get("/admin/talks/").status_code == 403


def test_the_parties_read_every_word(walk, place):
    """The control: what the others do not hear is there to be heard."""
    rows = [row for row in READS if row.endpoint.startswith(("talk", "development", "api_talks"))]
    caller = caller_of(place, "ped_n1")
    heard = "".join(told(walk, place, caller, row) for row in rows)
    for key in ("declined_talk", "cancelled_talk", "half_signed_talk"):
        address = f"/admin/talks/details/?id={place.the(key)}"
        heard += walk.client(caller).get(address).get_data(as_text=True)
    for model in tenant_models():
        if model.__tablename__ in OWN_TABLES:
            for column in free_texts(model):
                assert f"{CANARY}-{model.__tablename__}-{column}" in heard, column
    caller = caller_of(place, "leader_n1")
    heard = "".join(told(walk, place, caller, row) for row in rows)
    assert f"{CANARY}-talk_preparations-good" in heard
    assert f"{CANARY}-development_plans-notes" in heard
    for user, said in (("leader_n1", "own"), ("ped_n1", "talk")):
        address = f"/admin/needs/details/?id={place.the('need')}"
        page = walk.client(caller_of(place, user)).get(address).get_data(as_text=True)
        assert f"{CANARY}-evidence-{said}" in page


def test_a_view_that_leaks_would_be_caught(walk, place, monkeypatch):
    """The control of the walk: with its one question away, the deputy hears the talk."""
    rows = [row for row in READS if row.endpoint in ("talks.details_view", "api_talks.show_talk")]
    assert singing(walk, place, "deputy_n1", rows) == {}
    room = importlib.import_module("tenant_app.talks.queries.talks")
    monkeypatch.setattr(room, "is_party", lambda ctx: true())
    assert set(singing(walk, place, "deputy_n1", rows)) == {row.name for row in rows}


def test_no_other_table_keeps_a_copy(place):
    """Neither the trail, nor jobs, reports, searches or kept answers."""
    with place.as_system() as ctx:
        for model in tenant_models():
            name = model.__tablename__
            rows = ctx.session.scalars(
                text(f"SELECT row_to_json(t)::text FROM {name} t WHERE t::text LIKE '%{CANARY}%'")
            ).all()
            assert not rows or name in {*OWN_TABLES, "evidence"}, f"{name}: {rows[0][:200]}"
