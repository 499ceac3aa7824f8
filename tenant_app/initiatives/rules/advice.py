"""Which form of competence development fits an answer, and why. Everything the advice knows stands
in the tables below, and the page shows them with the points that each gave.

The questions are the seed's (theme 5): how urgent, how many, in how many institutions, common to
all, the same level, resource persons, time and money. The points are our assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tenant_app.budgets.rules import cover_cost
from tenant_app.catalogue.models import CourseForm as F
from tenant_app.catalogue.models import PriceKind
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import Money, check_amount
from tenant_app.needs.models import Urgency

FEW, MANY = 4, 12
"""People: up to FEW one can send them out; from MANY on one brings it home."""
MOST_PEOPLE, MOST_UNITS, MOST_WEEKS = 100_000, 1000, 520


@dataclass(frozen=True)
class Answers:
    """What is asked before advice is given."""

    urgency: Urgency
    people: int
    units: int
    shared: bool
    """Everybody needs it in common."""
    same_level: bool
    """And to the same level."""
    resource_persons: bool
    """Somebody of the municipality's own can carry it."""
    weeks: int
    """Until it should be seen in practice."""
    amount: Money
    """What can be spent."""

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "urgency": self.urgency.value,
            "people": self.people,
            "units": self.units,
            "shared": self.shared,
            "same_level": self.same_level,
            "resource_persons": self.resource_persons,
            "weeks": self.weeks,
            "amount": int(self.amount),
        }


@dataclass(frozen=True)
class Rule:
    """When it holds, what it says, and the points it gives to forms."""

    holds: Callable[[Answers], bool]
    says: str
    points: Mapping[F, int]


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


