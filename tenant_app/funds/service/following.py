"""What becomes of a place is followed: an award for one that was given up must go back."""

from __future__ import annotations

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.funds.models import FundState
from tenant_app.funds.queries import places as queries


def must_pay_back(ctx: Context, enrolment: Enrolment) -> None:
    """The person of a live application is noted as not taking part; what is paid for them shows
    as to be paid back until somebody does."""
    found = queries.applied_for(
        ctx,
        enrolment_id=enrolment.id,
        session_id=enrolment.session_id,
        employee_id=enrolment.employee_id,
    )
    for application, applicant in found:
        applicant.lost_on, applicant.lost_why = ctx.today, enrolment.decision_note
        owed = application.state is FundState.PAID and bool(applicant.awarded)
        audit.record(
            ctx,
            "fund_application.to_pay_back" if owed else "fund_application.place_lost",
            application.id,
            new={"amount": applicant.awarded} if owed else {},
            note=enrolment.decision_note,
        )


enrolments.AFTER_LOSS.append(must_pay_back)
