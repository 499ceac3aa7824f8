"""What the form advice knows, as facts: when a rule holds, what it says, and the points it gives.

The tables below are the standard; a municipality may change points, words and thresholds, and each
change is a new version. The conditions themselves are these and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tenant_app.catalogue.models import CourseForm as F
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import Money
from tenant_app.needs.models import Urgency

FEW, MANY = 4, 12
"""People: up to FEW one can send them out; from MANY on one brings it home."""
MOST_POINTS, MOST_WEEKS_OF_FORM, MOST_OF_MANY = 9, 260, 1000
LONGEST_REASON = 300


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

    key: str
    says: str
    points: Mapping[F, int]


HOLDS: Mapping[str, Callable[[Answers, int, int], bool]] = {
    "urgent": lambda a, few, many: a.urgency in (Urgency.HIGH, Urgency.ACUTE),
    "not_urgent": lambda a, few, many: a.urgency in (Urgency.LOW, Urgency.NORMAL),
    "few": lambda a, few, many: a.people <= few,
    "many": lambda a, few, many: a.people >= many,
    "one_unit": lambda a, few, many: a.units == 1,
    "several_units": lambda a, few, many: a.units > 1,
    "shared": lambda a, few, many: a.shared,
    "for_some": lambda a, few, many: not a.shared,
    "same_level": lambda a, few, many: a.shared and a.same_level,
    "levels_differ": lambda a, few, many: a.shared and not a.same_level,
    "resource_persons": lambda a, few, many: a.resource_persons,
    "no_resource_persons": lambda a, few, many: not a.resource_persons,
}
"""The condition of each rule, of the answers and of how many are few and many."""


@dataclass(frozen=True)
class RuleSet:
    """Everything the advice goes by. Version 0 is the standard."""

    version: int
    rules: tuple[Rule, ...]
    weeks: Mapping[F, int]
    """How long a form usually takes before it is seen in practice."""
    time: int
    """Points taken from a form that takes too long."""
    money: int
    """Points given within what can be spent, and taken above it."""
    few: int
    many: int

    @property
    def unknown(self) -> int:
        """Points taken from a form whose price nobody knows: half of those for a too high one."""
        return (self.money + 1) // 2

    def holds(self, rule: Rule, answers: Answers) -> bool:
        """Whether the rule is about these answers."""
        return HOLDS[rule.key](answers, self.few, self.many)

    def rule(self, key: str) -> Rule:
        """The rule of a condition. Raises Invalid."""
        for rule in self.rules:
            if rule.key == key:
                return rule
        raise Invalid(N_("There is no such rule. Choose one of the list."), field="key")

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "rules": [
                {
                    "key": rule.key,
                    "says": rule.says,
                    "points": {form.value: points for form, points in rule.points.items()},
                }
                for rule in self.rules
            ],
            "weeks": {form.value: weeks for form, weeks in self.weeks.items()},
            "time": self.time,
            "money": self.money,
            "few": self.few,
            "many": self.many,
        }


def read_set(version: int, kept: Mapping[str, Any]) -> RuleSet:
    """A set as it was kept."""
    return RuleSet(
        version=version,
        rules=tuple(
            Rule(
                each["key"],
                each["says"],
                {F(form): points for form, points in each["points"].items()},
            )
            for each in kept["rules"]
        ),
        weeks={F(form): weeks for form, weeks in kept["weeks"].items()},
        time=kept["time"],
        money=kept["money"],
        few=kept["few"],
        many=kept["many"],
    )


def with_rule(known: RuleSet, key: str, *, says: str, points: Mapping[F, int]) -> RuleSet:
    """The set with other words and points of one condition. Raises Invalid."""
    old = known.rule(key)
    words = " ".join(says.split())
    if not words:
        raise Invalid(N_("This cannot be empty. Write something."), field="says")
    if len(words) > LONGEST_REASON:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field="says",
            longest=LONGEST_REASON,
        )
    for form, number in points.items():
        _check(number, field=f"points_{form.value}", least=-MOST_POINTS, most=MOST_POINTS)
    made = Rule(key, words, {form: number for form, number in points.items() if number})
    return replace(known, rules=tuple(made if rule is old else rule for rule in known.rules))


def with_scale(
    known: RuleSet, *, weeks: Mapping[F, int], time: int, money: int, few: int, many: int
) -> RuleSet:
    """The set with other thresholds, weeks and weights. Raises Invalid."""
    for form, number in weeks.items():
        _check(number, field=f"weeks_{form.value}", least=0, most=MOST_WEEKS_OF_FORM)
    _check(time, field="time", least=0, most=MOST_POINTS)
    _check(money, field="money", least=0, most=MOST_POINTS)
    _check(few, field="few", least=1, most=MOST_OF_MANY - 1)
    _check(many, field="many", least=few + 1, most=MOST_OF_MANY)
    return replace(
        known, weeks={**known.weeks, **weeks}, time=time, money=money, few=few, many=many
    )


def _check(number: int, *, field: str, least: int, most: int) -> None:
    if not least <= number <= most:
        raise Invalid(
            N_("Write a whole number from %(least)s to %(most)s."),
            field=field,
            least=least,
            most=most,
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "urgent",
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
        "not_urgent",
        N_("It is not urgent: there is room for what goes deeper."),
        {F.DIPLOMA_MODULE: 2, F.ACADEMY_MODULE: 2, F.ACTION_LEARNING: 2, F.NETWORK: 1},
    ),
    Rule(
        "few",
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
        "many",
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
        "one_unit",
        N_("One institution: the whole house can work on it together."),
        {F.PEDAGOGICAL_DAY: 2, F.SUPERVISION: 1, F.SIDE_BY_SIDE: 1, F.ACTION_LEARNING: 1},
    ),
    Rule(
        "several_units",
        N_("Several institutions: what they do together spreads between them."),
        {F.NETWORK: 3, F.THEME_DAY: 2, F.COURSE: 1, F.ACTION_LEARNING: 1, F.PEDAGOGICAL_DAY: -2},
    ),
    Rule(
        "shared",
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
        "for_some",
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
        "same_level",
        N_("All need the same level: everybody goes through the same."),
        {F.COURSE: 2, F.E_LEARNING: 2, F.PEDAGOGICAL_DAY: 1, F.NETWORK: -1},
    ),
    Rule(
        "levels_differ",
        N_("The levels may differ: a few go deep and carry it to the others."),
        {F.DIPLOMA_MODULE: 2, F.ACADEMY_MODULE: 1, F.NETWORK: 2, F.SIDE_BY_SIDE: 2},
    ),
    Rule(
        "resource_persons",
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
        "no_resource_persons",
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
STANDARD = RuleSet(version=0, rules=RULES, weeks=WEEKS, time=TIME, money=MONEY, few=FEW, many=MANY)
