"""Any file: whose it is, who may import it, and what it costs."""

import time

import pytest
from sqlalchemy import func, select

from tenant_app.core.errors import Forbidden, Invalid
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind, ImportRun
from tenant_app.organisation.models import (
    UnitPlacement,
)
from tests.imports.conftest import (
    EMPLOYEES,
    UNITS,
    counts,
    everything,
    people,
    run,
    table,
    where,
)
from tests.statements import statements


def test_numbers_of_another_municipality_are_unknown_here(make_town):
    here, there = make_town(), make_town()
    run(there, "units", table(UNITS, [("F1", "Fremmed", "område", "", "01-01-2021", "")]))
    before = everything(there)
    units = table(UNITS, [("I1", "Min", "institution", "F1", "01-01-2021", "")])
    assert where(run(here, "units", units)) == [(2, "overordnet nummer")]
    staff = table(EMPLOYEES, [("P1", "A", "", "F1", "leder", "1", "01-01-2021")])
    assert where(run(here, "employees", staff)) == [(2, "enhedsnummer")]
    by_id = table(EMPLOYEES, [("P1", "A", "", str(there.units["n1"]), "leder", "1", "01-01-2021")])
    assert where(run(here, "employees", by_id)) == [(2, "enhedsnummer")]
    own_id = table(EMPLOYEES, [("P1", "A", "", str(here.units["n1"]), "leder", "1", "01-01-2021")])
    assert where(run(here, "employees", own_id)) == [(2, "enhedsnummer")]
    # The same numbers are free here, and writing them changes nothing there.
    mine = table(UNITS, [("F1", "Min", "område", "", "01-01-2021", "")])
    assert counts(run(here, "units", mine)) == (1, 0, 0, [])
    assert counts(run(here, "employees", people(3))) == (3, 0, 0, [])
    assert everything(there) == before


@pytest.mark.parametrize("who", ["consultant", "area_north", "leader_n1", "ped_n1", "auditor"])
def test_only_who_may_import_imports(town, few_units, who):
    before = everything(town)
    with pytest.raises(Forbidden):
        run(town, "units", few_units, who=who)
    assert everything(town) == before


def test_a_file_of_another_kind_is_refused_as_a_whole(town, few_units):
    before = everything(town)
    with pytest.raises(Invalid) as refusal:
        run(town, "employees", few_units)
    assert refusal.value.field == "file"
    assert "medarbejdernummer" in str(refusal.value)
    assert everything(town) == before


def test_the_template_can_be_read_back(town):
    for kind in ImportKind:
        with town.as_user("admin") as ctx:
            content = imports.template(ctx, kind)
        assert run(town, kind, content).rows == 0


def asked(town, content):
    with town.as_user("admin") as ctx, statements(ctx.session.connection()) as sent:
        result = imports.run(
            ctx,
            kind=ImportKind.EMPLOYEES,
            file_name="x.csv",
            content=content,
            dry_run=False,
        )
    assert not result.errors
    return len(sent)


def test_a_file_ten_times_as_long_asks_no_more_statements(town):
    few, many = asked(town, people(30)), asked(town, people(330))
    assert many == few
    moved = people(330, units=("U6", "U7")).replace(b"01-01-2026", b"01-08-2026")
    assert asked(town, moved) <= few + 3


def test_the_largest_municipality_takes_seconds(make_town):
    town = make_town()
    units = [("A1", "Øst", "område", "", "01-01-2021", "")] + [
        (f"I{n}", f"Institution {n}", "institution", "A1", "01-01-2021", "") for n in range(390)
    ]
    begun = time.monotonic()
    assert run(town, "units", table(UNITS, units)).added == 391
    assert time.monotonic() - begun < 10
    numbers = tuple(f"I{n}" for n in range(390))
    begun = time.monotonic()
    assert run(town, "employees", people(6_300, units=numbers)).added == 6_300
    took = time.monotonic() - begun
    begun = time.monotonic()
    assert run(town, "employees", people(6_300, units=numbers)).unchanged == 6_300
    again = time.monotonic() - begun
    begun = time.monotonic()
    moved = people(6_300, units=numbers[::-1]).replace(b"01-01-2026", b"01-08-2026")
    assert run(town, "employees", moved).changed > 6_000
    change = time.monotonic() - begun
    assert max(took, again, change) < 20
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(UnitPlacement)) == 398
        assert ctx.session.scalar(select(func.count()).select_from(ImportRun)) == 4
