"""Files of units: in any order, with moves from a date."""

from datetime import date

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.imports import service as imports
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import (
    Unit,
    UnitKind,
)
from tests.imports.conftest import (
    UNITS,
    counts,
    everything,
    run,
    table,
    where,
)


def test_units_come_in_any_order_with_paths(town, few_units):
    assert counts(run(town, "units", few_units)) == (3, 0, 0, [])
    with town.as_system() as ctx:
        found = {u.number: u for u in ctx.session.scalars(select(Unit))}
        area, institution, house = (found[number] for number in ("A1", "I1", "H1"))
        assert institution.weak_economy
        assert not area.weak_economy
        path = organisation.path_of(ctx, house.id)
        assert path == f"1.{area.seq}.{institution.seq}.{house.seq}."
        assert organisation.ancestor(ctx, house.id, UnitKind.AREA).id == area.id


def test_a_dry_run_counts_and_writes_nothing(town, few_units):
    before = everything(town)
    assert counts(run(town, "units", few_units, dry_run=True)) == (3, 0, 0, [])
    assert everything(town) == before


def test_the_same_file_twice_changes_nothing(town, few_units):
    run(town, "units", few_units)
    before = everything(town)
    assert counts(run(town, "units", few_units)) == (0, 0, 3, [])
    after = everything(town)
    for name, rows in before.items():
        if name not in ("import_runs", "audit_entries"):
            assert after[name] == rows
    assert len(after["import_runs"]) == len(before["import_runs"]) + 1


def test_the_run_is_noted_with_the_print_of_the_file_and_never_the_file(town, few_units):
    run(town, "units", few_units)
    with town.as_user("admin") as ctx:
        noted = imports.latest(ctx)[0]
        assert (noted.added, noted.changed, noted.unchanged) == (3, 0, 0)
        assert len(noted.file_hash) == 64
        assert noted.user_id == town.users["admin"]
        trail = ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert trail == ["unit.imported", "import.completed"]


def test_a_changed_unit_is_renamed_and_moves_from_the_date(town, few_units):
    run(town, "units", few_units)
    changed = table(
        UNITS,
        [
            ("A2", "Vest", "område", "U1", "01-08-2026", ""),
            ("I1", "Æblegården", "institution", "A2", "01-08-2026", "ja"),
        ],
    )
    assert counts(run(town, "units", changed)) == (1, 1, 0, [])
    assert counts(run(town, "units", changed)) == (0, 0, 2, [])
    with town.as_system() as ctx:
        house = ctx.session.scalar(select(Unit.id).where(Unit.number == "H1"))
        area = {
            day: organisation.ancestor(ctx, house, UnitKind.AREA, on=day).name
            for day in (date(2026, 7, 31), date(2026, 8, 1))
        }
        assert list(area.values()) == ["Øst", "Vest"]
        institution = ctx.session.scalar(select(Unit).where(Unit.number == "I1"))
        assert institution.name == "Æblegården"


UNIT_FAULTS = [
    (("X", "Nyt", "hus", "findes ikke", "01-01-2021", ""), "overordnet nummer"),
    (("X", "Nyt", "hus", "A1", "01-01-2021", ""), "overordnet nummer"),
    (("X", "Nyt", "hus", "", "01-01-2021", ""), "overordnet nummer"),
    (("X", "Nyt", "område", "I1", "01-01-2021", ""), "overordnet nummer"),
    (("X", "Nyt", "område", "X", "01-01-2021", ""), "overordnet nummer"),
    (("X", "Nyt", "institution", "A1", "31-12-2020", ""), "fra dato"),
    (("X", "Nyt", "kommune", "", "01-01-2021", ""), "nummer"),
    (("U2", "Nord", "institution", "U1", "01-01-2021", ""), "type"),
    (("U4", "n1", "institution", "U2", "01-01-2019", ""), "fra dato"),
    (("X", "Nyt", "slot", "A1", "01-01-2021", ""), "type"),
    (("X", "Nyt", "hus", "I1", "32-01-2021", ""), "fra dato"),
    (("X", "Nyt", "hus", "I1", "01-01-2021", "måske"), "svag økonomi"),
    (("X", "", "hus", "I1", "01-01-2021", ""), "navn"),
    (("", "Nyt", "hus", "I1", "01-01-2021", ""), "nummer"),
    (("I1", "Nyt", "institution", "A1", "01-01-2021", ""), "nummer"),
]


@pytest.mark.parametrize(("fault", "column"), UNIT_FAULTS)
def test_a_faulty_unit_is_told_by_row_and_column_and_nothing_is_written(town, fault, column):
    before = everything(town)
    content = table(
        UNITS,
        [
            ("A1", "Øst", "område", "U1", "01-01-2021", ""),
            ("I1", "Æblehaven", "institution", "A1", "01-01-2021", ""),
            fault,
        ],
    )
    for dry_run in (True, False):
        result = run(town, "units", content, dry_run=dry_run)
        assert where(result) == [(4, column)]
        assert (result.added, result.changed, result.unchanged) == (0, 0, 0)
    assert everything(town) == before


def test_a_fault_of_a_parent_is_told_once_and_not_by_all_below_it(town):
    content = table(
        UNITS,
        [
            ("H1", "Hus", "hus", "I1", "01-01-2021", ""),
            ("I1", "Æblehaven", "institution", "A1", "01-01-2021", ""),
            ("A1", "Øst", "slot", "", "01-01-2021", ""),
            ("I2", "Bien", "institution", "nix", "01-01-2021", ""),
            ("H2", "Hus 2", "hus", "I2", "01-01-2021", ""),
        ],
    )
    assert where(run(town, "units", content)) == [
        (4, "type"),
        (5, "overordnet nummer"),
    ]
