"""Verbs of who holds what, and until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import ColumnElement, or_
from sqlalchemy.dialects.postgresql import insert

from tenant_app.audit import service as audit
from tenant_app.competences import queries, rules
from tenant_app.competences.models import Competence, Holding, HoldingSource
from tenant_app.competences.service.competences import competence as find_competence
from tenant_app.competences.service.refusing import refusing
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee


@dataclass(frozen=True)
class Held:
    """A holding with the names that a list shows."""

    holding: Holding
    employee: Employee
    competence: Competence


def visible_holdings(ctx: Context) -> ColumnElement[bool]:
    """The condition for what the actor may see: staff of visible units, and oneself."""
    staff = organisation.visible_employees(ctx, Permission.EMPLOYEES_VIEW)
    return or_(Holding.employee_id.in_(staff), Holding.employee_id == ctx.actor.employee_id)


def holdings(
    ctx: Context,
    *,
    employee_id: UUID | None = None,
    competence_id: UUID | None = None,
    on: date | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Held]:
    """Who holds what, newest first; with `on` only what is in force on that day."""
    ctx.require(Permission.COMPETENCES_VIEW)
    found = queries.holdings(visible_holdings(ctx))
    if employee_id is not None:
        found = found.where(Holding.employee_id == employee_id)
    if competence_id is not None:
        found = found.where(Holding.competence_id == competence_id)
    if on is not None:
        found = found.where(queries.held(on))
    read = scalars_page(ctx, found, page=page, page_size=page_size)
    return Page(
        items=with_names(ctx, read.items),
        page=read.page,
        page_size=read.page_size,
        has_more=read.has_more,
    )


def with_names(ctx: Context, found: Sequence[Holding]) -> list[Held]:
    """The holdings with employee and competence, in two statements however many they are."""
    employees = queries.employees_by_id(ctx, {holding.employee_id for holding in found})
    competences = queries.competences_by_id(ctx, {holding.competence_id for holding in found})
    return [
        Held(
            holding=holding,
            employee=employees[holding.employee_id],
            competence=competences[holding.competence_id],
        )
        for holding in found
    ]


def held_on(ctx: Context, *, employee_id: UUID, on: date) -> list[Held]:
    """What the employee holds on the day, within what the actor may see."""
    ctx.require(Permission.COMPETENCES_VIEW)
    found = queries.holdings(visible_holdings(ctx)).where(
        Holding.employee_id == employee_id, queries.held(on)
    )
    return with_names(ctx, ctx.session.scalars(found).all())


def note_holding(
    ctx: Context,
    *,
    employee_id: UUID,
    competence_id: UUID,
    from_date: date,
    until_date: date | None = None,
) -> Holding:
    """The employee holds a competence from before the system, or from elsewhere.

    Without `until_date` the competence's own validity counts from `from_date`.
    """
    _require_leader_of(ctx, employee_id)
    competence = find_competence(ctx, competence_id)
    rules.check_holding(from_date=from_date, until_date=until_date, today=ctx.today)
    holding = Holding(
        employee_id=employee_id,
        competence_id=competence_id,
        from_date=from_date,
        until_date=until_date or rules.valid_until(from_date, competence.validity_months),
        source=HoldingSource.EARLIER,
        source_id=None,
    )
    double = Conflict(
        N_("“%(name)s” is already noted from %(day)s. Choose another date."),
        field="from_date",
        name=competence.name,
        day=from_date.strftime("%d-%m-%Y"),
    )
    with refusing(ctx, UniqueViolation, double):
        ctx.session.add(holding)
    audit.record(ctx, "holding.noted", holding.id, new=_term(holding))
    return holding


def end_holding(ctx: Context, holding_id: UUID, *, until_date: date, reason: str) -> Holding:
    """The competence is held up to and including another day, for a reason."""
    holding = queries.holding_to_change(ctx, holding_id, visible_holdings(ctx))
    if holding is None:
        raise NotFound()
    _require_leader_of(ctx, holding.employee_id)
    rules.check_end(from_date=holding.from_date, until_date=until_date)
    why = rules.clean_name(reason, field="reason")
    old = _term(holding)
    holding.until_date = until_date
    audit.record(ctx, "holding.ended", holding.id, old=old, new=_term(holding), note=why)
    return holding


def grant(
    ctx: Context,
    *,
    employee_id: UUID,
    competence_ids: Collection[UUID],
    on: date,
    source_id: UUID,
) -> list[UUID]:
    """The employee holds what the course gave, once however often this is said.

    The source is the enrolment, whose room has asked whether the actor may complete it. Returns
    the ids of new holdings: what the source gave before, or what begins the same day, stays.
    """
    given = queries.granted_by(ctx, employee_id, source_id)
    wanted = queries.competences_by_id(ctx, set(competence_ids) - given)
    made: list[UUID] = []
    for competence_id in sorted(wanted):
        until = rules.valid_until(on, wanted[competence_id].validity_months)
        facts = {"employee_id": employee_id, "competence_id": competence_id, "from_date": on}
        facts |= {"until_date": until, "source": HoldingSource.COURSE, "source_id": source_id}
        new = ctx.session.scalar(
            insert(Holding).values(**facts).on_conflict_do_nothing().returning(Holding.id)
        )
        if new is not None:
            made.append(new)
            audit.record(ctx, "holding.granted", new, new=facts)
    return made


def _require_leader_of(ctx: Context, employee_id: UUID) -> None:
    """Go on for those who keep competences, or complete enrolments, where the employee works.

    Completing already gives competences, so whoever may complete may also note earlier ones.
    """
    if employee_id != ctx.actor.employee_id and not queries.is_among(
        ctx, employee_id, organisation.visible_employees(ctx, Permission.EMPLOYEES_VIEW)
    ):
        raise NotFound(N_("There is no such employee. Choose one."), field="employee_id")
    employment = organisation.employment(ctx, employee_id)
    if employment is None:
        raise Conflict(
            N_("The person is not employed today. Competences are noted for present staff only."),
            field="employee_id",
        )
    at = organisation.path_of(ctx, employment.unit_id)
    if not ctx.actor.may(Permission.COMPETENCES_MANAGE, at=at):
        ctx.require(Permission.ENROLMENT_COMPLETE, at=at)


def _term(holding: Holding) -> dict[str, object]:
    return {
        "employee_id": holding.employee_id,
        "competence_id": holding.competence_id,
        "from_date": holding.from_date,
        "until_date": holding.until_date,
    }
