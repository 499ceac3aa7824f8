"""Files of children per institution."""

from __future__ import annotations

from datetime import date

import pytest

from tenant_app.core.errors import Conflict, Invalid, NotFound
from tenant_app.organisation import service as organisation
from tests.imports.conftest import counts, run, table, workbook

HEAD = ("enhedsnummer", "fra dato", "børn 0-2", "børn 3-5", "socioøkonomisk indeks")


def numbers(town):
    with town.as_system() as ctx:
        return [unit.number for unit in organisation.institutions(ctx)]


@pytest.mark.parametrize("make", [table, workbook])
def test_figures_come_from_a_file_and_the_same_file_changes_nothing(town, make):
    first, second, *_ = numbers(town)
    file = make(
        HEAD, [(first, "01-01-2026", "20", "35", "1,15"), (second, "01-01-2026", "0", "8", "")]
    )
    assert counts(run(town, "figures", file)) == (2, 0, 0, [])
    assert counts(run(town, "figures", file)) == (0, 0, 2, [])
    with town.as_system() as ctx:
        found = organisation.figures_on(ctx, date(2026, 6, 1))
        row = found[town.units["n1"]]
        assert (row.children_0_2, row.children_3_5, row.socio_index) == (20, 35, 115)
        assert found[town.units["n2"]].socio_index == 100
        assert not organisation.figures_on(ctx, date(2025, 12, 31))


def test_what_is_wrong_is_told_by_row_and_nothing_is_written(town):
    first, *_ = numbers(town)
    file = table(
        HEAD,
        [
            (first, "01-01-2026", "-1", "35", "1"),
            ("U2", "01-01-2026", "1", "1", "1"),
            ("99", "01-01-2026", "1", "1", "1"),
            (first, "01-02-2026", "1,5", "1", "0"),
            (first, "01-01-1999", "1", "1", "1"),
        ],
    )
    result = run(town, "figures", file)
    rows = {error.row for error in result.errors}
    assert {2, 3, 4, 5, 6} == rows
    with town.as_system() as ctx:
        assert not organisation.figures_on(ctx, date(2026, 6, 1))


def test_figures_are_corrected_by_the_same_date_and_refused_elsewhere(town):
    facts = {"from_date": date(2026, 1, 1), "children_0_2": 5, "children_3_5": 6}
    with town.as_user("admin") as ctx:
        unit = town.units["n1"]
        organisation.record_figures(ctx, unit_id=unit, **facts)
        again = organisation.record_figures(ctx, unit_id=unit, **facts | {"children_0_2": 7})
        assert again.children_0_2 == 7
        assert len(organisation.figures_page(ctx).items) == 1
        for wrong, refusal in (
            ({"children_0_2": -1}, Invalid),
            ({"children_3_5": 5001}, Invalid),
            ({"socio_index": 0}, Invalid),
            ({"from_date": date(1999, 1, 1)}, Conflict),
            ({"unit_id": town.units["north"]}, Invalid),
            ({"unit_id": town.employees["ped_n1_1"]}, NotFound),
        ):
            with pytest.raises(refusal):
                organisation.record_figures(ctx, **{"unit_id": unit} | facts | wrong)
