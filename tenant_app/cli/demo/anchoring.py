"""What came of the courses: ticked, shared, tried and seen; in some houses more than in others.

The plans themselves come with the approvals. Dice of its own, so that the year is the same with
and without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan, ItemKind, Outcome, PlanItem, Seen
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.context import Context

Scene = tuple[datetime, Callable[[datetime], None]]
DILIGENCE = (0.95, 0.75, 0.5, 0.85, 0.25)
"""How often a house follows up, house by house."""
PLACES = ("Personalemøde", "Stuemøde", "Pædagogisk dag", "Personalemøde i klyngen")
SHARED = (
    "Tre greb til samtaler i garderoben, vist med egne videoklip.",
    "Modellen for iagttagelse, og hvordan vi bruger den på stuen.",
    "Det vigtigste fra forløbet på ti minutter, og et spørgsmål til alle.",
    "",
)
TRIED = (
    (
        "Hvis vi venter fem sekunder på barnets svar, får flere børn sat ord på.",
        "Børnene svarer med mere end ét ord, og flere tager selv initiativ.",
        "Især de stille børn kom mere til orde. Vi venter nu i alle rutiner.",
    ),
    (
        "Hvis vi deler os i mindre grupper om formiddagen, bliver legene længere.",
        "En leg varer mere end et kvarter, uden at en voksen styrer den.",
        "Legene blev længere i to af tre grupper. Den tredje skal have et andet rum.",
    ),
    (
        "Hvis en voksen bliver siddende på gulvet, bliver der færre konflikter.",
        "Færre end to afbrydelser på en time.",
        "Det virker, når vi er to. Alene kan det ikke lade sig gøre endnu.",
    ),
)
OUTCOMES = (Outcome.KEEP, Outcome.KEEP, Outcome.ADAPT, Outcome.DROP)
OBSERVED = (
    (Seen.YES, "Set to formiddage i træk, uden at nogen tænkte over det."),
    (Seen.PARTLY, "Går fint ved måltidet, mindre i garderoben."),
    (Seen.NOT_YET, "Vi aftalte at se på det igen om en måned."),
)


class Aftermath:
    """What the houses do after a course."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.dice = Random(town.place.seed * 10 + 4)  # noqa: S311 - the same every time
        self.told: Counter[str] = Counter()
        self._kinds: dict[UUID, int] = {}

    def begin(
        self, ctx: Context, enrolment_ids: Sequence[UUID], institution: int, at: datetime
    ) -> Iterator[Scene]:
        """The leader goes through the agreements when the course is completed; what comes later
        is left as scenes."""
        diligence = DILIGENCE[(institution + self.town.place.seed) % len(DILIGENCE)]
        plans = ctx.session.scalars(
            select(AnchoringPlan.id)
            .where(AnchoringPlan.enrolment_id.in_(enrolment_ids))
            .order_by(AnchoringPlan.id)
        ).all()
        self._tick(ctx, plans, diligence)
        sharing = [each for each in plans if self.dice.random() < diligence]
        trying = [each for each in plans if self.dice.random() < diligence]
        begins = at + timedelta(days=self.dice.randint(4, 25))
        ends = begins + timedelta(days=self.dice.randint(25, 80))
        leader = self.town.leaders[institution]
        trials: dict[UUID, UUID] = {}
        if sharing or trying:
            yield begins, lambda then: self._share_and_try(leader, sharing, trying, trials, then)
        if trying:
            yield ends, lambda then: self._look_at(leader, trials, then)

    def _tick(self, ctx: Context, plans: Sequence[UUID], diligence: float) -> None:
        agreed = select(PlanItem.id).where(
            PlanItem.plan_id.in_(plans), PlanItem.kind == ItemKind.AGREE
        )
        for item_id in ctx.session.scalars(agreed.order_by(PlanItem.id)).all():
            if self.dice.random() < 0.5 + diligence / 2:
                anchoring.tick(ctx, item_id)
                self.told["ticked"] += 1

    def _share_and_try(
        self,
        leader: UUID,
        sharing: Sequence[UUID],
        trying: Sequence[UUID],
        trials: dict[UUID, UUID],
        at: datetime,
    ) -> None:
        ctx = self.stage.enter(at, leader)
        for plan_id in sharing:
            place, text = self.dice.choice(PLACES), self.dice.choice(SHARED)
            anchoring.record_sharing(ctx, plan_id, shared_on=ctx.today, place=place, text=text)
        for plan_id in trying:
            hypothesis, signs, _result = TRIED[self._kind_of(plan_id)]
            trials[plan_id] = anchoring.begin_trial(
                ctx, plan_id, hypothesis=hypothesis, signs=signs, begins_on=ctx.today
            ).id
        self.told["shared"] += len(sharing)

    def _look_at(self, leader: UUID, trials: dict[UUID, UUID], at: datetime) -> None:
        ctx = self.stage.enter(at, leader)
        for plan_id, trial_id in trials.items():
            anchoring.end_trial(
                ctx,
                trial_id,
                outcome=self.dice.choice(OUTCOMES),
                result=TRIED[self._kind_of(plan_id)][2],
                evaluated_on=ctx.today,
            )
            if self.dice.random() < 0.5:
                seen, text = self.dice.choice(OBSERVED)
                anchoring.record_observation(
                    ctx, plan_id, observed_on=ctx.today, seen=seen, text=text
                )
                self.told["observed"] += 1
        self.told["tried"] += len(trials)

    def _kind_of(self, plan_id: UUID) -> int:
        """Which of the things to try the plan is about: the same at its beginning and its end."""
        return self._kinds.setdefault(plan_id, len(self._kinds) % len(TRIED))
