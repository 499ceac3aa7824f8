"""Talks over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentItem, DevelopmentPlan, DevelopmentTalk, TalkRound
from tenant_app.talks.schemas import (
    DevelopmentPlanIn,
    DevelopmentPlanOut,
    LearningChangeIn,
    LearningIn,
    LearningStateOut,
    PlanTakenUpIn,
    PlanWithItemsOut,
    TalkAgreementIn,
    TalkDetailsOut,
    TalkEvidenceIn,
    TalkEvidenceOut,
    TalkHeldIn,
    TalkHolderIn,
    TalkInvitationIn,
    TalkInvitedOut,
    TalkOut,
    TalkPreparationIn,
    TalkQuery,
    TalkReasonIn,
    TalkRoundChangeIn,
    TalkRoundEndedOut,
    TalkRoundIn,
    TalkRoundLineOut,
    TalkRoundOut,
    TalkSignatureIn,
    TalkStateOut,
    TalkStatusOut,
    TalkTimeIn,
)

blueprint = Blueprint(
    "talks",
    __name__,
    url_prefix="/api/v1/talks",
    description="Development talks and plans; what they say is read by their parties alone",
)


@blueprint.get("/rounds")
@endpoint(blueprint, page_of=TalkRoundLineOut)
def list_rounds(ctx: Context, **paging: Any) -> Page[talks.RoundLine]:
    """The rounds of the units whose talks the caller holds."""
    return talks.rounds(ctx, **paging)


@blueprint.post("/rounds")
@endpoint(blueprint, takes=TalkRoundIn, returns=TalkRoundOut, status=201)
def open_round(ctx: Context, **facts: Any) -> TalkRound:
    """Open a round; in MUS everybody employed in the unit is invited unless some are named."""
    return talks.open_round(ctx, **facts)


@blueprint.post("/rounds/<uuid:round_id>/invitations")
@endpoint(blueprint, takes=TalkInvitationIn, returns=TalkInvitedOut, status=201)
def invite(ctx: Context, round_id: UUID, employee_ids: list[UUID]) -> dict[str, Any]:
    """Invite more people to a round."""
    return {"talk_ids": talks.invite(ctx, round_id, employee_ids=employee_ids)}


@blueprint.put("/rounds/<uuid:round_id>")
@endpoint(blueprint, takes=TalkRoundChangeIn, returns=TalkRoundOut)
def change_round(ctx: Context, round_id: UUID, **facts: Any) -> TalkRound:
    """Give a round other days, or another invitation."""
    return talks.change_round(ctx, round_id, **facts)


@blueprint.post("/rounds/<uuid:round_id>/end")
@endpoint(blueprint, takes=TalkReasonIn, returns=TalkRoundEndedOut)
def end_round(ctx: Context, round_id: UUID, reason: str) -> dict[str, Any]:
    """End a round: its talks that lie ahead are cancelled."""
    return {"cancelled": talks.end_round(ctx, round_id, reason=reason)}


@blueprint.get("/")
@endpoint(blueprint, query=TalkQuery, page_of=TalkOut)
def list_talks(ctx: Context, **filters: Any) -> Page[DevelopmentTalk]:
    """The caller's talks, and those of the units they lead: states, never texts."""
    return talks.talks(ctx, **filters)


@blueprint.get("/<uuid:talk_id>")
@endpoint(blueprint, returns=TalkDetailsOut)
def show_talk(ctx: Context, talk_id: UUID) -> talks.Details:
    """One talk; what it says only to its parties."""
    return talks.details(ctx, talks.talk(ctx, talk_id))


@blueprint.put("/<uuid:talk_id>/preparation")
@endpoint(blueprint, takes=TalkPreparationIn, returns=TalkStateOut)
def prepare(ctx: Context, talk_id: UUID, **facts: Any) -> DevelopmentTalk:
    """Write the caller's own side, and share it or not."""
    return talks.prepare(ctx, talk_id, **facts)


@blueprint.put("/<uuid:talk_id>/time")
@endpoint(blueprint, takes=TalkTimeIn, returns=TalkStateOut)
def schedule(ctx: Context, talk_id: UUID, planned_at: datetime) -> DevelopmentTalk:
    """Give the talk a time."""
    return talks.schedule(ctx, talk_id, planned_at=planned_at)


@blueprint.put("/<uuid:talk_id>/holder")
@endpoint(blueprint, takes=TalkHolderIn, returns=TalkStateOut)
def hand_over(ctx: Context, talk_id: UUID, holder_id: UUID) -> DevelopmentTalk:
    """Let another leader or a deputy hold the talk."""
    return talks.hand_over(ctx, talk_id, holder_id=holder_id)


@blueprint.post("/<uuid:talk_id>/hold")
@endpoint(blueprint, takes=TalkHeldIn, returns=TalkStateOut)
def hold(ctx: Context, talk_id: UUID, held_on: date) -> DevelopmentTalk:
    """Record that the talk was held."""
    return talks.hold(ctx, talk_id, held_on=held_on)


