"""Answers become needs, an initiative and the draft of a plan; each tells which answer it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.audit import service as audit
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, NotFound
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import (
    DialogueAgreement,
    DialogueResult,
    DialogueSession,
    Phase,
)
from tenant_app.dialogue.rules import AgreementDraft, NeedDraft
from tenant_app.dialogue.service.shared import changed, to_steer
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import rules as need_rules
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need, SourceType
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind


def make_needs(ctx: Context, session_id: UUID, drafts: Sequence[NeedDraft]) -> list[Need]:
    """Answers of the first phase are needs of the unit, in one step: each answer is evidence from
    a dialogue in the staff group. All of them or none.

    Raises Conflict before the phase is over, and for an answer that became something already.
    """
    found = to_steer(ctx, session_id)
    wanted = rules.together(drafts)
    ids = [answer_id for draft in wanted for answer_id in draft.answer_ids]
    said = _answers(ctx, found, ids, Phase.NEEDS)
    made = []
    for draft in wanted:
        answers = [said[each] for each in draft.answer_ids]
        need, evidence = _report(ctx, found, draft, [answer.text for answer in answers])
        made.append(need)
        _link(ctx, found, answers, evidence, need_id=need.id)
    changed(found)
    audit.record(
        ctx, "dialogue.became_needs", found.id, new={"answers": len(ids), "needs": len(made)}
    )
    return made


def make_initiative(
    ctx: Context,
    session_id: UUID,
    *,
    answer_ids: Sequence[UUID],
    title: str,
    people: int,
    description: str = "",
    target_group: str = "",
    goal_id: UUID | None = None,
    area_id: UUID | None = None,
    form: CourseForm | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Initiative:
    """Answers of the second phase are an initiative of the unit: a new idea, that answers those
    needs of the session that are qualified. `tie_needs` ties the others when they are."""
    found = to_steer(ctx, session_id)
    said = _answers(ctx, found, answer_ids, Phase.INITIATIVE)
    made = initiatives.create(
        ctx,
        unit_id=_owner(ctx, found),
        title=title,
        people=people,
        description=description,
        target_group=target_group,
        goal_id=goal_id,
        area_id=area_id,
        form=form,
        starts_on=starts_on,
        ends_on=ends_on,
        need_ids=_answerable(ctx, found),
    )
    _link(ctx, found, list(said.values()), [None] * len(said), initiative_id=made.id)
    changed(found)
    audit.record(
        ctx,
        "dialogue.became_initiative",
        found.id,
        new={"answers": len(said), "title": made.title},
    )
    return made


def make_plan(
    ctx: Context,
    session_id: UUID,
    drafts: Sequence[AgreementDraft],
    *,
    initiative_id: UUID | None = None,
) -> list[DialogueAgreement]:
    """Answers of the third phase are the draft of a plan: who does what, and when; for an
    initiative of the same session, or for none yet."""
    found = to_steer(ctx, session_id)
    said = _answers(ctx, found, [draft.answer_id for draft in drafts], Phase.PLANNING)
    if initiative_id is not None:
        _check_own(ctx, found, initiative_id)
    made = []
    for draft in drafts:
        made.append(
            DialogueAgreement(
                id=uuid7(),
                session_id=found.id,
                card_id=said[draft.answer_id].card_id,
                answer_id=draft.answer_id,
                initiative_id=initiative_id,
                phase=draft.phase,
                owner=draft.owner,
                text=rules.clean_line(draft.text, field="agreement"),
                due_on=rules.check_due_on(draft.due_on),
                made_by=ctx.actor.user_id,
                made_at=ctx.now,
            )
        )
    ctx.session.add_all(made)
    changed(found)
    audit.record(ctx, "dialogue.became_plan", found.id, new={"agreements": len(made)})
    return made


def tie_needs(ctx: Context, session_id: UUID, initiative_id: UUID) -> int:
    """The initiative answers the needs of its session that are qualified by now. Returns how many
    were tied to it."""
    found = to_steer(ctx, session_id)
    if initiative_id not in queries.initiative_ids(ctx, found.id):
        raise NotFound(N_("Choose an initiative that came of this session."), field="initiative_id")
    # What is tied already is tied again below: it must be all of it.
    queries.hold_initiative(ctx, initiative_id)
    tied = queries.tied_needs(ctx, initiative_id)
    more = [each for each in _answerable(ctx, found) if each not in tied]
    if more:
        initiatives.change(ctx, initiative_id, need_ids=[*tied, *more])
        audit.record(ctx, "dialogue.needs_tied", found.id, new={"needs": len(more)})
    return len(more)


def untied(ctx: Context, session: DialogueSession) -> set[UUID]:
    """The initiatives of the session to which needs of it could be tied now."""
    return queries.with_untied(ctx, session.id, _ready(ctx))


def _answers(
    ctx: Context, session: DialogueSession, ids: Sequence[UUID], phase: Phase
) -> dict[UUID, Any]:
    """The answers, of a phase that is over, none of which became anything yet."""
    rules.check_drafts(ids, field="answer_ids")
    rules.check_over(session.state, phase)
    rows = queries.answers(ctx, session.id, phase=phase, answer_ids=ids)
    said = {row.id: row for row in rows}
    if len(said) != len(ids):
        raise NotFound(
            N_("One of the answers is not there any more. Reload the page."), field="answer_ids"
        )
    rules.check_unused(queries.became(ctx, ids))
    return {each: said[each] for each in ids}


def _report(
    ctx: Context, session: DialogueSession, draft: NeedDraft, texts: Sequence[str]
) -> tuple[Need, list[UUID]]:
    """The need, and each text as its evidence."""
    told: dict[str, Any] = {"source": SourceType.GROUP_DIALOGUE, "role": draft.role}
    told["confidentiality"] = draft.confidentiality
    told["found_on"] = min(session.held_on, ctx.today)
    need = needs.report(
        ctx,
        unit_id=session.unit_id,
        area_id=draft.area_id,
        title=draft.title,
        urgency=draft.urgency,
        staff=draft.staff,
    )
    return need, [needs.add_evidence(ctx, need.id, text=text, **told) for text in texts]


def _link(
    ctx: Context,
    session: DialogueSession,
    said: Sequence[Any],
    evidence: Sequence[UUID | None],
    **became: UUID,
) -> None:
    queries.drop_withdrawn(ctx, [row.id for row in said])
    ctx.session.add_all(
        DialogueResult(
            id=uuid7(),
            session_id=session.id,
            card_id=row.card_id,
            answer_id=row.id,
            made_by=ctx.actor.user_id,
            made_at=ctx.now,
            evidence_id=evidence_id,
            **became,
        )
        for row, evidence_id in zip(said, evidence, strict=True)
    )
    ctx.session.flush()  # an answer that somebody used at the same time speaks here


def _check_own(ctx: Context, session: DialogueSession, initiative_id: UUID) -> None:
    if initiative_id not in queries.initiative_ids(ctx, session.id):
        raise NotFound(N_("Choose an initiative that came of this session."), field="initiative_id")


def _answerable(ctx: Context, session: DialogueSession) -> list[UUID]:
    """Needs of the session that an initiative may answer, where the actor sees them."""
    return queries.needs_of(ctx, session.id, _ready(ctx))


def _ready(ctx: Context) -> ColumnElement[bool]:
    return needs.visible(ctx) & Need.state.in_(need_rules.ANSWERABLE)


def _owner(ctx: Context, session: DialogueSession) -> UUID:
    """A house has no initiatives of its own: they are its institution's."""
    if session.unit.kind is not UnitKind.HOUSE:
        return session.unit_id
    above = organisation.ancestor(ctx, session.unit_id, UnitKind.INSTITUTION)
    return session.unit_id if above is None else above.id
