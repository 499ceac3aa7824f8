"""A need is reported, by whoever meets it, and put into words that others understand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, Invalid, NotFound
from tenant_app.goals import service as goals
from tenant_app.needs import queries, rules
from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    Need,
    NeedState,
    SourceType,
    Urgency,
)
from tenant_app.needs.service import findings, scope
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


def report(
    ctx: Context,
    *,
    unit_id: UUID,
    area_id: UUID,
    title: str,
    urgency: Urgency,
    staff: int,
    description: str = "",
    competence_id: UUID | None = None,
    goal_id: UUID | None = None,
    source: SourceType | None = None,
    role: ActorRole | None = None,
    text: str = "",
    confidentiality: Confidentiality = Confidentiality.OPEN,
    found_on: date | None = None,
) -> Need:
    """A need is in the list, with a first finding when a source is given.

    Raises Invalid naming the field, NotFound for what is not there to choose.
    """
    ctx.require(Permission.NEEDS_REPORT)
    unit = _unit(ctx, unit_id)
    if source is None and text.strip():
        raise Invalid(N_("Say where you know it from, or leave the finding out."), field="source")
    facts = _checked(
        ctx,
        unit.id,
        {
            "area_id": area_id,
            "title": title,
            "urgency": urgency,
            "staff": staff,
            "description": description,
            "competence_id": competence_id,
            "goal_id": goal_id,
        },
    )
    need = Need(
        unit_id=unit.id,
        reported_by=ctx.actor.user_id,
        reported_on=ctx.today,
        state=NeedState.REPORTED,
        state_since=ctx.now,
        **facts,
    )
    ctx.session.add(need)
    ctx.session.flush()  # the finding points at it
    audit.record(
        ctx,
        "need.reported",
        need.id,
        new={"title": need.title, "urgency": need.urgency.value, "staff": need.staff},
    )
    if source is not None:
        findings.put_down(
            ctx,
            need,
            source=source,
            role=role or ActorRole.PEDAGOGUE,
            text=text,
            confidentiality=confidentiality,
            found_on=found_on or ctx.today,
        )
    return need


def change(ctx: Context, need_id: UUID, **facts: Any) -> Need:
    """The need says this from now on: title, description, urgency, staff, area_id, competence_id,
    goal_id. What is not named stays. Done by those who qualify needs there."""
    need = scope.locked(ctx, need_id, Permission.NEEDS_QUALIFY)
    rules.check_open_to_evidence(need.state)
    # The competence belongs to the area: each is judged together with the other.
    whole = {name: getattr(need, name) for name in _FACTS} | facts
    checked = _checked(ctx, need.unit_id, whole, kept_goal=need.goal_id)
    changed = {name: value for name, value in checked.items() if getattr(need, name) != value}
    if not changed:
        return need
    told = [name for name in changed if name != "description"]
    old = {name: getattr(need, name) for name in told}
    for name, value in changed.items():
        setattr(need, name, value)
    ctx.session.flush()  # the constraint on the area speaks here
    ctx.session.expire(need, ["area", "competence", "goal"])
    audit.record(ctx, "need.changed", need.id, old=old, new={name: changed[name] for name in told})
    return need


_FACTS = ("title", "description", "urgency", "staff", "area_id", "competence_id", "goal_id")


def _checked(
    ctx: Context, unit_id: UUID, facts: dict[str, Any], *, kept_goal: UUID | None = None
) -> dict[str, Any]:
    """The same facts, cleaned. Raises Invalid or NotFound at the first that cannot be."""
    if queries.area(ctx, facts["area_id"]) is None:
        raise NotFound(N_("There is no such competence area. Choose one."), field="area_id")
    _check_competence(ctx, facts["competence_id"], facts["area_id"])
    # A goal that the need serves already may have been retired since: that is no reason to refuse.
    if facts["goal_id"] is not None and facts["goal_id"] != kept_goal:
        goals.check_serves(ctx, facts["goal_id"], unit_id)
    return facts | {
        "title": rules.clean_title(facts["title"]),
        "description": rules.clean_text(facts["description"], field="description"),
        "staff": rules.check_staff(facts["staff"]),
    }


def _check_competence(ctx: Context, competence_id: UUID | None, area_id: UUID) -> None:
    if competence_id is None:
        return
    competence = queries.competence(ctx, competence_id)
    if competence is None:
        raise NotFound(N_("There is no such competence. Choose one."), field="competence_id")
    if competence.area_id != area_id:
        raise Invalid(
            N_("The competence “%(name)s” belongs to another area. Choose one of this area."),
            field="competence_id",
            name=competence.name,
        )


def _unit(ctx: Context, unit_id: UUID) -> Unit:
    """A unit where the actor may report. Raises NotFound, or Forbidden for one only looked at."""
    reports = organisation.visible_units(ctx, Permission.NEEDS_REPORT)
    seen = organisation.visible_units(ctx, Permission.NEEDS_VIEW)
    unit = queries.unit(ctx, unit_id, [reports, seen])
    if unit is None:
        raise NotFound(N_("There is no such unit. Choose from the list."), field="unit_id")
    try:
        path = organisation.path_of(ctx, unit.id)
    except NotFound:
        raise Invalid(
            N_("“%(name)s” is closed. Choose a unit that is open."), field="unit_id", name=unit.name
        ) from None
    if not ctx.actor.may(Permission.NEEDS_REPORT, at=path):
        raise Forbidden()
    return unit