@blueprint.put("/<uuid:talk_id>/agreement")
@endpoint(blueprint, takes=TalkAgreementIn, returns=TalkStateOut)
def write_agreement(ctx: Context, talk_id: UUID, **facts: Any) -> DevelopmentTalk:
    """Write what was agreed on, while nobody has signed."""
    return talks.write_agreement(ctx, talk_id, **facts)


@blueprint.post("/<uuid:talk_id>/signature")
@endpoint(blueprint, takes=TalkSignatureIn, returns=TalkStateOut)
def sign(ctx: Context, talk_id: UUID, revision: int) -> DevelopmentTalk:
    """Sign the agreement as it was read."""
    return talks.sign(ctx, talk_id, revision=revision)


@blueprint.post("/<uuid:talk_id>/reopen")
@endpoint(blueprint, returns=TalkStateOut)
def reopen(ctx: Context, talk_id: UUID) -> DevelopmentTalk:
    """Take all signatures away, so that the agreement can be changed."""
    return talks.reopen(ctx, talk_id)


@blueprint.post("/<uuid:talk_id>/call-off")
@endpoint(blueprint, takes=TalkReasonIn, returns=TalkStateOut)
def call_off(ctx: Context, talk_id: UUID, reason: str) -> DevelopmentTalk:
    """Cancel the talk, or say no to it."""
    return talks.call_off(ctx, talk_id, reason=reason)


@blueprint.post("/<uuid:talk_id>/evidence")
@endpoint(blueprint, takes=TalkEvidenceIn, returns=TalkEvidenceOut, status=201)
def add_evidence(ctx: Context, talk_id: UUID, **facts: Any) -> dict[str, UUID]:
    """Let something written anew stand behind a need, with the talk as its source."""
    return {"evidence_id": talks.add_evidence(ctx, talk_id, **facts)}


@blueprint.put("/<uuid:talk_id>/plan")
@endpoint(blueprint, takes=PlanTakenUpIn, returns=DevelopmentPlanOut)
def take_up(ctx: Context, talk_id: UUID, **facts: Any) -> DevelopmentPlan:
    """Take an employee's plan up in the talk; begin it where there is none."""
    return talks.take_up(ctx, talk_id, **facts)


@blueprint.get("/plans")
@endpoint(blueprint, page_of=DevelopmentPlanOut)
def list_plans(ctx: Context, **paging: Any) -> Page[DevelopmentPlan]:
    """The plans that the caller reads."""
    return talks.plans(ctx, **paging)


@blueprint.post("/plans")
@endpoint(blueprint, takes=DevelopmentPlanIn, returns=DevelopmentPlanOut, status=201)
def begin_plan(ctx: Context, **facts: Any) -> DevelopmentPlan:
    """Begin the caller's own plan."""
    return talks.begin_plan(ctx, **facts)


@blueprint.get("/plans/<uuid:plan_id>")
@endpoint(blueprint, returns=PlanWithItemsOut)
def show_plan(ctx: Context, plan_id: UUID) -> dict[str, Any]:
    """One plan with what is to be learnt."""
    found = talks.plan_details(ctx, talks.plan(ctx, plan_id))
    items = [each._asdict() | {"stands": found.stands(each)} for each in found.items]
    return {"plan": found.plan, "notes": found.notes, "items": items}


@blueprint.put("/plans/<uuid:plan_id>")
@endpoint(blueprint, takes=DevelopmentPlanIn, returns=DevelopmentPlanOut)
def write_plan(ctx: Context, plan_id: UUID, **facts: Any) -> DevelopmentPlan:
    """Write in a plan, and say how long it is valid."""
    return talks.write_plan(ctx, plan_id, **facts)


@blueprint.post("/plans/<uuid:plan_id>/items")
@endpoint(blueprint, takes=LearningIn, returns=LearningStateOut, status=201)
def add_item(ctx: Context, plan_id: UUID, **facts: Any) -> DevelopmentItem:
    """Add something to learn."""
    return talks.add_item(ctx, plan_id, **facts)


@blueprint.put("/items/<uuid:item_id>")
@endpoint(blueprint, takes=LearningChangeIn, returns=LearningStateOut)
def change_item(ctx: Context, item_id: UUID, **facts: Any) -> DevelopmentItem:
    """Change something to learn, and where it stands."""
    return talks.change_item(ctx, item_id, **facts)


@blueprint.get("/status")
@endpoint(blueprint, page_of=TalkStatusOut)
def list_status(ctx: Context, page: int, page_size: int) -> Page[dict[str, Any]]:
    """Talks and plans per unit as far as they may be counted."""
    found = talks.status(ctx)
    names = {area.id: area.name for area in found.areas}
    start = (page - 1) * page_size
    shown = [
        {
            "unit_id": line.unit_id,
            "name": line.name,
            "people": line.tally and line.tally.people,
            "talked_percent": line.tally and line.tally.talked_percent,
            "planned_percent": line.tally and line.tally.planned_percent,
            "tags": [
                {"area_id": area_id, "name": names[area_id], "people": people}
                for area_id, people in line.tags.items()
            ],
        }
        for line in found.lines[start : start + page_size]
    ]
    return Page(shown, page, page_size, len(found.lines) > start + page_size)
