"""Strings attached: what the state pool may go to, what pools let through, caps per person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolKind
from tenant_app.budgets.rules import EarmarkExceeded
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind
from tenant_app.cli.demo import offers, plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalLevel, Enrolment, EnrolmentState

CONSTRAINTS = [
    {
        "name": "Uformel læring",
        "when": {"form_in": ["network", "side_by_side", "video_feedback"]},
        "most_bp": 1_000,
    },
    {"name": "Ledere", "when": {"position": "leader"}, "most_bp": 2_000},
]
"""As the letter of grant has them: at most 10 % for informal learning, 20 % for leaders."""
CAPS = {
    "ects_central": ("central", 60_000),
    "mixed_equity": ("central", 50_000),
    "decentral": ("institution", 75_000),
}
"""Per profile: who pays, and whole kroner per person and year."""
CAP = "Kompetenceudvikling pr. medarbejder"
POLICIES: dict[str, dict[str, Any]] = {
    "ects_central": {"policy": Policy.APPROVE_OVER, "notify_bp": 7_500},
    "mixed_equity": {"policy": Policy.APPROVE_OVER, "block_bp": 11_000},
    "decentral": {"forms": {"diploma_module": {"policy": "approve_over"}}},
}
"""Per profile, of the institutions' pools; who says yes is the level above the leader."""
RULE = {
    "name": "Sprogpuljen, netværk",
    "when": {"form": "network", "municipal_goal": True},
    "shares": {
        "fee": {"pool:SPROGPULJE": 10_000},
        "default": {"institution": 10_000},
    },
}
ASKS = (1, 2, 4, 5, 6, 7)
"""The institutions (from 0) that want to join the network: one more than the cap has room for."""

Scene = tuple[datetime, Callable[[datetime], None]]


class Strings:
    """The scenes of money with strings, after the grant has come."""

    def __init__(self, stage: Stage, town: Town, *, pool_code: str) -> None:
        self.stage, self.town, self.code = stage, town, pool_code
        self.session_id: UUID | None = None
        self.asked: list[tuple[int, UUID]] = []

    def scenes(self) -> list[Scene]:
        """When what happens."""
        return [
            (_at(2026, 1, 13), self._attach),
            (_at(2026, 2, 2), self._cap),
            (_at(2026, 3, 3), self._policies),
            (_at(2026, 10, 28), self._network),
            (_at(2026, 11, 2), self._ask),
            (_at(2026, 11, 5), self._answer),
            (_at(2026, 11, 13), self._held),
        ]

    def _attach(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        pool = budgets.pool_with_code(ctx, year=plan.YEAR, code=self.code)
        if pool is None:
            raise RuntimeError("the demo has no state pool")
        budgets.set_constraints(ctx, pool.id, CONSTRAINTS)

    def _cap(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        payer, most = CAPS[self.town.place.profile]
        budgets.set_cap(ctx, name=CAP, payer=payer, most=kroner(most))

    def _policies(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        above = "area" if self.town.area_leaders else "central"
        facts = dict(POLICIES[self.town.place.profile])
        if "forms" in facts:
            facts["forms"] = {
                form: own | {"over_level": above} for form, own in facts["forms"].items()
            }
        pools = budgets.pools(ctx, year=plan.YEAR, kind=PoolKind.INSTITUTION, page_size=1).items
        budgets.set_policies(ctx, pools[0].id, over_level=above, whole_kind=True, **facts)

    def _network(self, at: datetime) -> None:
        """A network of language guides, and the rule that lets the state pool pay its fee."""
        ctx = self.stage.enter(at, self.town.consultant_id)
        [provider] = [
            each
            for each in catalogue.providers(ctx, page_size=100).items
            if each.name == offers.CONSULTANTS
        ]
        course = catalogue.create_course(
            ctx,
            code="NET-21",
            title="Netværk for sprogvejledere på tværs af huse",
            provider_id=provider.id,
            form=CourseForm.NETWORK,
            ects=Decimal(0),
            hours=Decimal(7),
            cover_hours=Decimal(0),
            price_kind=PriceKind.PER_PERSON,
            price=kroner(3_200),
            serves_municipal_goal=True,
        )
        self.session_id = catalogue.create_session(
            ctx,
            course_id=course.id,
            starts_on=date(2026, 11, 11),
            ends_on=date(2026, 11, 11),
            deadline=date(2026, 11, 6),
            seats=20,
            place="Rådhuset",
        ).id
        ctx = self.stage.enter(at, self.town.admin_id)
        [current] = budgets.rules_versions(ctx, page_size=1).items
        budgets.set_rules(
            ctx,
            [RULE, *current.rules],
            cover=current.cover,
            valid_from=current.valid_from,
            note="Netværket er uformel læring: statspuljen betaler inden for sine 10 %.",
        )

    def _ask(self, at: datetime) -> None:
        """The last one would break the cap of the state pool, and is refused."""
        for institution in ASKS:
            ctx = self.stage.enter(at, self.town.leaders[institution])
            assert self.session_id is not None
            try:
                with ctx.session.begin_nested():
                    [made] = enrolments.request(
                        ctx,
                        session_id=self.session_id,
                        employee_ids=[self.town.pedagogues[institution][-4]],
                        motivation="Vores sprogvejleder skal have nogen at sparre med.",
                    )
            except EarmarkExceeded:
                continue
            self.asked.append((institution, made.id))

    def _answer(self, at: datetime) -> None:
        """All but one are answered, at every level that is asked."""
        for institution, enrolment_id in self.asked[:-1]:
            deciders = {
                ApprovalLevel.INSTITUTION: self.town.leaders[institution],
                ApprovalLevel.CENTRAL: self.town.admin_id,
            }
            if self.town.area_leaders:
                area = self.town.area_of[institution]
                deciders[ApprovalLevel.AREA] = self.town.area_leaders[area]
            while (level := self._standing(at, enrolment_id).waiting_level) is not None:
                enrolments.approve(self.stage.enter(at, deciders[level]), enrolment_id)

    def _held(self, at: datetime) -> None:
        for institution, enrolment_id in self.asked:
            if self._standing(at, enrolment_id).state is EnrolmentState.CONFIRMED:
                ctx = self.stage.enter(at, self.town.leaders[institution])
                enrolments.complete(ctx, enrolment_id)

    def _standing(self, at: datetime, enrolment_id: UUID) -> Enrolment:
        return self.stage.enter(at).session.get_one(Enrolment, enrolment_id)


def _at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
