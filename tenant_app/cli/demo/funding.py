"""Who pays: a state pool that the rules name, dearer cover from New Year, and a module over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolKind
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind, Provider
from tenant_app.cli.demo import offers, plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.cli.demo.strings import Strings
from tenant_app.core.context import Context
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalLevel, Enrolment
from tenant_app.enrolments.service import Decision
from tenant_app.tenancy import service as tenancy

CODE, NAME = "SPROGPULJE", "Statspulje: Sprog og udsatte børn"
PURPOSE = (
    "Tilskud til diplommoduler, der styrker arbejdet med sprog og børn i udsatte positioner. "
    "Regnskabet skal godkendes af revisor."
)
GRANTS = {plan.YEAR: 180_000, plan.YEAR + 1: 120_000}
"""Whole kroner."""
STATE_RULE = {
    "name": "Sprogpuljen",
    "when": {"form": "diploma_module", "municipal_goal": True},
    "shares": {
        "fee": {f"pool:{CODE}": 10_000},
        "cover": {f"pool:{CODE}": 5_000, "central": 5_000},
        "default": {"institution": 10_000},
    },
}
COVER_RULE = {
    "name": "Vikar på temadage",
    "when": {"form_in": ["theme_day", "pedagogical_day"]},
    "shares": {"institution": 10_000},
}
RULES_FROM = date(2026, 11, 1)
MODULE = (date(2026, 11, 16), date(2027, 2, 19), date(2026, 11, 9))
"""First day, last day, deadline: it lies in two budget years."""
ASKS = (3, 5)
"""The institutions (from 0) that send somebody."""

Scene = tuple[datetime, Callable[[datetime], None]]


class Funding:
    """The scenes of money with a purpose."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.session_id: UUID | None = None

    def scenes(self) -> list[Scene]:
        """When what happens."""
        return [
            (_at(2026, 1, 12), lambda at: self._grant(at, plan.YEAR)),
            (_at(2026, 10, 21), lambda at: self._grant(at, plan.YEAR + 1)),
            (_at(2026, 10, 21, 12), self._module),
            (_at(2026, 10, 26), self._rules),
            (_at(2026, 10, 27), self._cover),
            (_at(2026, 11, 3), self._ask),
            *Strings(self.stage, self.town, pool_code=CODE).scenes(),
        ]

    def _grant(self, at: datetime, year: int) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        [found] = [each for each in budgets.years(ctx).items if each.year == year]
        pool = budgets.open_named_pool(
            ctx,
            found.id,
            kind=PoolKind.EARMARKED,
            code=CODE,
            name=NAME,
            policy=Policy.STOP,
            purpose=PURPOSE,
        )
        amount = kroner(GRANTS[year])
        budgets.adjust_allotment(ctx, pool.id, amount=amount, reason=f"Tilsagn for {year}")

    def _rules(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        [current] = budgets.rules_versions(ctx, page_size=1).items
        budgets.set_rules(
            ctx,
            [STATE_RULE, *current.rules],
            cover=[COVER_RULE],
            valid_from=RULES_FROM,
            note="Statspuljen betaler sprogmodulerne; temadage holdes i institutionens egen tid.",
        )

    def _cover(self, at: datetime) -> None:
        """The hourly rate follows the wages; e-learning is done in quiet hours."""
        ctx = self.stage.enter(at, self.town.admin_id)
        known = tenancy.settings(ctx).cover_rules
        dearer = known["rate"] * 103 // 10_000 * 100
        tenancy.change_settings(
            ctx,
            cover_rules={
                **known,
                "rates": [{"from": f"{plan.YEAR + 1}-01-01", "rate": dearer}],
                "hours": {
                    CourseForm.E_LEARNING.value: {"per": "none"},
                    CourseForm.THEME_DAY.value: {"per": "day", "hours": "7.4"},
                },
            },
        )

    def _module(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        starts_on, ends_on, deadline = MODULE
        course = catalogue.create_course(
            ctx,
            code="PD-136",
            title="Sprog og skriftsprog i dagtilbud",
            provider_id=_provider(ctx),
            form=CourseForm.DIPLOMA_MODULE,
            ects=Decimal(10),
            hours=Decimal(280),
            price_kind=PriceKind.PER_PERSON,
            price=kroner(12_400),
            materials=kroner(600),
            serves_municipal_goal=True,
        )
        made = catalogue.create_session(
            ctx,
            course_id=course.id,
            starts_on=starts_on,
            ends_on=ends_on,
            deadline=deadline,
            seats=24,
            place="København",
        )
        self.session_id = made.id

    def _ask(self, at: datetime) -> None:
        """Two institutions send one each; the first is answered at all levels at once."""
        for n, institution in enumerate(ASKS):
            ctx = self.stage.enter(at, self.town.leaders[institution])
            assert self.session_id is not None
            [made] = enrolments.request(
                ctx,
                session_id=self.session_id,
                employee_ids=[self.town.pedagogues[institution][-3]],
                motivation="Sproget fylder mest i vores handleplan. Modulet ligger hen over nytår.",
            )
            if n == 0:
                self._approve(at, made.id, institution)

    def _approve(self, at: datetime, enrolment_id: UUID, institution: int) -> None:
        deciders = {
            ApprovalLevel.INSTITUTION: self.town.leaders[institution],
            ApprovalLevel.CENTRAL: self.town.admin_id,
        }
        if self.town.area_leaders:
            area = self.town.area_of[institution]
            deciders[ApprovalLevel.AREA] = self.town.area_leaders[area]
        while (level := self._waits_for(at, enrolment_id)) is not None:
            ctx = self.stage.enter(at, deciders[level])
            for outcome in enrolments.decide_many(ctx, [enrolment_id], Decision.APPROVE, ""):
                if outcome.refusal is not None:
                    raise RuntimeError(f"the demo's approval failed: {outcome.refusal}")

    def _waits_for(self, at: datetime, enrolment_id: UUID) -> ApprovalLevel | None:
        ctx = self.stage.enter(at)
        return ctx.session.scalar(
            select(Enrolment.waiting_level).where(Enrolment.id == enrolment_id)
        )


def _provider(ctx: Context) -> UUID:
    found = catalogue.providers(ctx, page_size=100).items
    named: list[Provider] = [each for each in found if each.name == offers.KP]
    return named[0].id


def _at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
