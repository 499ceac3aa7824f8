"""Work in the background, and the jobs that failed too often."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement

from admin.base import RoomView, Verb
from admin.formats import Formatter, choice, day
from admin.jobs_live import Moved, answer, asked_for, cell
from admin.labels import SETUP
from admin.reports import STATES, job_news
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.outbox import MAX_TRIES, Outbox
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tenant_app.tenancy import service as tenancy
from tenant_app.web.i18n import DOMAIN

JOBS = {
    "jobs.reports.usage": _l("Usage report"),
    "jobs.reports.coverage": _l("Coverage report"),
    "jobs.reports.nightly": _l("Nightly reports"),
    "jobs.scenarios.compute": _l("What-if"),
    "jobs.budgets.reconcile": _l("Nightly reconciling with the ledger"),
    "jobs.invoices.settle_held": _l("Nightly settling of orders"),
    "jobs.tenancy.measure": _l("Nightly measuring"),
    "jobs.forums.make_pack": _l("Meeting pack"),
    "jobs.clearing.clear": _l("Nightly clearing"),
    "jobs.cooperation.find_shared_needs": _l("Search for shared needs"),
    "jobs.enrolments.follow_moves": _l("Nightly follow-up of moves"),
    # As they were called before, in rows that are kept.
    "jobs.reports.nightly_usage": _l("Nightly reports"),
    "jobs.reports.nightly_coverage": _l("Nightly reports"),
}
TAGS = {
    rules.JobProgressState.WAITING: "",
    rules.JobProgressState.RUNNING: "warn",
    rules.JobProgressState.DONE: "ok",
    rules.JobProgressState.DEAD: "bad",
    rules.JobProgressState.CANCELLED: "",
}
LABELS = STATES | {rules.JobProgressState.CANCELLED: _l("Cancelled")}


class Retry(Verb):
    name = "retry"
    label = _l("Try again")
    help = _l("The job waits again as if it were new, and is tried up to five more times.")
    permission = Permission.JOBS_RETRY

    def shown(self, ctx: Context, row: Outbox) -> bool:
        return row.dead_at is not None and row.done_at is None

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None  # the verb is about a row
        return _told(tenancy.retry_dead_jobs(ctx, [row_id]))


class Cancel(Verb):
    name = "cancel"
    label = _l("Cancel job")
    help = _l(
        "A job that waits is over at once. One that runs stops at its next step, and nothing it "
        "did is kept. A cancelled job is not tried again."
    )
    permission = Permission.JOBS_RETRY
    danger = True

    def shown(self, ctx: Context, row: Outbox) -> bool:
        return reports.may_cancel(ctx, _job(ctx, row))

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None  # the verb is about a row
        return job_news(reports.cancel_job(ctx, row_id))


class RetryAll(Verb):
    name = "retry-all"
    label = _l("Try all again")
    help = _l("Every job that failed waits again as if it were new.")
    permission = Permission.JOBS_RETRY
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        return _told(tenancy.retry_dead_jobs(ctx))


def _told(count: int) -> str:
    if count:
        return _("%(count)s job(s) wait again.", count=count)
    return _("The same job waits already, so nothing was started.")


def _job(ctx: Context, row: Outbox) -> rules.JobState:
    return rules.job_state(row, reports.progress_of(ctx).get(row.id))


def _state(view: JobRows, context: Any, row: Outbox, name: str) -> Any:
    job = _job(view.ctx, row)
    tag = Markup('<span class="tag {}">{}</span>').format(TAGS[job.state], LABELS[job.state])
    if job.is_stopping:
        return tag + " " + _("Stops at its next step")
    if job.state is not rules.JobProgressState.RUNNING:
        return tag
    bar = Markup(' <progress max="{}" value="{}" aria-label="{}"></progress> {}')
    note = DOMAIN.gettext(job.note) if job.note else ""  # of nothing it tells of itself
    return tag + bar.format(job.total, job.done, _("Progress"), note)


def _plain(view: JobRows, context: Any, row: Outbox, name: str) -> Any:
    value = getattr(row, name)
    return "" if value is None else value


def _moving(format_: Formatter) -> Formatter:
    """The cell is marked to be written anew while its job waits or runs."""

    def formatted(view: JobRows, context: Any, row: Outbox, name: str) -> Any:
        shown = format_(view, context, row, name)
        return shown if _job(view.ctx, row).is_over else cell(row.id, name, shown)

    return formatted


MOVING: dict[str, Formatter] = {
    "state": _state,
    "tries": _plain,
    "last_error": _plain,
    **{name: day(name) for name in ("due_at", "done_at", "dead_at", "cancelled_at")},
}
"""What can change while somebody looks on."""


class JobRows(RoomView):
    """Rows of the outbox."""

    model_class = Outbox
    permission = Permission.JOBS_VIEW
    group = SETUP
    column_labels = {
        "created_at": _l("Asked"),
        "job": _l("Job"),
        "state": _l("State"),
        "due_at": _l("Not before"),
        "tries": _l("Failed attempts"),
        "last_error": _l("Latest error"),
        "done_at": _l("Finished"),
        "dead_at": _l("Given up"),
        "cancelled_at": _l("Cancelled"),
    }
    column_formatters = {
        "job": choice("job", JOBS),
        "created_at": day("created_at"),
        **MOVING,
    }
    column_details_list = (
        "job",
        "state",
        "created_at",
        "due_at",
        "tries",
        "last_error",
        "done_at",
        "dead_at",
        "cancelled_at",
    )
    column_sortable_list = ("created_at", "done_at", "due_at", "tries", "dead_at")
    more_columns = ("due_at",)
    column_default_sort = ("created_at", True)

    def title_of(self, row: Outbox) -> str:
        return str(JOBS.get(row.job, row.job))


class JobsView(JobRows):
    """What was asked for, by people or by the timetable."""

    endpoint_name = "jobs"
    label = _l("Jobs")
    help = _l("Work done in the background, at night or when somebody asks for it.")
    empty = _l("No jobs yet. They come every night, and when somebody asks for a report.")
    verbs = (Retry, Cancel)
    list_template = "jobs/list.html"
    column_list = ("created_at", "job", "state", "tries", "last_error", "done_at")
    column_formatters = JobRows.column_formatters | {
        name: _moving(format_) for name, format_ in MOVING.items()
    }
    column_formatters_detail = column_formatters_export = JobRows.column_formatters

    def __init__(self) -> None:
        super().__init__()
        self._urls += [url for url in type(self)._urls if url[1] == "progress"]

    @expose("/progress/")
    def progress(self) -> Response:
        """The rows that the list waits for, as they stand now."""
        try:
            ids = {UUID(text) for text in asked_for()}
        except ValueError:
            raise NotFound() from None
        rows = self.get_query().filter(Outbox.id.in_(ids)).all()
        if len(rows) != len(ids):
            raise NotFound()
        return answer({row.id: self._moved(row) for row in rows})

    def _moved(self, row: Outbox) -> Moved:
        job = _job(self.ctx, row)
        return Moved(
            {name: format_(self, None, row, name) for name, format_ in MOVING.items()},
            job.is_over,
            f"{self.title_of(row)}: {LABELS[job.state]}",
        )


class DeadLetters(JobRows):
    """Jobs that failed as often as they are tried, and wait for a person."""

    endpoint_name = "dead-letters"
    label = _l("Failed jobs")
    help = _l(
        "A job is tried %(count)s times. Then it waits here until somebody tries it again.",
        count=MAX_TRIES,
    )
    empty = _l("No job has failed.")
    verbs = (Retry, RetryAll)
    verbs_need_rows = True
    column_list = ("created_at", "job", "tries", "last_error", "dead_at")

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return Outbox.dead_at.is_not(None) & Outbox.done_at.is_(None)


def views() -> list[BaseView]:
    """The screens of this room."""
    return [JobsView(), DeadLetters()]
