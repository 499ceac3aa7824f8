"""As many allocation keys as there are, in the panel's form of a year."""

from __future__ import annotations

import re

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.core.money import kroner
from tests.budgets.screens import YEAR
from tests.budgets.test_screens import text_of

EIGHT = {
    "allocation": "pedagogue_fte",
    "weight": "30",
    "second_key": "equal",
    "second_weight": "20",
    "more_keys-0-key": "headcount",
    "more_keys-0-weight": "20",
    "more_keys-1-key": "fte",
    "more_keys-1-weight": "20",
    "more_keys-2-key": "manual",
    "more_keys-2-weight": "10",
    "more_keys-3-key": "fixed",
    "amounts": "U4;1.000",
    "typed_amounts": "U4;50.000\nU5;9.900",
}


def test_as_many_keys_as_there_are_are_mixed_in_the_panel(page, today_town, year):
    url = f"/budget-years/change/?id={year}"
    form = text_of(page("admin", url))
    # Every key has a row, without a script to add one.
    assert len(re.findall(r'<select[^>]*name="more_keys-\d-key"', form)) == 6
    assert page("admin", url, YEAR | EIGHT).status_code == 302
    with today_town.as_system() as ctx:
        found = budgets.budget_year(ctx, year).allocation
    assert found == [
        {"key": "pedagogue_fte", "weight": 30},
        {"key": "equal", "weight": 20},
        {"key": "headcount", "weight": 20},
        {"key": "fte", "weight": 20},
        {"key": "manual", "weight": 10, "amounts": {"U4": kroner(50_000), "U5": kroner(9_900)}},
        {"key": "fixed", "amounts": {"U4": 100_000}},
    ]
    preview = text_of(page("admin", f"/budget-years/preview/?id={year}"))
    assert "1.000.000,00 kr" in preview


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"more_keys-0-key": "equal"}, "er angivet to gange"),
        ({"more_keys-0-weight": "30"}, "giver 110 tilsammen"),
        ({"more_keys-4-weight": "5"}, "uden en nøgle"),
        ({"more_keys-3-key": ""}, "kræver begge nøgler med beløb"),
        ({"typed_amounts": "U4;1\nU4;3"}, "står der to gange"),
        ({"typed_amounts": "U4 1"}, "nummer;beløb"),
        ({"typed_amounts": "x" * 100_000}, "50000"),
        ({"more_keys-0-key": "moon"}, "is-invalid"),
    ],
)
def test_more_keys_that_cannot_be_right_are_refused(page, today_town, year, wrong, says):
    answer = page("admin", f"/budget-years/change/?id={year}", YEAR | EIGHT | wrong)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert says in shown
    # What was typed is there still, in sight.
    assert re.search(r'<details class="more-keys" open', shown)
    with today_town.as_system() as ctx:
        assert len(budgets.budget_year(ctx, year).allocation) == 1
