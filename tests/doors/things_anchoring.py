"""Plans of confirmed places, their items, and what was recorded in them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import (
    AnchoringPlan,
    ItemKind,
    Outcome,
    Owner,
    Phase,
    PlanItem,
    PracticeTrial,
    Seen,
    TemplateItem,
)
from tests.town import Town


class AnchoringThings(Town):
    """Every plan has an enrolment of its own, on a course that was held."""

    def make_template_item(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return anchoring.add_item(
                ctx,
                phase=Phase.AFTER,
                owner=Owner.PARTICIPANT,
                kind=ItemKind.AGREE,
                text=self.word("anchoring_template_items", "text"),
                days=30,
            ).id

    def make_plan(self, where: str) -> UUID:
        """With something of everything in it, and a trial that has its result."""
        self.the("template_item")
        enrolment_id = self.make("attended", where)
        with self.as_system() as ctx:
            plan_id: UUID = ctx.session.scalars(
                select(AnchoringPlan.id).where(AnchoringPlan.enrolment_id == enrolment_id)
            ).one()
            anchoring.record_sharing(
                ctx,
                plan_id,
                shared_on=self.day(-10),
                place=self.word("sharings", "place"),
                text=self.word("sharings", "text"),
            )
            anchoring.record_observation(
                ctx,
                plan_id,
                observed_on=self.day(-5),
                seen=Seen.PARTLY,
                text=self.word("observations", "text"),
            )
            trial = anchoring.begin_trial(
                ctx,
                plan_id,
                hypothesis=self.word("practice_trials", "hypothesis"),
                signs=self.word("practice_trials", "signs"),
                begins_on=self.day(-10),
            )
            anchoring.end_trial(
                ctx,
                trial.id,
                outcome=Outcome.KEEP,
                result=self.word("practice_trials", "result"),
                evaluated_on=self.day(-2),
            )
        return plan_id

    def make_anchoring_item(self, where: str) -> UUID:
        """A participant's item that is left; two others of its plan are done and dropped."""
        items = self._with_items(where)
        with self.as_system() as ctx:
            anchoring.tick(ctx, items[1], note=self.word("anchoring_items", "note"))
            anchoring.drop(ctx, items[2], why=self.word("anchoring_items", "dropped_why"))
        return items[0]

    def make_trial(self, where: str) -> UUID:
        """One that is under way."""
        plan_id = self.make_plan(where)
        with self.as_system() as ctx:
            return anchoring.begin_trial(
                ctx,
                plan_id,
                hypothesis=self.word("practice_trials", "hypothesis"),
                signs=self.word("practice_trials", "signs"),
                begins_on=self.day(-10),
            ).id

    def make_trying(self, where: str) -> UUID:
        """A plan whose trial is under way."""
        trial_id = self.make_trial(where)
        with self.as_system() as ctx:
            return ctx.session.get_one(PracticeTrial, trial_id).plan_id

    def _with_items(self, where: str) -> list[UUID]:
        """Three of the participant's agreements in a new plan."""
        mine = (PlanItem.owner == Owner.PARTICIPANT, PlanItem.kind == ItemKind.AGREE)
        with self.as_system() as ctx:
            known = [item for item in anchoring.template(ctx).items if _is_mine(item)]
        for _ in range(3 - len(known)):
            self.make_template_item(where)
        plan_id = self.make_plan(where)
        with self.as_system() as ctx:
            return list(
                ctx.session.scalars(
                    select(PlanItem.id)
                    .where(PlanItem.plan_id == plan_id, *mine)
                    .order_by(PlanItem.id)
                    .limit(3)
                )
            )


def _is_mine(item: TemplateItem) -> bool:
    return item.form is None and item.owner is Owner.PARTICIPANT and item.kind is ItemKind.AGREE
