"""What states, sources and roles of needs are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.needs.models import Confidentiality, NeedState, Urgency
from tenant_app.needs.rules import ROLES as ROLE_TEXTS
from tenant_app.needs.rules import SOURCES as SOURCE_TEXTS

SOURCES = {source: _l(text) for source, text in SOURCE_TEXTS.items()}
ROLES = {role: _l(text) for role, text in ROLE_TEXTS.items()}
STATES = {
    NeedState.REPORTED: _l("Reported"),
    NeedState.ANALYSED: _l("Analysed"),
    NeedState.QUALIFIED: _l("Qualified"),
    NeedState.PRIORITISED: _l("Prioritised"),
    NeedState.PARKED: _l("Parked"),
    NeedState.MERGED: _l("Merged into another"),
    NeedState.REJECTED: _l("Turned down"),
    NeedState.COVERED: _l("Covered"),
    NeedState.CLOSED: _l("Closed need"),
}
TONES = {
    NeedState.QUALIFIED: "ok",
    NeedState.PRIORITISED: "ok",
    NeedState.COVERED: "ok",
    NeedState.PARKED: "warn",
    NeedState.REJECTED: "bad",
}
URGENCIES = {
    Urgency.ACUTE: _l("Now: it cannot wait"),
    Urgency.HIGH: _l("Within three months"),
    Urgency.NORMAL: _l("Within a year"),
    Urgency.LOW: _l("It can wait"),
}
URGENCY_TONES = {Urgency.ACUTE: "bad", Urgency.HIGH: "warn"}
READERS = {
    Confidentiality.OPEN: _l("Everybody who sees the need"),
    Confidentiality.INSTITUTION: _l("Only those who lead the institution, and me"),
    Confidentiality.AUTHOR: _l("Only me"),
}
STEPS = {
    "need.reported": _l("Need reported"),
    "need.changed": _l("Need changed"),
    "need.evidence_added": _l("Evidence added"),
    "need.evidence_withdrawn": _l("Evidence withdrawn"),
    "need.analysed": _l("Need analysed"),
    "need.qualified": _l("Need qualified"),
    "need.prioritised": _l("Need prioritised"),
    "need.parked": _l("Need parked"),
    "need.rejected": _l("Need turned down"),
    "need.merged": _l("Need merged into another"),
    "need.merged_along": _l("Went along when its need was merged"),
    "need.took_in": _l("Took in another need"),
    "need.fell_back": _l("Too little evidence left: analysed again"),
    "need.covered": _l("Need covered by an initiative"),
    "need.closed": _l("Need closed"),
}
