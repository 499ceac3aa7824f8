"""The vendor's panel: municipalities, the health of their jobs, staff, and the vendor's trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Flask, Response
from flask_admin import Admin, BaseView, expose
from flask_admin.theme import Bootstrap4Theme
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import shell
from admin.formats import thousands
from admin.jobs import JOBS
from admin.jobs_live import Moved, answer, asked_for, cell
from admin.vendor_base import VendorPage, VendorVerb, moment
from admin.vendor_staff import ChangePassword, Staff
from admin.vendor_tenants import Tenants
from tenant_app.core.access import VendorPermission
from tenant_app.core.context import VendorContext
from tenant_app.core.errors import NotFound
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.rules import OPEN
from tenant_app.web.current import house, nonce

ACTIONS = {
    "tenant.created": _l("Municipality created"),
    "tenant.configured": _l("Municipality set up"),
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

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> str:  # type: ignore[override]  # the vendor's
        count = tenancy.retry_jobs(ctx, row_id, database=house())
        return _("%(count)s jobs wait to run again.", count=count)


class JobHealth(VendorPage):
    """What waits and what was given up, per municipality."""

    verbs = (RetryJobs,)
    help = _l("A job is given up after five tries. Why is shown inside the municipality.")
    get_one = Tenants.get_one

    @expose("/")
    def index(self) -> Any:
        items, dead = tenancy.overview(self.ctx), tenancy.dead_jobs(self.ctx)
        return self.render(
            "vendor/jobs.html",
            items=items,
            cells={
                item.tenant.id: {
                    name: cell(item.tenant.id, name, shown) if self._moves(item) else shown
                    for name, shown in self._cells(item, dead).items()
                }
                for item in items
            },
        )

    @expose("/progress/")
    def progress(self) -> Response:
        """The municipalities whose jobs the page waits for, as they stand now."""
        ids, items = set(asked_for()), tenancy.overview(self.ctx)
        rows = {str(item.tenant.id): item for item in items if str(item.tenant.id) in ids}
        if len(rows) != len(ids):
            raise NotFound()
        dead = tenancy.dead_jobs(self.ctx)
        return answer(
            {
                tenant_id: Moved(
                    self._cells(item, dead),
                    not self._moves(item),
                    _("%(name)s: no job waits", name=item.tenant.name),
                )
                for tenant_id, item in rows.items()
            }
        )

    def _moves(self, item: tenancy.TenantOverview) -> bool:
        """Whether jobs wait that will be done: those of a suspended municipality are kept."""
        return item.undone > 0 and item.tenant.state in OPEN

    def _cells(
        self, item: tenancy.TenantOverview, dead: Mapping[int, Sequence[tenancy.DeadJob]]
    ) -> dict[str, Any]:
        """What the row shows of a municipality that can change while somebody looks on."""
        given_up = dead.get(item.tenant.id, ())
        return {
            "undone": thousands(item.undone),
            "age": self._age(item.oldest_due),
            "dead": thousands(item.dead),
            "names": ", ".join(f"{JOBS.get(job.job, job.job)} × {job.count}" for job in given_up),
        }

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
