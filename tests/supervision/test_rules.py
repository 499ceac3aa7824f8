"""The rules of supervision and screening, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.supervision import rules
from tenant_app.supervision.models import VisitState
from tenant_app.supervision.rules import AreaDraft, Scale

SCALE = Scale(Decimal(1), Decimal(5), Decimal("0.5"), Decimal("3.5"))
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 3, 2), -24, date(2024, 3, 2)),
        (date(2026, 2, 28), 24, date(2028, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_where_the_month_does(day, months, found):
    assert rules.months_after(day, months) == found
    assert rules.months_before(day, -months) == found


@pytest.mark.parametrize("score", ["1", "1.5", "5", "3.50"])
def test_a_score_on_the_scale_is_taken(score):
    assert rules.check_score(Decimal(score), SCALE) == Decimal(score)


@pytest.mark.parametrize(
    ("score", "told"),
    [("0.5", "fra 1 til 5"), ("5.5", "5,5"), ("3.7", "0,5"), ("-1", "-1")],
)
def test_a_score_off_the_scale_names_the_bounds(score, told):
    with pytest.raises(Invalid) as caught:
        rules.check_score(Decimal(score), SCALE)
    assert caught.value.field == "score"
    assert any(part in str(caught.value) for part in (told, "from 1 to 5"))


def test_a_good_score_is_up_or_down_as_the_tool_has_it():
    assert SCALE.is_good(Decimal("3.5"))
    assert not SCALE.is_good(Decimal(3))
    low = replace(SCALE, high_is_good=False)
    assert low.is_good(Decimal("3.5"))
    assert not low.is_good(Decimal(4))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"largest": Decimal(1)}, "largest"),
        ({"step": Decimal(0)}, "step"),
        ({"step": Decimal("0.3")}, "step"),
        ({"step": Decimal(9)}, "step"),
        ({"good_at": Decimal(6)}, "good_at"),
        ({"smallest": Decimal("NaN")}, "smallest"),
        ({"largest": Decimal(1001)}, "largest"),
        ({"step": Decimal("0.125")}, "step"),
    ],
)
def test_a_scale_that_cannot_be_is_refused_at_its_field(changed, field):
    with pytest.raises(Invalid) as caught:
        rules.check_scale(replace(SCALE, **changed))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "names", [[], ["Leg", " leg "], [""], ["x" * 102_400], [str(n) for n in range(13)]]
)
def test_areas_have_names_of_their_own(names):
    with pytest.raises(Invalid) as caught:
        rules.check_areas([AreaDraft(name) for name in names])
    assert caught.value.field == "areas"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "www.hus.dk", "https://a b", "ftp://x"]
)
def test_a_link_is_an_address_of_the_web(link):
    with pytest.raises(Invalid):
        rules.check_link(link)
    assert rules.check_link(" https://hus.dk/tilsyn ") == "https://hus.dk/tilsyn"
    assert rules.check_link("") == ""


@pytest.mark.parametrize("state", list(VisitState))
def test_what_a_state_does_not_allow_is_refused_with_a_cure(state):
    with pytest.raises(Conflict) as caught:
        rules.check_state(state, [each for each in VisitState if each is not state])
    assert len(str(caught.value)) > 20
    rules.check_state(state, [state])


def test_a_result_reads_alike_in_every_language():
    text = rules.result_text(
        tool="KIDS", area="Leg", score=Decimal("2.5000"), scale=SCALE, observations=6
    )
    assert text == "KIDS, Leg: 2,5 (1–5, n = 6)"