RULES: tuple[Rule, ...] = (
    Rule(
        lambda a: a.urgency in (Urgency.HIGH, Urgency.ACUTE),
        N_("It is urgent: what begins at once and close to practice comes first."),
        {
            F.SUPERVISION: 3,
            F.SIDE_BY_SIDE: 3,
            F.VIDEO_FEEDBACK: 2,
            F.E_LEARNING: 2,
            F.LECTURE: 1,
            F.DIPLOMA_MODULE: -3,
            F.ACADEMY_MODULE: -3,
            F.NETWORK: -1,
        },
    ),
    Rule(
        lambda a: a.urgency in (Urgency.LOW, Urgency.NORMAL),
        N_("It is not urgent: there is room for what goes deeper."),
        {F.DIPLOMA_MODULE: 2, F.ACADEMY_MODULE: 2, F.ACTION_LEARNING: 2, F.NETWORK: 1},
    ),
    Rule(
        lambda a: a.people <= FEW,
        N_("Few people: they can go out, or be followed one by one."),
        {
            F.COURSE: 2,
            F.DIPLOMA_MODULE: 3,
            F.ACADEMY_MODULE: 2,
            F.SIDE_BY_SIDE: 2,
            F.VIDEO_FEEDBACK: 2,
            F.PEDAGOGICAL_DAY: -3,
            F.THEME_DAY: -2,
            F.LECTURE: -1,
        },
    ),
    Rule(
        lambda a: a.people >= MANY,
        N_("Many people: it is better to bring it home than to send them all out."),
        {
            F.PEDAGOGICAL_DAY: 3,
            F.THEME_DAY: 3,
            F.LECTURE: 2,
            F.E_LEARNING: 2,
            F.ACTION_LEARNING: 1,
            F.COURSE: -1,
            F.DIPLOMA_MODULE: -3,
            F.ACADEMY_MODULE: -3,
        },
    ),
    Rule(
        lambda a: a.units == 1,
        N_("One institution: the whole house can work on it together."),
        {F.PEDAGOGICAL_DAY: 2, F.SUPERVISION: 1, F.SIDE_BY_SIDE: 1, F.ACTION_LEARNING: 1},
    ),
    Rule(
        lambda a: a.units > 1,
        N_("Several institutions: what they do together spreads between them."),
        {F.NETWORK: 3, F.THEME_DAY: 2, F.COURSE: 1, F.ACTION_LEARNING: 1, F.PEDAGOGICAL_DAY: -2},
    ),
    Rule(
        lambda a: a.shared,
        N_("All need it in common: a common language comes of learning together."),
        {
            F.PEDAGOGICAL_DAY: 2,
            F.THEME_DAY: 2,
            F.ACTION_LEARNING: 2,
            F.LECTURE: 1,
            F.DIPLOMA_MODULE: -1,
            F.ACADEMY_MODULE: -1,
        },
    ),
    Rule(
        lambda a: not a.shared,
        N_("It is for some: they can be given what exactly they need."),
        {
            F.COURSE: 2,
            F.DIPLOMA_MODULE: 2,
            F.ACADEMY_MODULE: 2,
            F.SIDE_BY_SIDE: 1,
            F.VIDEO_FEEDBACK: 1,
        },
    ),
    Rule(
        lambda a: a.shared and a.same_level,
        N_("All need the same level: everybody goes through the same."),
        {F.COURSE: 2, F.E_LEARNING: 2, F.PEDAGOGICAL_DAY: 1, F.NETWORK: -1},
    ),
    Rule(
        lambda a: a.shared and not a.same_level,
        N_("The levels may differ: a few go deep and carry it to the others."),
        {F.DIPLOMA_MODULE: 2, F.ACADEMY_MODULE: 1, F.NETWORK: 2, F.SIDE_BY_SIDE: 2},
    ),
    Rule(
        lambda a: a.resource_persons,
        N_("Resource persons are at hand: they know the place, and the knowledge stays."),
        {
            F.SIDE_BY_SIDE: 3,
            F.SUPERVISION: 3,
            F.VIDEO_FEEDBACK: 2,
            F.ACTION_LEARNING: 2,
            F.NETWORK: 1,
        },
    ),
    Rule(
        lambda a: not a.resource_persons,
        N_("No resource persons are at hand: somebody from outside must bring it."),
        {
            F.COURSE: 1,
            F.DIPLOMA_MODULE: 1,
            F.LECTURE: 1,
            F.THEME_DAY: 1,
            F.SIDE_BY_SIDE: -2,
            F.SUPERVISION: -1,
        },
    ),
)
WEEKS: dict[F, int] = {
    F.E_LEARNING: 2,
    F.LECTURE: 4,
    F.COURSE: 8,
    F.THEME_DAY: 6,
    F.PEDAGOGICAL_DAY: 6,
    F.SUPERVISION: 8,
    F.SIDE_BY_SIDE: 8,
    F.VIDEO_FEEDBACK: 10,
    F.ACTION_LEARNING: 20,
    F.NETWORK: 26,
    F.ACADEMY_MODULE: 26,
    F.DIPLOMA_MODULE: 26,
}
"""How long it usually takes before it is seen in practice."""
TIME, MONEY = 4, 3
"""Points taken from a form that does not fit the time, and given or taken for the money."""
TOO_LONG = N_("It usually takes longer than there is time for.")
IN_BUDGET = N_("The usual price lies within what can be spent.")
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


def ranked(answers: Answers, costs: Mapping[F, Rough]) -> list[Advice]:
    """Every form, the one with most points first; the cheaper first of those alike."""
    found = [_weigh(form, answers, costs.get(form)) for form in F]
    order = {form: place for place, form in enumerate(F)}
    return sorted(
        found,
        key=lambda each: (
            -each.points,
            each.cost.middle if each.cost else 0,
            order[each.form],
        ),
    )


def _weigh(form: F, answers: Answers, cost: Rough | None) -> Advice:
    reasons = [
        (rule.says, rule.points[form])
        for rule in RULES
        if form in rule.points and rule.holds(answers)
    ]
    if WEEKS[form] > answers.weeks:
        reasons.append((TOO_LONG, -TIME))
    if cost is not None and cost.middle > 0:
        fits = cost.middle <= answers.amount
        reasons.append((IN_BUDGET, MONEY) if fits else (TOO_DEAR, -MONEY))
    reasons.sort(key=lambda reason: -abs(reason[1]))
    return Advice(form, sum(points for _says, points in reasons), tuple(reasons), cost)


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
