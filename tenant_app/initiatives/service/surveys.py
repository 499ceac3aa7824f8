"""What those who take part say before an initiative begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Forbidden, NotFound
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import Initiative, SurveyAnswer
from tenant_app.initiatives.service.people import ENROLLED
from tenant_app.initiatives.service.reading import is_asking
from tenant_app.initiatives.service.shared import find_to_manage
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy

WAITING = "surveys_waiting"


def open_survey(ctx: Context, initiative_id: UUID) -> Initiative:
    """Those who take part can answer from now on. Raises Conflict when they can already, and
    before the initiative is qualified or after it has run."""
    found = find_to_manage(ctx, initiative_id)
    if found.survey_opened_at is not None:
        raise Conflict(N_("The survey is open already. Those who take part can answer it."))
    if found.state not in rules.SURVEYED:
        raise Conflict(
            N_("The survey can be opened once the initiative is qualified and until it has run.")
        )
    found.survey_opened_at = ctx.now
    audit.record(ctx, "initiative.survey_opened", found.id)
    return found


def close_survey(ctx: Context, initiative_id: UUID) -> Initiative:
    """Nobody can answer any more, and the answers are told together. Raises Conflict when it is
    not open."""
    found = find_to_manage(ctx, initiative_id)
    if not is_asking(ctx, found):
        raise Conflict(N_("The survey is not open. Reload the page to see where it stands."))
    found.survey_closed_at = ctx.now
    audit.record(ctx, "initiative.survey_closed", found.id)
    return found


def asks(ctx: Context) -> list[Select[*tuple[Any, ...]]]:
    """Surveys that wait for the actor's answer: (key, count)."""
    employee_id = ctx.actor.employee_id
    if employee_id is None:
        return []
    sources = [source(ctx) for source in ENROLLED]
    return [queries.count_asked(ctx, WAITING, employee_id, sources)]


def surveys(ctx: Context) -> Sequence[tuple[Initiative, SurveyAnswer | None]]:
    """(initiative, own answer) of the surveys that the actor is asked to answer."""
    if ctx.actor.employee_id is None:
        return []
    asked = [_mine(ctx, ctx.actor.employee_id), queries.is_asked()]
    return queries.asked_of(ctx, ctx.actor.employee_id, asked)


def survey(ctx: Context, initiative_id: UUID) -> tuple[Initiative, SurveyAnswer | None]:
    """One of those. Raises NotFound to whoever is not asked."""
    if ctx.actor.employee_id is None:
        raise NotFound()
    asked = [
        Initiative.id == initiative_id,
        _mine(ctx, ctx.actor.employee_id),
        queries.is_asked(),
    ]
    found = queries.asked_of(ctx, ctx.actor.employee_id, asked)
    if not found:
        raise NotFound()
    return found[0]


def answer_survey(
    ctx: Context, initiative_id: UUID, *, confidence: int, expects: str = "", will_use: str = ""
) -> None:
    """The actor's answer, as one who takes part, is this. The latest counts.

    Raises NotFound to whoever is not asked, and Invalid.
    """
    if ctx.actor.employee_id is None:
        raise Forbidden(N_("A survey is answered by those who take part."))
    survey(ctx, initiative_id)
    queries.keep(
        ctx,
        initiative_id=initiative_id,
        employee_id=ctx.actor.employee_id,
        confidence=rules.check_confidence(confidence),
        expects=rules.check_text(expects, field="expects"),
        will_use=rules.check_text(will_use, field="will_use"),
        answered_at=ctx.now,
    )
    # Not in the trail: who answered when, beside a sum that has just changed, would tell what.


def lacks_survey(ctx: Context, initiative: Initiative) -> bool:
    """Whether the municipality asks before a course, and nobody has asked here yet."""
    if initiative.survey_opened_at is not None or initiative.state not in rules.OPEN:
        return False
    return bool(tenancy.settings(ctx).limits.get("survey_before_course", False))


def _mine(ctx: Context, employee_id: UUID) -> ColumnElement[bool]:
    employment = organisation.employment(ctx, employee_id)
    if employment is None:
        return false()
    line = organisation.lines_above(ctx, [employment.unit_id]).get(employment.unit_id, [])
    return queries.takes_part(
        employee_id, {unit.id for unit in line}, [source(ctx) for source in ENROLLED]
    )
