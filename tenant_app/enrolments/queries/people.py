"""SELECTs of those one can ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.enrolments.queries.one import holds
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, UnitPlacement

LEADS_NOBODY = (Role.EMPLOYEE, Role.AUDITOR, Role.UNION_REPRESENTATIVE)


def latest_employments(
    ctx: Context, employee_ids: Collection[UUID]
) -> dict[UUID, tuple[Employment, Sequence[tuple[Role, UUID, str]]]]:
    """The employment each person has today or had last, in units the actor may look into; and
    (role, unit, path) of what each holds today beyond their own affairs."""
    seen: list[ColumnElement[bool]] = [false()]
    if ctx.actor.may(Permission.EMPLOYEES_VIEW):
        units = organisation.visible_units(ctx, Permission.EMPLOYEES_VIEW)
        seen.append(Employment.unit_id.in_(units))
    if ctx.actor.employee_id is not None:
        seen.append(Employment.employee_id == ctx.actor.employee_id)
    latest = (
        select(Employment.id)
        .where(Employment.employee_id.in_(employee_ids), Employment.from_date <= ctx.today)
        .ext(distinct_on(Employment.employee_id))
        .order_by(Employment.employee_id, Employment.from_date.desc())
    )
    leads = (
        select(
            func.json_agg(
                func.json_build_array(
                    RoleAssignment.role, RoleAssignment.unit_id, UnitPlacement.path
                )
            )
        )
        .join(User, User.id == RoleAssignment.user_id)
        .join(UnitPlacement, UnitPlacement.unit_id == RoleAssignment.unit_id)
        .where(
            User.employee_id == Employment.employee_id,
            User.is_active,
            RoleAssignment.role.not_in(LEADS_NOBODY),
            *holds(RoleAssignment, ctx.today),
            *holds(UnitPlacement, ctx.today),
        )
    )
    found = ctx.session.execute(
        select(Employment, leads.correlate(Employment).scalar_subquery())
        .where(Employment.id.in_(latest), or_(*seen))
        .options(joinedload(Employment.employee), joinedload(Employment.unit))
    )
    return {
        employment.employee_id: (
            employment,
            [(Role(role), UUID(unit_id), path) for role, unit_id, path in held or ()],
        )
        for employment, held in found
    }


def employed_on(ctx: Context, employee_ids: Collection[UUID], day: date) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(Employment.employee_id).where(
                Employment.employee_id.in_(employee_ids),
                Employment.from_date <= day,
                or_(Employment.to_date.is_(None), Employment.to_date > day),
            )
        )
    )


def missing_day(ctx: Context, employee_id: UUID, days: Collection[date]) -> date | None:
    """The first of the days on which the person is not employed."""
    spells = ctx.session.execute(
        select(Employment.from_date, Employment.to_date).where(
            Employment.employee_id == employee_id
        )
    ).all()
    for day in sorted(days):
        if not any(start <= day and (end is None or end > day) for start, end in spells):
            return day
    return None
