"""What funds and their applications are called in the panel and the trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.funds.models import FundState, GrantState

STATES = {
    FundState.DRAFT: _l("Waits for the leader’s signature"),
    FundState.LEADER_SIGNED: _l("Waits for the union representative"),
    FundState.UNION_SIGNED: _l("Ready to be sent"),
    FundState.SENT: _l("Sent to the fund"),
    FundState.AWARDED: _l("Awarded, not paid yet"),
    FundState.REFUSED: _l("Refused by the fund"),
    FundState.PAID: _l("Paid to the municipality"),
    FundState.REFUNDED: _l("Paid back to the fund"),
    FundState.WITHDRAWN: _l("Withdrawn"),
}
TONES = {
    FundState.DRAFT: "warn",
    FundState.LEADER_SIGNED: "warn",
    FundState.UNION_SIGNED: "warn",
    FundState.SENT: "",
    FundState.AWARDED: "ok",
    FundState.REFUSED: "bad",
    FundState.PAID: "good",
    FundState.REFUNDED: "",
    FundState.WITHDRAWN: "",
}
GRANTS = {
    GrantState.DRAFT: _l("Not sent yet"),
    GrantState.SENT: _l("Sent to the state"),
    GrantState.AWARDED: _l("Awarded, not received yet"),
    GrantState.REFUSED: _l("Refused by the state"),
    GrantState.RECEIVED: _l("Received"),
    GrantState.REPORTED: _l("Accounted for"),
}
GRANT_TONES = {
    GrantState.DRAFT: "warn",
    GrantState.SENT: "",
    GrantState.AWARDED: "ok",
    GrantState.REFUSED: "bad",
    GrantState.RECEIVED: "good",
    GrantState.REPORTED: "good",
}
STEPS = {
    "fund_scheme.set": _l("Terms of a fund set"),
    "fund_application.created": _l("Application to a fund drafted"),
    "fund_application.leader_signed": _l("Application to a fund signed by the leader"),
    "fund_application.union_signed": _l("Application to a fund signed by the union"),
    "fund_application.sent": _l("Application sent to the fund"),
    "fund_application.awarded": _l("Fund awarded money"),
    "fund_application.refused": _l("Fund refused an application"),
    "fund_application.paid": _l("Award of a fund paid"),
    "fund_application.refunded": _l("Award of a fund paid back"),
    "fund_application.refunded_part": _l("Part of an award paid back"),
    "fund_application.withdrawn": _l("Application to a fund withdrawn"),
    "fund_application.to_pay_back": _l("Place given up: the award must be paid back"),
    "fund_application.place_lost": _l("Place given up of an application to a fund"),
    "state_grant.created": _l("Application for state money drafted"),
    "state_grant.sent": _l("Application for state money sent"),
    "state_grant.awarded": _l("State money awarded"),
    "state_grant.refused": _l("State money refused"),
    "state_grant.received": _l("State money received"),
    "state_grant.reported": _l("State money accounted for"),
}
FACTS = {
    "fund": _l("Fund"),
    "people": _l("People"),
    "asked": _l("Applied for"),
    "answer_by": _l("Answer expected by"),
    "terms": _l("Terms"),
    "cap": _l("Most per person"),
    "master_cap": _l("Most per person with a master"),
    "cap_months": _l("Within so many months"),
    "employer_bp": _l("The workplace’s share"),
    "months_before": _l("Earliest, months before"),
    "days_before": _l("Latest, days before"),
    "answer_days": _l("Answers within days"),
    "cost_lines": _l("Costs the fund looks at"),
    "positions": _l("Positions of the agreement"),
}
