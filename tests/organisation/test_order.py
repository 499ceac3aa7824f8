"""Wherever a unit is chosen, units stand as the tree is shown: below each parent by name."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tenant_app.core.access import Permission
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tests.organisation.test_panel import Browser, rows, site, town
from tests.statements import statements

__all__ = ["site", "town"]
TREE = {
    "root": (0, "Vesterby"),
    "beside": (1, "Bakken"),
    "south": (1, "Vest"),
    "s1": (2, "Anemonen"),
    "zebra": (2, "Zebra"),
    "house_a": (3, "Ænder"),
    "house_o": (3, "Ørne"),
    "south_o": (2, "Øen"),
    "s2": (2, "Åkanden"),
    "aalen": (2, "Aalen"),
    "north": (1, "Øst"),
    "n1": (2, "Anemonen"),
    "house_h": (3, "Hus i øst"),
    "n2": (2, "Bavnen"),
}
"""From top to bottom: of one parent a, z, æ, ø, å, and aa as å."""
ADDED = (
    ("aalen", UnitKind.INSTITUTION, "south"),
    ("south_o", UnitKind.INSTITUTION, "south"),
    ("zebra", UnitKind.INSTITUTION, "south"),
    ("house_o", UnitKind.HOUSE, "zebra"),
    ("house_a", UnitKind.HOUSE, "zebra"),
    ("beside", UnitKind.INSTITUTION, "root"),
    ("house_h", UnitKind.HOUSE, "n1"),
)
INDENT = "\u2003"


@pytest.fixture
def hung(town):
    """The tree above, of fourteen units: their paths in text order are in another."""
    with town.as_system() as ctx:
        for key, kind, parent in ADDED:
            town._unit(ctx, key, kind, parent)
        ctx.session.flush()
        known = {unit.id: unit for unit in ctx.session.scalars(select(Unit))}
        for key, (_depth, name) in TREE.items():
            known[town.units[key]].name = name
    return town


def keys_of(town, ids):
    keys = {str(unit_id): key for key, unit_id in town.units.items()}
    return [keys[str(each)] for each in ids]


def options(text, town):
    """The (unit, text) pairs of every select on the page that offers more than one unit."""
    keys = {str(unit_id): key for key, unit_id in town.units.items()}
    found = []
    for select_ in re.findall(r"<select.*?</select>", text, re.DOTALL):
        pairs = re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)</option>', select_)
        units = [(keys[value], name) for value, name in pairs if value in keys]
        found += [units] if len(units) > 1 else []
    return found


PAGES = {
    "/admin/units/": 10,
    "/admin/units/found/": 11,
    "/admin/units/move/?id={n1}": 3,
    "/admin/units/merge/?id={n1}": 10,
    "/admin/employees/": 14,
    "/admin/employees/hire/": 14,
    "/admin/employees/change/?id={person}": 14,
    "/admin/users/invite/": 14,
    "/admin/users/grant-role/?id={user}": 14,
    "/admin/requests/": 14,
    "/admin/pools/open-pool/": 10,
}
"""Page → how many units it offers."""


@pytest.mark.parametrize(("path", "count"), PAGES.items())
def test_units_to_choose_from_stand_as_the_tree(hung, site, path, count):
    url = path.format(
        n1=hung.units["n1"], person=hung.employees["ped_n1_2"], user=hung.users["leader_n1"]
    )
    page = Browser(site, hung, "admin").get(url)
    assert page.status_code == 200

    [offered] = options(page.text, hung)

    assert [key for key, _name in offered] == [key for key in TREE if key in dict(offered)]
    assert all(name == INDENT * TREE[key][0] + TREE[key][1] for key, name in offered)
    assert len(offered) == count


def test_the_list_of_units_has_the_same_order(hung, site):
    page = rows(Browser(site, hung, "admin").get("/admin/units/").text)

    found = re.findall(r"details/\?id=([0-9a-f-]{36})", page)
    assert keys_of(hung, found) == list(TREE)


def test_a_leader_chooses_among_the_own_units_only(hung, site):
    [offered] = options(Browser(site, hung, "area_south").get("/admin/employees/").text, hung)

    assert [key for key, _name in offered] == list(TREE)[2:10]


def test_units_of_one_name_keep_their_own_children(hung):
    with hung.as_system() as ctx:
        for unit in ctx.session.scalars(select(Unit).where(Unit.kind == UnitKind.AREA)):
            unit.name = "Midt"
    with hung.as_user("admin") as ctx:
        found = keys_of(hung, [place.unit_id for place in organisation.placements(ctx)])

    assert found[2:6] == ["north", "n1", "house_h", "n2"]  # by number: it was founded first
    assert found[6:8] == ["south", "s1"]


def test_what_moved_stands_where_it_hangs_on_the_day(hung):
    with hung.as_user("admin") as ctx:
        organisation.move_unit(ctx, hung.units["n2"], parent_id=hung.units["south"], on=ctx.today)
        found = keys_of(hung, [place.unit_id for place in organisation.placements(ctx)])

    assert found[found.index("s1") + 1] == "n2"


def test_what_one_chooses_from_costs_one_statement_however_many_units(hung):
    def asked(user):
        with (
            hung.as_user(user) as ctx,
            statements(hung.db.app) as seen,
        ):
            places = organisation.choosable(ctx, Permission.UNITS_VIEW)
            assert all(place.unit.name for place in places)
            return len(places), len(seen)

    assert asked("admin") == (14, 1)
    assert asked("area_south") == (8, 1)
    with hung.as_system() as ctx:
        for number in range(30):
            hung._unit(ctx, f"more{number}", UnitKind.INSTITUTION, "south")
    assert asked("admin") == (44, 1)
    assert asked("area_south") == (38, 1)


def test_closed_units_are_not_offered(hung):
    with hung.as_system() as ctx:
        place = ctx.session.scalars(
            select(UnitPlacement).where(UnitPlacement.unit_id == hung.units["beside"])
        ).one()
        place.to_date = ctx.today
    with hung.as_user("admin") as ctx:
        offered = organisation.choosable(ctx, Permission.UNITS_VIEW)
        only = organisation.choosable(ctx, Permission.UNITS_VIEW, kinds=(UnitKind.AREA,))

    assert "beside" not in keys_of(hung, [place.unit_id for place in offered])
    assert keys_of(hung, [place.unit_id for place in only]) == ["south", "north"]
