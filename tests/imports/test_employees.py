"""Files of employees: employed, changed and employed again from a date."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import (
    Employee,
    Employment,
    Position,
)
from tests.imports.conftest import (
    EMPLOYEES,
    counts,
    everything,
    people,
    run,
    table,
    where,
    workbook,
)


def test_employees_are_employed_from_the_date(town):
    assert counts(run(town, "employees", people(4))) == (4, 0, 0, [])
    with town.as_system() as ctx:
        person = ctx.session.scalar(select(Employee).where(Employee.number == "P1"))
        assert organisation.employment(ctx, person.id, on=date(2025, 12, 31)) is None
        now = organisation.employment(ctx, person.id)
        assert (now.unit_id, now.position, now.fte) == (
            town.units["n2"],
            Position.PEDAGOGUE,
            Decimal("0.8600"),
        )
    assert counts(run(town, "employees", people(4))) == (0, 0, 4, [])


def test_one_bad_row_wherever_it_stands_stops_the_whole_file(town):
    before = everything(town)
    for bad in range(200):
        result = run(town, "employees", people(200, bad=bad))
        assert where(result) == [(bad + 2, "FTE")]
    assert everything(town) == before


def test_a_changed_row_is_a_new_employment_from_the_date(town):
    run(town, "employees", people(2))
    changed = table(
        EMPLOYEES,
        [
            ("P0", "Person 0", "", "U6", "leder", "1", "01-08-2026"),
            ("P1", "Nyt Navn", "", "U5", "pædagog", "0,86", "01-08-2026"),
        ],
    )
    assert counts(run(town, "employees", changed)) == (0, 2, 0, [])
    assert counts(run(town, "employees", changed)) == (0, 0, 2, [])
    with town.as_system() as ctx:
        moved = ctx.session.scalar(select(Employee).where(Employee.number == "P0"))
        assert moved.email == "p0@by.dk"  # a file without it does not take it away
        july = organisation.employment(ctx, moved.id, on=date(2026, 7, 31))
        august = organisation.employment(ctx, moved.id, on=date(2026, 8, 1))
        assert (july.unit_id, july.position) == (town.units["n1"], Position.PEDAGOGUE)
        assert (august.unit_id, august.position) == (town.units["s1"], Position.LEADER)
        renamed = ctx.session.scalar(select(Employee).where(Employee.number == "P1"))
        assert renamed.name == "Nyt Navn"
        spells = ctx.session.scalar(
            select(func.count()).where(Employment.employee_id == renamed.id)
        )
        assert spells == 1


def test_who_has_left_is_employed_again_and_who_has_not_overlaps(town):
    run(town, "employees", people(2))
    with town.as_user("admin") as ctx:
        left = ctx.session.scalar(select(Employee.id).where(Employee.number == "P0"))
        organisation.end_employment(ctx, left, on=date(2026, 6, 1))
    again = table(EMPLOYEES, [("P0", "Person 0", "", "U6", "leder", "1", "01-08-2026")])
    assert counts(run(town, "employees", again)) == (0, 1, 0, [])
    before = everything(town)
    between = table(EMPLOYEES, [("P0", "Person 0", "", "U6", "leder", "1", "01-07-2026")])
    result = run(town, "employees", between)
    assert where(result) == [(2, "fra dato")]
    assert "overlap" in str(result.errors[0])
    earlier = table(EMPLOYEES, [("P1", "Person 1", "", "U5", "leder", "1", "01-07-2025")])
    assert where(run(town, "employees", earlier)) == [(2, "fra dato")]
    assert everything(town) == before


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        (("X", "Ny", "", "findes ikke", "leder", "1", "01-01-2021"), "enhedsnummer"),
        (("X", "Ny", "", "U4", "leder", "1", "01-01-2019"), "fra dato"),
        (("X", "Ny", "nej", "U4", "leder", "1", "01-01-2021"), "e-mail"),
        (("P0", "Ny", "", "U4", "leder", "1", "01-01-2021"), "medarbejdernummer"),
    ],
)
def test_a_faulty_employee_is_told_by_row_and_column(town, fault, column):
    before = everything(town)
    content = table(EMPLOYEES, [("P0", "A", "", "U4", "leder", "1", "01-01-2021"), fault])
    assert where(run(town, "employees", content)) == [(3, column)]
    assert everything(town) == before


def test_nobody_is_imported_into_a_unit_that_closes(town):
    with town.as_user("admin") as ctx:
        organisation.merge_unit(
            ctx, town.units["n1"], into_id=town.units["n2"], on=date(2026, 8, 1)
        )
    result = run(town, "employees", people(1))
    assert where(result) == [(2, "enhedsnummer")]
    assert "01-08-2026" in str(result.errors[0])


@pytest.mark.parametrize("typed", ["-1", "-0,5", "- 1", "-20 %"])
def test_a_negative_fte_is_told_as_such(town, typed):
    before = everything(town)
    row = ("P1", "Person", "", "U4", "pædagog", typed, "01-01-2026")

    result = run(town, "employees", table(EMPLOYEES, [row]))

    assert where(result) == [(2, "FTE")]
    assert "is below zero" in str(result.errors[0])
    assert everything(town) == before


def test_a_negative_number_in_a_workbook_is_told_as_such(town):
    row = ("P1", "Person", "", "U4", "pædagog", -0.5, "01-01-2026")

    result = run(town, "employees", workbook(EMPLOYEES, [row]))

    assert [str(error) for error in result.errors] == [
        "“-0,5” is below zero. Write a number from 0 up."
    ]
