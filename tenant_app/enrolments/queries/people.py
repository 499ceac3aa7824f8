"""SELECTs of those one can ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Uuid, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, contains_eager

from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.enrolments.queries.one import holds
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit, UnitPlacement

_TODAY = bindparam("today", type_=Date())

LEADS_NOBODY = (Role.EMPLOYEE, Role.AUDITOR, Role.UNION_REPRESENTATIVE)


def _latest() -> Select[Employment, Any]:
    spell = aliased(Employment)
    latest = only_own(
        select(spell.id)
        .where(
            spell.employee_id == any_(bindparam("people", type_=ARRAY(Uuid()))),
            spell.from_date <= _TODAY,
        )
        .ext(distinct_on(spell.employee_id))
        .order_by(spell.employee_id, spell.from_date.desc()),
        spell,
    )
    leads = only_own(
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
            *holds(RoleAssignment, _TODAY),
            *holds(UnitPlacement, _TODAY),
        ),
        RoleAssignment,
        User,
        UnitPlacement,
    )
    seen = or_(
        organisation.scoped(Employment.unit_id),
        Employment.employee_id == bindparam("myself", type_=Uuid()),
    )
    return only_own(
        select(Employment, leads.correlate(Employment).scalar_subquery())
        .join(Employment.employee)
        .join(Employment.unit)
        .options(contains_eager(Employment.employee), contains_eager(Employment.unit))
        .where(Employment.id.in_(latest), seen),
        Employment,
        Employee,
        Unit,
    )


_LATEST = _latest()  # built once: every request and every price asks it


def latest_employments(
    ctx: Context, employee_ids: Collection[UUID]
) -> dict[UUID, tuple[Employment, Sequence[tuple[Role, UUID, str]]]]:
    """The employment each person has today or had last, in units the actor may look into; and
    (role, unit, path) of what each holds today beyond their own affairs."""
    asked = {
        "people": list(employee_ids),
        "myself": ctx.actor.employee_id,
        "today": ctx.today,
        **organisation.scope_of(ctx, Permission.EMPLOYEES_VIEW),
    }
    found = ctx.load(_LATEST, asked)
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


_SPELLS = only_own(
    select(Employment.from_date, Employment.to_date).where(
        Employment.employee_id == bindparam("person", type_=Uuid())
    ),
    Employment,
)


def missing_day(ctx: Context, employee_id: UUID, days: Collection[date]) -> date | None:
    """The first of the days on which the person is not employed."""
    spells = ctx.read(_SPELLS, {"person": employee_id}).all()
    for day in sorted(days):
        if not any(start <= day and (end is None or end > day) for start, end in spells):
            return day
    return None
