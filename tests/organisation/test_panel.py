"""Units and employees in the municipality's panel."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Unit
from tests.organisation.conftest import everything
from tests.statements import statements

TOMORROW = (date.today() + timedelta(days=1)).strftime("%d-%m-%Y")


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def town(make_town):
    """Its clock is today's, since pages ask the real one."""
    return make_town(now=clock.now())


class Browser:
    """A browser in which one of the town's users is signed in."""

    def __init__(self, site, town, name):
        self.client = site.test_client()
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[name]))
        with self.client.session_transaction() as kept:
            kept["tenant"], kept["token"] = town.tenant_id, token

    def get(self, path):
        return self.client.get(path)

    def do(self, path, **data):
        found = self.get(path)
        assert found.status_code == 200, found.text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', found.text)
        return self.client.post(path, data={"csrf_token": token[1], **data})


@pytest.fixture
def admin(site, town):
    return Browser(site, town, "admin")


def rows(page):
    """The part of a list that holds rows: filters name units too."""
    return page[page.index("</thead>") :].partition("</table>")[0]


def names(town, *units):
    return [f"{name} {town.slug}" for name in units]


def test_the_list_is_a_tree_with_area_and_institution(admin, town):
    page = rows(admin.get("/admin/units/").text)
    places = [page.index(name) for name in names(town, "root", "north", "n1", "n2", "south", "s1")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("flt0_kind=area", ("north", "south"), ("n1",)),
        ("search=n1", ("n1",), ("n2",)),
    ],
)
def test_units_are_searched_and_filtered(admin, town, query, shown, hidden):
    table = rows(admin.get(f"/admin/units/?{query}").text)
    for name in shown:
        assert f"{name} {town.slug}" in table
    for name in hidden:
        assert f"{name} {town.slug}" not in table


def test_units_are_filtered_by_area(admin, town):
    page = admin.get(f"/admin/units/?flt0_below={town.units['north']}").text
    table = rows(page)
    assert f"n1 {town.slug}" in table
    assert f"s1 {town.slug}" not in table


def test_a_unit_is_founded_moved_merged_and_closed(admin, town):
    made = admin.do(
        "/admin/units/found/",
        number="N9",
        name="Solsikken",
        kind="institution",
        parent_id=town.units["north"],
        from_date="01-01-2024",
    )
    assert made.status_code == 302
    with town.as_system() as ctx:
        new = ctx.session.scalar(select(Unit.id).where(Unit.number == "N9"))
    moved = admin.do(f"/admin/units/move/?id={new}", parent_id=town.units["south"], on=TOMORROW)
    assert moved.status_code == 302
    details = admin.get(f"/admin/units/details/?id={new}").text
    assert f"north {town.slug}" in details
    assert f"south {town.slug}" in details
    merged = admin.do(
        f"/admin/units/merge/?id={town.units['n1']}", into_id=town.units["n2"], on=TOMORROW
    )
    assert merged.status_code == 302
    flagged = admin.do(f"/admin/units/describe/?id={new}", name="Solsikken", weak_economy="y")
    assert flagged.status_code == 302
    closed = admin.do(f"/admin/units/close/?id={new}", on="01-01-2100")
    assert closed.status_code == 302
    with town.as_system() as ctx:
        assert ctx.session.get_one(Unit, new).weak_economy


def test_a_refusal_stands_at_its_field_and_nothing_changed(admin, town):
    before = everything(town)
    unit = town.units["n1"]
    for answer in (
        admin.do(f"/admin/units/move/?id={unit}", parent_id=town.units["north"], on=TOMORROW),
        admin.do(f"/admin/units/move/?id={unit}", parent_id=town.units["south"], on="01-01-2019"),
        admin.do(f"/admin/units/move/?id={unit}", parent_id=town.units["n2"], on=TOMORROW),
        admin.do(f"/admin/units/move/?id={unit}", parent_id=town.units["south"], on="i morgen"),
        admin.do(f"/admin/units/close/?id={unit}", on=TOMORROW),
    ):
        assert answer.status_code in (409, 422)
        assert "alert-danger" in answer.text
    assert everything(town) == before


def test_people_are_hired_changed_ended_and_hired_again(admin, town):
    hired = admin.do(
        "/admin/employees/hire/",
        number="4711",
        name="Åse Ørsted",
        email="aase@by.dk",
        unit_id=town.units["n1"],
        position="pedagogue",
        fte="0,86",
        from_date="01-01-2024",
    )
    assert hired.status_code == 302
    with town.as_system() as ctx:
        person = ctx.session.scalar(select(Employee.id).where(Employee.number == "4711"))
    shown = admin.get("/admin/employees/?search=4711").text
    assert "0,86" in shown
    assert f"n1 {town.slug}" in shown
    changed = admin.do(
        f"/admin/employees/change/?id={person}",
        on="01-02-2024",
        unit_id=town.units["s1"],
        position="leader",
        fte="1",
    )
    assert changed.status_code == 302
    ended = admin.do(f"/admin/employees/end/?id={person}", on="01-03-2024")
    assert ended.status_code == 302
    again = admin.do(
        f"/admin/employees/rehire/?id={person}",
        unit_id=town.units["n2"],
        position="pedagogue",
        fte="1",
        from_date="01-04-2024",
    )
    assert again.status_code == 302
    renamed = admin.do(f"/admin/employees/describe/?id={person}", name="Åse Ny", email="")
    assert renamed.status_code == 302
    details = admin.get(f"/admin/employees/details/?id={person}").text
    assert "Åse Ny" in details
    assert details.count("2024") >= 5
    with town.as_system() as ctx:
        assert organisation.employment(ctx, person).unit_id == town.units["n2"]


def test_a_wrong_fte_is_refused(admin, town):
    before = everything(town)
    person = town.employees["ped_n1_1"]
    for fte in ("0", "1,6", "x", "-1"):
        answer = admin.do(
            f"/admin/employees/change/?id={person}",
            on=TOMORROW,
            unit_id=town.units["n1"],
            position="pedagogue",
            fte=fte,
        )
        assert answer.status_code == 422
    assert everything(town) == before


def test_a_leader_sees_own_staff_and_changes_no_one(site, town):
    leader = Browser(site, town, "leader_n1")
    page = rows(leader.get("/admin/employees/?page_size=100").text)
    assert f"ped_n1_1 {town.slug}" in page
    assert "ped_n2" not in page
    assert "ped_s1" not in page
    units = leader.get("/admin/units/").text
    assert f"n1 {town.slug}" in units
    table = rows(units)
    assert f"n2 {town.slug}" not in table
    before = everything(town)
    for path in (
        f"/admin/units/move/?id={town.units['n1']}",
        "/admin/units/found/",
        "/admin/employees/hire/",
        f"/admin/employees/end/?id={town.employees['ped_n1_1']}",
    ):
        assert leader.get(path).status_code == 403
    for path in (
        f"/admin/units/details/?id={town.units['s1']}",
        f"/admin/units/move/?id={town.units['s1']}",
        f"/admin/employees/details/?id={town.employees['ped_s1_1']}",
    ):
        assert leader.get(path).status_code == 404
    assert everything(town) == before


def test_the_employee_list_asks_no_more_for_more_people(admin, town, db):
    def asked(path):
        with statements(db.app) as sent:
            assert admin.get(path).status_code == 200
        return len(sent)

    asked("/admin/employees/")
    assert asked("/admin/employees/?search=ped_n1") == asked("/admin/employees/")
    assert asked("/admin/units/?search=n1") == asked("/admin/units/")
