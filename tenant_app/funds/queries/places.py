"""SELECTs of the places that funds pay for: which are asked of a fund, and which are lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.funds.models import FundApplicant, FundApplication, FundScheme
from tenant_app.funds.rules import DEAD

LOST = (
    EnrolmentState.CANCELLED,
    EnrolmentState.NO_SHOW,
    EnrolmentState.REJECTED,
    EnrolmentState.WITHDRAWN,
)
"""Of an enrolment: the person does not take part."""


def funds_asked(ctx: Context, employee_ids: Collection[UUID], session_id: UUID) -> dict[UUID, str]:
    """Employee → the fund with a live application for them on the session; a place that was lost
    is none."""
    rows = ctx.session.execute(
        select(FundApplicant.employee_id, FundScheme.name)
        .join(FundApplication, FundApplication.id == FundApplicant.application_id)
        .join(FundScheme, FundScheme.id == FundApplication.scheme_id)
        .where(
            FundApplicant.employee_id.in_(employee_ids),
            FundApplication.session_id == session_id,
            FundApplication.state.not_in(DEAD),
            FundApplicant.lost_on.is_(None),
        )
    )
    return {row.employee_id: row.name for row in rows}


def enrolments_on(
    ctx: Context, session_id: UUID, employee_ids: Collection[UUID]
) -> dict[UUID, Enrolment]:
    """Employee → the request for the session that is alive, if there is one."""
    found = ctx.session.scalars(
        select(Enrolment).where(
            Enrolment.session_id == session_id,
            Enrolment.employee_id.in_(employee_ids),
            Enrolment.state.not_in(LOST),
        )
    )
    return {each.employee_id: each for each in found}


def lost_enrolments(ctx: Context, application_id: UUID) -> Sequence[tuple[UUID, str]]:
    """(applicant, why) of those whose request came to nothing, and who are not noted so."""
    rows = ctx.session.execute(
        select(FundApplicant.id, Enrolment.decision_note)
        .join(Enrolment, Enrolment.id == FundApplicant.enrolment_id)
        .where(
            FundApplicant.application_id == application_id,
            FundApplicant.lost_on.is_(None),
            Enrolment.state.in_(LOST),
        )
    )
    return [(key, why) for key, why in rows]


def applied_for(
    ctx: Context, *, enrolment_id: UUID, session_id: UUID, employee_id: UUID
) -> Sequence[tuple[FundApplication, FundApplicant]]:
    """Live applications for the person on the session, locked: by the enrolment where they name
    one."""
    rows = ctx.session.execute(
        select(FundApplication, FundApplicant)
        .join(FundApplicant, FundApplicant.application_id == FundApplication.id)
        .where(
            FundApplicant.employee_id == employee_id,
            FundApplication.session_id == session_id,
            or_(
                FundApplicant.enrolment_id == enrolment_id,
                FundApplicant.enrolment_id.is_(None),
            ),
            FundApplicant.lost_on.is_(None),
            FundApplication.state.not_in(DEAD),
        )
        .with_for_update(of=FundApplication),
        execution_options={"populate_existing": True},
    )
    return [(row[0], row[1]) for row in rows]
