"""The list of units reads as the municipality does: below each parent by name, in Danish order."""

from sqlalchemy import select

from tenant_app.organisation.models import Unit, UnitPlacement
from tests.organisation.test_panel import Browser, rows, site, town

__all__ = ["site", "town"]
NAMED = {"n1": "Åkanden", "n2": "Anemonen", "north": "Øst", "south": "Vest"}


def renamed(town, names):
    with town.as_system() as ctx:
        for unit in ctx.session.scalars(select(Unit)):
            key = next(name for name, id_ in town.units.items() if id_ == unit.id)
            unit.name = names.get(key, unit.name)


def test_siblings_stand_by_name_below_their_parent(site, town):
    renamed(town, NAMED)

    page = rows(Browser(site, town, "admin").get("/admin/units/").text)

    places = [page.index(f"{name}</a>") for name in ("Vest", "Øst", "Anemonen", "Åkanden")]
    assert places == sorted(places)


def test_a_unit_that_is_closed_comes_last_and_says_so(site, town):
    with town.as_system() as ctx:
        place = ctx.session.scalars(
            select(UnitPlacement).where(UnitPlacement.unit_id == town.units["n1"])
        ).one()
        place.to_date = place.from_date.replace(year=place.from_date.year + 1)

    page = rows(Browser(site, town, "admin").get("/admin/units/").text)

    assert page.index(f"n1 {town.slug}") > page.index(f"s2 {town.slug}")
    assert page.count("Findes ikke i dag") == 1


def test_a_municipality_without_areas_has_no_column_for_them(site, make_town, town):
    flat = make_town(areas=False, now=town.now)

    assert 'data-label="Område"' in Browser(site, town, "admin").get("/admin/units/").text
    assert 'data-label="Område"' not in Browser(site, flat, "admin").get("/admin/units/").text
