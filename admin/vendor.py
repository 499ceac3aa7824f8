"""The vendor's panel: municipalities, the health of their jobs, staff, and the vendor's trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_admin import Admin, BaseView, expose
from flask_admin.theme import Bootstrap4Theme
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import shell
from admin.jobs import JOBS
from admin.vendor_base import VendorPage, VendorVerb, moment
from admin.vendor_staff import ChangePassword, Staff
from admin.vendor_tenants import Tenants
from tenant_app.core.access import VendorPermission
from tenant_app.core.context import VendorContext
from tenant_app.tenancy import service as tenancy
from tenant_app.web.current import house, nonce

ACTIONS = {
    "tenant.created": _l("Municipality created"),
    "tenant.renamed": _l("Municipality renamed"),
    "tenant.activated": _l("Municipality activated"),
    "tenant.suspended": _l("Municipality suspended"),
    "tenant.reactivated": _l("Municipality reactivated"),
    "tenant.archived": _l("Municipality archived"),
    "support.opened": _l("Support session opened"),
    "jobs.retried": _l("Dead jobs retried"),
    "staff.created": _l("Staff member created"),
    "staff.closed": _l("Staff login closed"),
    "staff.password_changed": _l("Password changed"),
    "staff.signed_in": _l("Signed in"),
}


class RetryJobs(VendorVerb):
    name = "retry"
    label = _l("Run the dead jobs again")
    help = _l("They start from the beginning. Jobs are safe to run twice.")
    permission = VendorPermission.JOBS_RETRY

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> str:  # type: ignore[override]
        count = tenancy.retry_jobs(ctx, row_id, database=house())
        return _("%(count)s jobs wait to run again.", count=count)


class JobHealth(VendorPage):
    """What waits and what was given up, per municipality."""

    verbs = (RetryJobs,)
    help = _l("A job is given up after five tries. Why is shown inside the municipality.")
    get_one = Tenants.get_one

    @expose("/")
    def index(self) -> Any:
        items = tenancy.overview(self.ctx)
        return self.render(
            "vendor/jobs.html",
            items=items,
            ages={item.tenant.id: self._age(item.oldest_due) for item in items},
            dead={
                item.tenant.id: tenancy.dead_jobs(self.ctx, item.tenant.id) if item.dead else []
                for item in items
            },
            jobs=JOBS,
        )

    def _age(self, since: datetime | None) -> str:
        if since is None:
            return "–"
        minutes, seconds = divmod(int((self.ctx.now - since).total_seconds()), 60)
        return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)


class Trail(VendorPage):
    """What vendor staff did."""

    verbs = (ChangePassword,)
    help = _l("What the vendor's staff did, the newest first. Nobody can change it.")

    @expose("/")
    def index(self) -> Any:
        return self.render(
            "vendor/trail.html", entries=tenancy.trail(self.ctx), words=ACTIONS, moment=moment
        )


def views() -> list[BaseView]:
    """The vendor's screens besides its front page."""
    return [
        JobHealth(name=_l("Job health"), endpoint="vendor_jobs", url="/vendor/jobs"),
        Staff(name=_l("Staff"), endpoint="vendor_staff", url="/vendor/staff"),
        Trail(name=_l("Vendor trail"), endpoint="vendor_trail", url="/vendor/trail"),
    ]


def mount(app: Flask) -> None:
    """Put the vendor's panel on the web floor."""
    site = Admin(
        app,
        name="Rød Tråd",
        url="/vendor",
        endpoint="vendor",
        index_view=shell.without_files(
            Tenants(name=_l("Municipalities"), endpoint="vendor", url="/vendor")
        ),
        theme=Bootstrap4Theme(base_template="vendor/panel.html"),
        csp_nonce_generator=nonce,
    )
    for view in views():
        site.add_view(view)
