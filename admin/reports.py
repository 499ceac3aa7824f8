"""Usage and coverage by municipality, area and institution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, Optional

from admin import charts, explaining
from admin.base import Verb
from admin.beginnings import Beginning, Next, next_of
from admin.coverage_targets import GROUP_LABELS
from admin.fields import DanishDateField
from admin.labels import COMPETENCE, MONEY
from admin.verb_pages import VerbPage
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import show
from tenant_app.reports import exporting, rules
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportKind
from tenant_app.web.errors import text_of
from tenant_app.web.i18n import DOMAIN

OUTLOOKS = {
    rules.Outlook.OVERSPEND: _l("Likely overspend"),
    rules.Outlook.UNDERSPEND: _l("Likely underspend"),
    rules.Outlook.ON_TRACK: _l("On track"),
}
STATES = {
    rules.JobProgressState.WAITING: _l("Waits"),
    rules.JobProgressState.RUNNING: _l("Running"),
    rules.JobProgressState.DONE: _l("Done"),
    rules.JobProgressState.DEAD: _l("Failed"),
    rules.JobProgressState.CANCELLED: _l("Cancelled, nothing was changed"),
}
BARS_SHOWN = 8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kinds() -> dict[str, str]:
    """Kind of unit → its name in the reader's language."""
    return {kind: DOMAIN.gettext(text) for kind, text in exporting.KINDS.items()}


def groups() -> dict[str, str]:
    """Position → the group of all who have it, in the reader's language."""
    return {position.value: str(label) for position, label in GROUP_LABELS.items()}


class RunForm(FlaskForm):
    year = IntegerField(_l("Year"), [InputRequired()])
    as_of = DanishDateField(
        _l("As of"),
        [Optional()],
        description=_l("Empty: today."),
    )


class RunReport(Verb):
    name = "run"
    label = _l("Run report")
    help = _l("The report is made in the background. You can go on working.")
    form = RunForm
    permission = Permission.REPORT_RUN
    on_row = False
    kind: ClassVar[ReportKind]

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.year.data = request.args.get("year", type=int) or ctx.today.year

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        year, as_of = form.year.data, form.as_of.data
        job_id = reports.request_report(ctx, self.kind, year, as_of)
        keys = {"as_of": as_of.isoformat()} if as_of else {}
        return redirect(url_for(f"{self.kind.value}.index", year=year, job=job_id, **keys))


class RunUsage(RunReport):
    kind = ReportKind.USAGE


class RunCoverage(RunReport):
    kind = ReportKind.COVERAGE


class ReportPage(VerbPage):
    """What both reports have: which day, the job that makes it, and files to take away."""

    permission = Permission.REPORT_VIEW
    kind: ClassVar[ReportKind]
    template: ClassVar[str]
    begins_at: ClassVar[Sequence[Beginning]] = ()
    """Where what it reports on comes from, for the day on which there is none."""

    def read(self, ctx: Context, year: int, as_of: date | None) -> Any:
        raise NotImplementedError

    def table(self, report: Any) -> exporting.Table:
        raise NotImplementedError

    def chart(self, report: Any) -> charts.Chart | None:
        """The report at a glance; None when there is nothing to draw."""
        raise NotImplementedError

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        year, as_of = self._asked(ctx)
        try:
            report = self.read(ctx, year, as_of)
        except NotFound:
            report = None
        job = self._job(ctx)
        form = RunForm(formdata=None, year=year)
        return self.render(
            self.template,
            report=report,
            lines=list(rules.lines(report.units)) if report else [],
            chart=self.chart(report) if report else None,
            data_time=report.data_time.astimezone(DENMARK) if report else None,
            year=year,
            years=sorted({*reports.years(ctx), year}, reverse=True),
            as_of=report.as_of if report else as_of,
            days=reports.days_of(ctx, self.kind, year),
            job=job,
            job_text=job_text(job) if job else "",
            can_cancel=job is not None and reports.may_cancel(ctx, job),
            run_form=form if ctx.actor.may(Permission.REPORT_RUN) else None,
            kinds=kinds(),
            groups=groups(),
            outlooks=OUTLOOKS,
            no_figures=rules.CoverageFigures(),
            unit_url=explaining.unit_url,
            show_kr=show,
            **self.more(ctx, year, report),
        )

    def more(self, ctx: Context, year: int, report: Any) -> dict[str, Any]:
        """What the page of one report shows beside the report."""
        return {}

    def what_next(self) -> Next:
        """For a report about nothing."""
        return next_of(self.ctx.actor, self.begins_at)

    @expose("/progress/")
    def progress(self) -> Response:
        """How far the job is, for the page that waits."""
        job = self._job(self.ctx)
        if job is None:
            raise NotFound()
        return jsonify(done=job.done, total=job.total, text=job_text(job), is_over=job.is_over)

    @expose("/cancel/", methods=("POST",))
    def cancel(self) -> ResponseReturnValue:
        """The job stops, or the page says why not."""
        ctx = self.ctx
        job = self._job(ctx)
        if job is None:
            raise NotFound()
        try:
            job = reports.cancel_job(ctx, job.id)
        except Conflict as refusal:
            flash(text_of(refusal), "error")
        else:
            flash(job_news(job), "success")
        year, as_of = self._asked(ctx)
        keys = {"as_of": as_of.isoformat()} if as_of else {}
        return redirect(self.get_url(".index", year=year, job=job.id, **keys))

    @expose("/export/")
    def export(self) -> Response:
        """The report as a file: `format=csv` or `xlsx`."""
        ctx = self.ctx
        year, as_of = self._asked(ctx)
        form = request.args.get("format", "csv")
        if form not in ("csv", "xlsx"):
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        report = self.read(ctx, year, as_of)
        table = self.table(report)
        if form == "csv":
            response = Response(exporting.as_csv(table), mimetype="text/csv")
        else:
            response = Response(exporting.as_xlsx(table), mimetype=XLSX)
        tenant = ctx.memo.get("tenant")
        slug = f"{tenant.slug}-" if tenant is not None else ""
        name = f"{self.kind.value}-{slug}{report.as_of.isoformat()}.{form}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response

    def _asked(self, ctx: Context) -> tuple[int, date | None]:
        year = request.args.get("year", type=int) or ctx.today.year
        text = request.args.get("as_of", "")
        if not text:
            return year, None
        try:
            return year, date.fromisoformat(text)
        except ValueError:
            raise Invalid(N_("Write the date as 2026-12-31."), field="as_of") from None

    def _job(self, ctx: Context) -> rules.JobState | None:
        text = request.args.get("job", "")
        if not text:
            return None
        try:
            return reports.job(ctx, UUID(text))
        except ValueError:
            raise NotFound() from None


