"""What states, levels and lines are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.budgets.models import CostLine, EntryKind, MoneyState
from tenant_app.enrolments.models import ApprovalLevel, EnrolmentState, StepState
from tenant_app.enrolments.service import Decision

STATES = {
    EnrolmentState.SUBMITTED: _l("Sent"),
    EnrolmentState.LEADER_APPROVED: _l("Approved by the leader"),
    EnrolmentState.AREA_APPROVED: _l("Approved by the area"),
    EnrolmentState.CONFIRMED: _l("Confirmed"),
    EnrolmentState.COMPLETED: _l("Completed"),
    EnrolmentState.NO_SHOW: _l("No-show"),
    EnrolmentState.CANCELLED: _l("Place given up"),
    EnrolmentState.RETURNED: _l("Returned"),
    EnrolmentState.REJECTED: _l("Rejected"),
    EnrolmentState.WITHDRAWN: _l("Withdrawn"),
}
TONES = {
    EnrolmentState.CONFIRMED: "ok",
    EnrolmentState.COMPLETED: "ok",
    EnrolmentState.RETURNED: "warn",
    EnrolmentState.REJECTED: "bad",
    EnrolmentState.NO_SHOW: "bad",
}
LEVELS = {
    ApprovalLevel.INSTITUTION: _l("Institution leader’s answer"),
    ApprovalLevel.AREA: _l("Area leader’s answer"),
    ApprovalLevel.CENTRAL: _l("Central answer"),
}
STEP_STATES = {
    StepState.WAITING: _l("Awaited"),
    StepState.APPROVED: _l("Answered yes"),
    StepState.RETURNED: _l("Returned"),
    StepState.REJECTED: _l("Rejected"),
    StepState.LAPSED: _l("Lapsed"),
}
LINES = {
    CostLine.FEE: _l("Course fee"),
    CostLine.COVER: _l("Replacement cover"),
    CostLine.MATERIALS: _l("Course materials"),
    CostLine.TRAVEL: _l("Travel costs"),
}
MONEY_STATES = {
    MoneyState.RESERVED: _l("Set aside"),
    MoneyState.COMMITTED: _l("Bound"),
    MoneyState.ACTUAL: _l("Spent"),
    MoneyState.RELEASED: _l("Given back"),
}
MOVEMENTS = {
    EntryKind.RESERVED: _l("Set aside"),
    EntryKind.COMMITTED: _l("Bound"),
    EntryKind.ACTUAL: _l("Spent"),
    EntryKind.RELEASED: _l("Given back"),
}
DECISIONS = {
    Decision.APPROVE: _l("Approved now"),
    Decision.RETURN: _l("Returned"),
    Decision.REJECT: _l("Rejected"),
}
DECISION_TONES = {
    Decision.APPROVE: "ok",
    Decision.RETURN: TONES[EnrolmentState.RETURNED],
    Decision.REJECT: TONES[EnrolmentState.REJECTED],
}
