"""Verbs of funds, one file per story."""

from tenant_app.funds.service.answering import answer, pay, refund, send, withdraw
from tenant_app.funds.service.applying import (
    apply,
    people_to_apply_for,
    preview,
    sessions_to_apply_for,
)
from tenant_app.funds.service.following import must_pay_back
from tenant_app.funds.service.grants import (
    answer_grant,
    create_grant,
    grant,
    grants,
    grants_seen,
    receive_grant,
    report_grant,
    send_grant,
)
from tenant_app.funds.service.reading import (
    DEADLINES,
    GRANTS_DUE,
    TO_PAY_BACK,
    TO_SIGN,
    Details,
    Sums,
    applications,
    applications_seen,
    asks,
    details,
    get,
    matching,
    one,
    sums,
)
from tenant_app.funds.service.schemes import KOMPETENCEFOND, scheme, schemes, set_scheme
from tenant_app.funds.service.shared import may_apply, may_manage
from tenant_app.funds.service.signing import may_sign, sign

__all__ = [
    "DEADLINES",
    "GRANTS_DUE",
    "KOMPETENCEFOND",
    "TO_PAY_BACK",
    "TO_SIGN",
    "Details",
    "Sums",
    "answer",
    "answer_grant",
    "applications",
    "applications_seen",
    "apply",
    "asks",
    "create_grant",
    "details",
    "get",
    "grant",
    "grants",
    "grants_seen",
    "matching",
    "may_apply",
    "may_manage",
    "may_sign",
    "must_pay_back",
    "one",
    "pay",
    "people_to_apply_for",
    "preview",
    "receive_grant",
    "refund",
    "report_grant",
    "scheme",
    "schemes",
    "send",
    "send_grant",
    "sessions_to_apply_for",
    "set_scheme",
    "sign",
    "sums",
    "withdraw",
]
