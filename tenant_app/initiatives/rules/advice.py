"""Which form of competence development fits an answer, and why. Everything the advice knows stands
in the tables below, and the page shows them with the points that each gave.

The questions are the seed's (theme 5): how urgent, how many, in how many institutions, common to
all, the same level, resource persons, time and money. The points are our assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tenant_app.budgets.rules import cover_cost
from tenant_app.catalogue.models import CourseForm as F
from tenant_app.catalogue.models import PriceKind
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import Money, check_amount
from tenant_app.initiatives.rules.advice_rules import STANDARD, Answers, RuleSet

MOST_PEOPLE, MOST_UNITS, MOST_WEEKS = 100_000, 1000, 520


@dataclass(frozen=True)
class Rough:
    """What a form costs for so many, from the catalogue's prices and the cover rules: the
    cheapest, the middle and the dearest of so many courses. Whole øre."""

    low: Money
    middle: Money
    high: Money
    courses: int


@dataclass(frozen=True)
class Priced:
    """What of a course makes its price."""

    form: F
    hours: Decimal
    cover_hours: Decimal | None
    price_kind: PriceKind
    price: Money
    materials: Money
    travel: Money


@dataclass(frozen=True)
class Advice:
    """A form with its points, the reasons for them, and its rough cost."""

    form: F
    points: int
    reasons: tuple[tuple[str, int], ...]
    """(what was said, the points it gave), the weightiest first."""
    cost: Rough | None
    """None: the catalogue has no course of the form."""

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "form": self.form.value,
            "points": self.points,
            "reasons": [{"says": says, "points": points} for says, points in self.reasons],
            "cost": None if self.cost is None else int(self.cost.middle),
        }


TOO_LONG = N_("It usually takes longer than there is time for.")
IN_BUDGET = N_("The usual price lies within what can be spent.")
UNKNOWN = N_("The catalogue has no price of it, so whether the money is enough is not known.")
TOO_DEAR = N_("The usual price is above what can be spent.")


def check_answers(answers: Answers) -> Answers:
    """Answers that can be right. Raises Invalid."""
    for field, value, least, most in (
        ("people", answers.people, 1, MOST_PEOPLE),
        ("units", answers.units, 1, MOST_UNITS),
        ("weeks", answers.weeks, 0, MOST_WEEKS),
    ):
        if not least <= value <= most:
            raise Invalid(
                N_("Write a whole number from %(least)s to %(most)s."),
                field=field,
                least=least,
                most=most,
            )
    check_amount(answers.amount, field="amount")
    return answers


def ranked(answers: Answers, costs: Mapping[F, Rough], known: RuleSet = STANDARD) -> list[Advice]:
    """Every form, the one with most points first; the cheaper first of those alike."""
    found = [_weigh(form, answers, costs.get(form), known) for form in F]
    order = {form: place for place, form in enumerate(F)}
    return sorted(
        found,
        key=lambda each: (
            -each.points,
            each.cost.middle if each.cost else 0,
            order[each.form],
        ),
    )


def _weigh(form: F, answers: Answers, cost: Rough | None, known: RuleSet) -> Advice:
    reasons = [
        (rule.says, rule.points[form])
        for rule in known.rules
        if rule.points.get(form) and known.holds(rule, answers)
    ]
    if known.time and known.weeks[form] > answers.weeks:
        reasons.append((TOO_LONG, -known.time))
    if known.money:
        reasons.append(_of_money(known, cost, answers.amount))
    reasons.sort(key=lambda reason: -abs(reason[1]))
    return Advice(form, sum(points for _says, points in reasons), tuple(reasons), cost)


def _of_money(known: RuleSet, cost: Rough | None, amount: Money) -> tuple[str, int]:
    """What the price says. One that nobody knows is no free pass: it takes half the points."""
    if cost is None:
        return UNKNOWN, -known.unknown
    return (IN_BUDGET, known.money) if cost.middle <= amount else (TOO_DEAR, -known.money)


def rough_costs(
    courses: Sequence[Priced], *, people: int, cover_rules: Mapping[str, Any]
) -> dict[F, Rough]:
    """Form → what its courses cost for so many people together."""
    prices: dict[F, list[int]] = {}
    for course in courses:
        prices.setdefault(course.form, []).append(_price(course, people, cover_rules))
    found = {}
    for form, amounts in prices.items():
        amounts.sort()
        middle = amounts[(len(amounts) - 1) // 2]
        found[form] = Rough(Money(amounts[0]), Money(middle), Money(amounts[-1]), len(amounts))
    return found


def _price(course: Priced, people: int, cover_rules: Mapping[str, Any]) -> int:
    _hours, cover = cover_cost(
        hours=course.hours,
        form=course.form,
        cover_hours=course.cover_hours,
        cover_rules=cover_rules,
    )
    fee = course.price if course.price_kind is PriceKind.PER_GROUP else course.price * people
    return int(fee + people * (cover + course.materials + course.travel))


def check_choice(advice: Sequence[Advice], chosen: F, reason: str) -> None:
    """Whoever leaves the advice says why; as many points as the first is no deviation.

    Raises Invalid.
    """
    most = advice[0].points
    points = next(each.points for each in advice if each.form is chosen)
    if points < most and not reason.strip():
        raise Invalid(
            N_("Another form than the first of the advice needs a reason. Write why it fits."),
            field="reason",
        )
