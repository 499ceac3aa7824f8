"""SELECTs of municipalities and of the vendor's house. Used by this room only."""

from tenant_app.tenancy.queries.clearing import delete_answers, delete_jobs, old_jobs
from tenant_app.tenancy.queries.jobs import (
    ask_to_stop,
    asked_also,
    dead_jobs,
    is_free,
    is_stopping,
    job,
    job_for_change,
    jobs,
    join,
    tell_finished,
    waiting_keys,
)
from tenant_app.tenancy.queries.measuring import COUNTED, counts, counts_of_growth, months
from tenant_app.tenancy.queries.municipality import (
    by_id,
    by_slug,
    open_tenants,
    settings,
    settings_for_change,
    taken,
    tenant,
)
from tenant_app.tenancy.queries.staff import (
    active_admins,
    session_by_hash,
    staff_by_email,
    staff_for_change,
)
from tenant_app.tenancy.queries.support import (
    root,
    support_by_hash,
    support_for_change,
    support_sessions,
)
from tenant_app.tenancy.queries.vendor import (
    dead_names,
    figures,
    job_health,
    tenant_by_id,
    tenant_for_change,
    tenants,
)

__all__ = [
    "COUNTED",
    "active_admins",
    "ask_to_stop",
    "asked_also",
    "by_id",
    "by_slug",
    "counts",
    "counts_of_growth",
    "dead_jobs",
    "dead_names",
    "delete_answers",
    "delete_jobs",
    "figures",
    "is_free",
    "is_stopping",
    "job",
    "job_for_change",
    "job_health",
    "jobs",
    "join",
    "months",
    "old_jobs",
    "open_tenants",
    "root",
    "session_by_hash",
    "settings",
    "settings_for_change",
    "staff_by_email",
    "staff_for_change",
    "support_by_hash",
    "support_for_change",
    "support_sessions",
    "taken",
    "tell_finished",
    "tenant",
    "tenant_by_id",
    "tenant_for_change",
    "tenants",
    "waiting_keys",
]