def job_news(job: rules.JobState) -> str:
    """What became of a wish to cancel."""
    if job.is_over:
        return _("The job is cancelled. Nothing was changed.")
    return _("The job stops at its next step. Nothing it did is kept.")


def job_text(job: rules.JobState) -> str:
    """How far a job is, in words."""
    state = str(STATES[job.state])
    if job.is_stopping:
        return _("Stops at its next step")
    return f"{state}: {DOMAIN.gettext(job.note)}" if job.note else state


class Usage(ReportPage):
    """Where the money of a year went."""

    kind = ReportKind.USAGE
    verbs = (RunUsage,)
    template = "reports/usage.html"
    help = _l(
        "Usage is actual and committed money as a share of the budget. Each amount leads to its "
        "entries; the page “Forecast” says what the forecast rests on."
    )

    def read(self, ctx: Context, year: int, as_of: date | None) -> reports.UsageReport:
        return reports.usage(ctx, year=year, as_of=as_of)

    def table(self, report: reports.UsageReport) -> exporting.Table:
        return exporting.usage_table(report, DOMAIN.gettext)

    def more(self, ctx: Context, year: int, report: Any) -> dict[str, Any]:
        """The institutions with a weak economy, beside the middle of all."""
        return {"equity": reports.equity(ctx, year=year) if report else None}

    def chart(self, report: reports.UsageReport) -> charts.Chart | None:
        """The whole, then the areas, or without areas the institutions."""
        shown = list(report.units)
        below = [child for node in shown for child in node.children]
        areas = [node for node in below if node.kind == "area"] or below
        areas.sort(key=lambda node: -(node.total.usage_percent or 0))
        return charts.usage(
            "usage",
            _("Usage by unit"),
            [
                charts.UsageBar(
                    node.name,
                    node.total.actual,
                    node.total.committed,
                    node.total.reserved,
                    node.total.available,
                )
                for node in [*shown, *areas][:BARS_SHOWN]
            ],
            of=_("Unit"),
        )


class Coverage(ReportPage):
    """Who can do what should be possible."""

    kind = ReportKind.COVERAGE
    verbs = (RunCoverage,)
    template = "reports/coverage.html"
    begins_at = (
        Beginning(
            _l("See the coverage targets"),
            "coverage-targets.index_view",
            frozenset({Permission.COMPETENCES_MANAGE}),
        ),
    )
    help = _l(
        "Covered are employees of the group who hold the competence on the day. Planned adds those "
        "with an approved request that will give it."
    )

    def read(self, ctx: Context, year: int, as_of: date | None) -> reports.CoverageReport:
        return reports.coverage(ctx, year=year, as_of=as_of)

    def table(self, report: reports.CoverageReport) -> exporting.Table:
        return exporting.coverage_table(report, DOMAIN.gettext)

    def chart(self, report: reports.CoverageReport) -> charts.Chart | None:
        """Each target over all that the reader sees, the least covered first."""
        bars = []
        for target in report.targets:
            found = [node.total[target.id] for node in report.units if target.id in node.total]
            bars.append(
                charts.CoverageBar(
                    target.competence,
                    sum(each.covered for each in found),
                    sum(each.planned for each in found),
                    sum(each.group_size for each in found),
                )
            )
        bars.sort(key=lambda bar: bar.covered / (bar.group_size or 1))
        return charts.coverage("coverage", _("Coverage per target"), bars[:BARS_SHOWN])


def views() -> list[BaseView]:
    """The screens of this room."""
    return [
        Usage(name=_l("Usage"), category=MONEY, endpoint="usage", url="usage"),
        Coverage(name=_l("Coverage"), category=COMPETENCE, endpoint="coverage", url="coverage"),
    ]
