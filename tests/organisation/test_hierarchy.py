"""Verbs of the hierarchy, in the database."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Position, Unit, UnitKind
from tests.statements import statements

AUGUST = date(2026, 8, 1)
JULY = date(2026, 7, 31)


def test_a_founded_unit_is_found_by_everyone_who_sees_its_parent(town):
    with town.as_user("admin") as ctx:
        made = organisation.found_unit(
            ctx,
            number=" N9 ",
            name="Solsikken",
            kind=UnitKind.INSTITUTION,
            parent_id=town.units["north"],
            from_date=date(2026, 1, 1),
        )
        assert organisation.path_of(ctx, made.id) == f"1.2.{made.seq}."
        unit_id = made.id
    with town.as_user("area_north") as ctx:
        assert organisation.unit(ctx, unit_id).number == "N9"
        assert organisation.ancestor(ctx, unit_id, UnitKind.AREA).id == town.units["north"]
    with town.as_user("area_south") as ctx, pytest.raises(NotFound):
        organisation.unit(ctx, unit_id)


def test_a_moved_institution_is_old_in_july_and_new_in_august(town, path_on):
    with town.as_user("admin") as ctx:
        house = organisation.found_unit(
            ctx,
            number="H1",
            name="Hus",
            kind=UnitKind.HOUSE,
            parent_id=town.units["n1"],
            from_date=date(2021, 1, 1),
        )
        town.units["house"] = house.id
        organisation.path_of(ctx, house.id, on=AUGUST)  # remembered, and then no longer true
        organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=AUGUST)
        assert organisation.path_of(ctx, house.id, on=AUGUST) == f"1.3.4.{house.seq}."
        assert (
            organisation.ancestor(ctx, house.id, UnitKind.AREA, on=JULY).id == (town.units["north"])
        )
        assert (
            organisation.ancestor(ctx, house.id, UnitKind.AREA, on=AUGUST).id
            == (town.units["south"])
        )
    assert path_on(town, "n1", JULY) == "1.2.4."
    assert path_on(town, "n1", AUGUST) == "1.3.4."
    assert path_on(town, "house", JULY) == f"1.2.4.{house.seq}."
    assert path_on(town, "house", AUGUST) == f"1.3.4.{house.seq}."
    assert path_on(town, "n2", AUGUST) == "1.2.5."


def test_the_area_leader_sees_a_unit_from_the_day_it_comes(town):
    with town.as_user("admin") as ctx:
        organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=AUGUST)
    with town.as_user("area_south") as ctx, pytest.raises(NotFound):
        organisation.unit(ctx, town.units["n1"])
    later = town.now.replace(month=8, day=3)
    with town.as_user("area_south", now=later) as ctx:
        assert organisation.unit(ctx, town.units["n1"]).id == town.units["n1"]
    with town.as_user("area_north", now=later) as ctx, pytest.raises(NotFound):
        organisation.unit(ctx, town.units["n1"])


def test_a_merge_takes_the_staff_over_and_closes_the_unit(town, path_on):
    with town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["n2"], on=AUGUST)
    assert path_on(town, "n1", JULY) is not None
    assert path_on(town, "n1", AUGUST) is None
    with town.as_system() as ctx:
        july = {f.unit_id: f for f in organisation.staff_figures(ctx, on=JULY)}
        august = {f.unit_id: f for f in organisation.staff_figures(ctx, on=AUGUST)}
    assert july[town.units["n1"]].headcount == 5
    assert july[town.units["n2"]].headcount == 5
    assert town.units["n1"] not in august
    assert august[town.units["n2"]].headcount == 10


def test_a_unit_without_staff_closes(town, path_on):
    with town.as_user("admin") as ctx:
        made = organisation.found_unit(
            ctx,
            number="N9",
            name="Tom",
            kind=UnitKind.INSTITUTION,
            parent_id=town.units["north"],
            from_date=date(2026, 1, 1),
        )
        town.units["new"] = made.id
        organisation.close_unit(ctx, made.id, on=AUGUST)
    assert path_on(town, "new", JULY)
    assert path_on(town, "new", AUGUST) is None


def move(unit, parent, on=AUGUST):
    return lambda ctx, t: organisation.move_unit(ctx, t(unit), parent_id=t(parent), on=on)


def found(**changed):
    def act(ctx, t):
        facts = {
            "number": "N9",
            "name": "Ny",
            "kind": UnitKind.INSTITUTION,
            "parent_id": "north",
            "from_date": date(2026, 1, 1),
        } | changed
        facts["parent_id"] = facts["parent_id"] and t(facts["parent_id"])
        organisation.found_unit(ctx, **facts)

    return act


@pytest.mark.parametrize(
    ("verb", "error", "field"),
    [
        (move("root", "north"), Conflict, "unit_id"),
        (move("north", "n1"), Conflict, "parent_id"),
        (move("north", "south"), Conflict, "parent_id"),
        (move("n1", "n2"), Conflict, "parent_id"),
        (move("n1", "n1"), Conflict, "parent_id"),
        (move("n1", "north"), Conflict, "parent_id"),
        (move("n1", "nowhere"), NotFound, "parent_id"),
        (move("nowhere", "n1"), NotFound, None),
        (move("n1", "south", date(2019, 12, 31)), Conflict, "on"),
        (move("n1", "south", date(1, 1, 1)), Invalid, "on"),
        (found(parent_id="nowhere"), NotFound, "parent_id"),
        (
            lambda ctx, t: organisation.merge_unit(ctx, t("n1"), into_id=t("nowhere"), on=AUGUST),
            NotFound,
            "into_id",
        ),
        (found(number="U1"), Conflict, "number"),
        (found(number=" "), Invalid, "number"),
        (found(name="x" * 201), Invalid, "name"),
        (found(name="a\x00b"), Invalid, "name"),
        (found(kind=UnitKind.MUNICIPALITY, parent_id=None), Conflict, "kind"),
        (found(kind=UnitKind.HOUSE), Conflict, "parent_id"),
        (found(parent_id=None), Conflict, "parent_id"),
        (found(from_date=date(2019, 1, 1)), Conflict, "from_date"),
        (
            lambda ctx, t: organisation.close_unit(ctx, t("north"), on=AUGUST),
            Conflict,
            "unit_id",
        ),
        (lambda ctx, t: organisation.close_unit(ctx, t("n1"), on=AUGUST), Conflict, "unit_id"),
        (
            lambda ctx, t: organisation.merge_unit(ctx, t("n1"), into_id=t("north"), on=AUGUST),
            Conflict,
            "into_id",
        ),
        (
            lambda ctx, t: organisation.merge_unit(ctx, t("north"), into_id=t("south"), on=AUGUST),
            Conflict,
            "unit_id",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changed(town, snapshot, verb, error, field):
    before = snapshot(town)
    with pytest.raises(error) as refusal, town.as_user("admin") as ctx:
        verb(ctx, lambda name: town.units.get(name) or uuid4())
    assert refusal.value.field == field
    assert refusal.value.message
    assert snapshot(town) == before


@pytest.mark.parametrize(
    "verb",
    [
        lambda ctx, unit, other: organisation.move_unit(ctx, unit, parent_id=other, on=AUGUST),
        lambda ctx, unit, other: organisation.merge_unit(ctx, unit, into_id=other, on=AUGUST),
        lambda ctx, unit, other: organisation.close_unit(ctx, unit, on=AUGUST),
        lambda ctx, unit, other: organisation.describe_unit(ctx, unit, name="x"),
    ],
)
def test_a_foreign_unit_is_as_unknown_as_one_that_never_was(make_town, snapshot, verb):
    here, there = make_town(), make_town()
    before = snapshot(there)
    said = []
    for unit_id in (there.units["n1"], uuid4()):
        with pytest.raises(NotFound) as refusal, here.as_user("admin") as ctx:
            verb(ctx, unit_id, here.units["n2"])
        said.append(str(refusal.value))
    assert said[0] == said[1]
    assert snapshot(there) == before


@pytest.mark.parametrize("who", ["area_north", "leader_n1", "consultant", "auditor"])
def test_only_who_manages_units_moves_them(town, snapshot, who):
    before = snapshot(town)
    with pytest.raises((Forbidden, NotFound)), town.as_user(who) as ctx:
        organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=AUGUST)
    with pytest.raises(Forbidden), town.as_user(who) as ctx:
        organisation.close_unit(ctx, town.units["n1"], on=AUGUST)
    assert snapshot(town) == before


def test_a_weak_economy_is_flagged_once_and_noted_once(town):
    for _ in range(2):
        with town.as_user("admin") as ctx:
            organisation.describe_unit(ctx, town.units["n1"], weak_economy=True)
    with town.as_system() as ctx:
        assert ctx.session.get(Unit, town.units["n1"]).weak_economy
        noted = ctx.session.scalar(
            select(func.count()).where(AuditEntry.action == "unit.described")
        )
    assert noted == 1


def test_an_institutions_figures_include_its_houses_in_one_statement(town):
    with town.as_user("admin") as ctx:
        house = organisation.found_unit(
            ctx,
            number="H1",
            name="Hus",
            kind=UnitKind.HOUSE,
            parent_id=town.units["n1"],
            from_date=date(2021, 1, 1),
        )
        organisation.hire(
            ctx,
            number="9",
            name="Ny",
            email=None,
            unit_id=house.id,
            position=Position.PEDAGOGUE,
            fte=Decimal("0.8"),
            from_date=date(2026, 1, 1),
        )
    with town.as_system() as ctx, statements(ctx.session.connection()) as asked:
        figures = organisation.staff_figures(ctx, on=date(2026, 3, 1))
    assert len(asked) == 1
    assert [f.unit_id for f in figures] == [town.units[n] for n in ("n1", "n2", "s1", "s2")]
    first = figures[0]
    assert (first.headcount, first.fte, first.pedagogue_fte) == (
        6,
        Decimal("5.8"),
        Decimal("3.8"),
    )


def test_a_tenant_without_areas_works(make_town):
    town = make_town(areas=False)
    with town.as_user("admin") as ctx:
        assert organisation.areas(ctx) == []
        assert len(organisation.institutions(ctx)) == 4
        assert organisation.ancestor(ctx, town.units["n1"], UnitKind.AREA) is None
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["n2"], on=AUGUST)
        assert len(organisation.institutions(ctx, AUGUST)) == 3


def test_lists_show_only_what_the_reader_may_see(town):
    with town.as_user("area_north") as ctx:
        units = organisation.units_page(ctx).items
        assert {place.unit_id for place in units} == {
            town.units[name] for name in ("north", "n1", "n2")
        }
        people = organisation.employees_page(ctx, page_size=200).items
        assert {row.unit_id for row in people} == {town.units["n1"], town.units["n2"]}
        assert people[0].employee.name
        assert people[0].unit.name
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        organisation.employees_page(ctx)
