"""A visit from its planning to its published report."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.supervision import queries, rules
from tenant_app.supervision.models import (
    FollowUp,
    Notice,
    SupervisionFinding,
    SupervisionVisit,
    Verdict,
    VisitState,
)
from tenant_app.supervision.service.shared import visit_for
from tenant_app.supervision.service.using import check_free

MANAGE, FOLLOW = Permission.SUPERVISION_MANAGE, Permission.SUPERVISION_FOLLOW


def plan(
    ctx: Context,
    *,
    unit_id: UUID,
    visit_on: date,
    notice: Notice,
    by_whom: str,
    heightened: bool = False,
) -> SupervisionVisit:
    """A visit is in the calendar. Raises Invalid naming the field, NotFound for the unit."""
    ctx.require(MANAGE)
    unit = queries.unit_at(ctx, unit_id, MANAGE)
    if unit is None:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    try:
        path = organisation.path_of(ctx, unit.id)
    except NotFound:
        raise Invalid(
            N_("“%(name)s” is closed. Choose a unit that is open."), field="unit_id", name=unit.name
        ) from None
    ctx.require(MANAGE, at=path)
    rules.check_kind(unit.kind)
    made = SupervisionVisit(
        id=uuid7(),
        unit_id=unit.id,
        visit_on=rules.check_planned(visit_on, today=ctx.today),
        notice=notice,
        by_whom=rules.check_line(by_whom, field="by_whom"),
        heightened=heightened,
        recorded_by=ctx.actor.user_id,
        recorded_at=ctx.now,
    )
    ctx.session.add(made)
    audit.record(ctx, "supervision.planned", made.id, new=_facts(made))
    return made


def change(
    ctx: Context,
    visit_id: UUID,
    *,
    visit_on: date,
    notice: Notice,
    by_whom: str,
    heightened: bool | None = None,
) -> SupervisionVisit:
    """The visit has these facts; heightened supervision stays as it was unless it is said.

    Raises Conflict once its report is published."""
    found = visit_for(ctx, visit_id, MANAGE)
    rules.check_state(found.state, rules.OPEN)
    old = _facts(found)
    check = rules.check_held if found.state is VisitState.HELD else rules.check_planned
    found.visit_on = check(visit_on, today=ctx.today)
    found.by_whom = rules.check_line(by_whom, field="by_whom")
    found.notice = notice
    found.heightened = found.heightened if heightened is None else heightened
    new = _facts(found)
    changed = [name for name in new if old[name] != new[name]]
    if changed:
        audit.record(
            ctx,
            "supervision.changed",
            found.id,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return found


def hold(
    ctx: Context, visit_id: UUID, *, visit_on: date, heightened: bool | None = None
) -> SupervisionVisit:
    """The visit was held on the day. Findings can be written down from now on.

    Heightened supervision is as it was planned unless it is said."""
    found = visit_for(ctx, visit_id, MANAGE)
    rules.check_state(found.state, [VisitState.PLANNED])
    found.visit_on = rules.check_held(visit_on, today=ctx.today)
    found.state = VisitState.HELD
    found.heightened = found.heightened if heightened is None else heightened
    new = {"visit_on": found.visit_on, "heightened": found.heightened}
    audit.record(ctx, "supervision.held", found.id, new=new)
    return found


def publish(
    ctx: Context, visit_id: UUID, *, published_on: date, report_link: str = ""
) -> SupervisionVisit:
    """The report is published, and its findings stay as they are."""
    found = visit_for(ctx, visit_id, MANAGE)
    rules.check_state(found.state, [VisitState.HELD])
    day = rules.check_published(published_on, visit_on=found.visit_on, today=ctx.today)
    found.report_link = rules.check_link(report_link)
    found.state, found.published_on = VisitState.REPORTED, day
    audit.record(ctx, "supervision.published", found.id, new={"published_on": day})
    return found


def call_off(ctx: Context, visit_id: UUID, *, why: str) -> SupervisionVisit:
    """A planned visit does not take place, for a reason."""
    found = visit_for(ctx, visit_id, MANAGE)
    rules.check_state(found.state, [VisitState.PLANNED])
    found.called_off_why = rules.check_text(why, field="why")
    found.state = VisitState.CALLED_OFF
    audit.record(ctx, "supervision.called_off", found.id, note=found.called_off_why[:500])
    return found


def add_finding(
    ctx: Context, visit_id: UUID, *, area_id: UUID, verdict: Verdict, text: str
) -> SupervisionFinding:
    """What was seen at a visit that is held and has no published report yet."""
    visit = visit_for(ctx, visit_id, MANAGE)
    rules.check_state(visit.state, [VisitState.HELD])
    rules.check_room(queries.count_findings(ctx, visit.id), field="text")
    if not queries.is_area(ctx, area_id):
        raise NotFound(N_("There is no such competence area. Choose one."), field="area_id")
    made = SupervisionFinding(
        id=uuid7(),
        visit_id=visit.id,
        area_id=area_id,
        verdict=verdict,
        text=rules.check_text(text, field="text"),
    )
    ctx.session.add(made)
    # Never the text: the trail is read by others than the finding.
    audit.record(ctx, "supervision.finding_added", visit.id, new={"verdict": verdict.value})
    return made


def remove_finding(ctx: Context, finding_id: UUID) -> None:
    """A finding of a visit that has no published report yet was a mistake."""
    found = queries.finding_to_change(ctx, finding_id)
    if found is None:
        raise NotFound(N_("There is no such finding. Choose from the list."), field="finding_id")
    visit = visit_for(ctx, found.visit_id, MANAGE)
    rules.check_state(visit.state, [VisitState.HELD])
    check_free(ctx, found, field="finding_id")
    ctx.session.delete(found)
    audit.record(ctx, "supervision.finding_removed", visit.id, old={"verdict": found.verdict.value})


def follow_up(ctx: Context, visit_id: UUID, *, text: str, owner: str, due_on: date) -> FollowUp:
    """Somebody does something by a day because of the visit. Done by those who lead there."""
    visit = visit_for(ctx, visit_id, FOLLOW)
    rules.check_state(visit.state, rules.FOUND)
    rules.check_room(queries.count_follow_ups(ctx, visit.id), field="text")
    made = FollowUp(
        id=uuid7(),
        visit_id=visit.id,
        text=rules.check_line(text, field="text"),
        owner=rules.check_line(owner, field="owner"),
        due_on=rules.check_due(due_on, visit_on=visit.visit_on, today=ctx.today),
    )
    ctx.session.add(made)
    audit.record(
        ctx, "supervision.follow_up_added", visit.id, new={"item": made.text, "due_on": due_on}
    )
    return made


def finish(ctx: Context, follow_up_id: UUID, *, note: str = "") -> FollowUp:
    """The line of the plan is done today."""
    found = queries.follow_up_to_change(ctx, follow_up_id)
    if found is None:
        raise NotFound(N_("There is no such task. Choose from the list."), field="follow_up_id")
    visit_for(ctx, found.visit_id, FOLLOW)
    rules.check_left(found.done_on)
    found.note = rules.check_text(note, field="note", required=False)
    found.done_on, found.done_by = ctx.today, ctx.actor.user_id
    audit.record(
        ctx,
        "supervision.follow_up_done",
        found.visit_id,
        new={"item": found.text, "done_on": ctx.today},
    )
    return found


def _facts(visit: SupervisionVisit) -> dict[str, Any]:
    return {
        "visit_on": visit.visit_on,
        "notice": visit.notice.value,
        "by_whom": visit.by_whom,
        "heightened": visit.heightened,
    }
