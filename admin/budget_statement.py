"""The statement of a pool: every entry, what it was for, and how far each constraint is used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import exports
from admin.base import Page
from admin.budget_fields import ENTRIES, LINES, percent_text
from admin.budget_rules_words import when_text
from admin.catalogue_verbs import FORM_LABELS
from admin.choosing import key
from admin.labels import MONEY
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.service import PoolStatement, StatementRow

ROWS_SHOWN = 100
MOST_ROWS = 200_000


class StatementPage(Page):
    """What an auditor asks for."""

    permission = Permission.BUDGET_VIEW
    help = _l("Every entry of the pool, and what the money went to.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Statement of a pool"),
            endpoint="pool-statement",
            url="pool-statement",
            category=MONEY,
        )

    def is_visible(self) -> bool:
        return False  # reached from a pool

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found = self._found()
        page = max(1, min(request.args.get("page", 1, type=int), 10_000))
        rows = enrolments.statement_rows(self.ctx, found.pool.id, page=page, page_size=ROWS_SHOWN)
        return self.render(
            "budgets/statement.html",
            found=found,
            rows=rows,
            kinds=ENTRIES,
            lines=LINES,
            forms=FORM_LABELS,
            when_text=when_text,
            percent_text=percent_text,
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The whole statement as a file, the sums of the constraints last."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        found = self._found()
        heads = [
            *(_("Booked"), _("Kind"), _("Number"), _("Unit"), _("Course"), _("Form"), _("Person")),
            *(_("Cost line"), _("Income"), _("Reserved"), _("Committed"), _("Spent")),
            *(_("Counts against"), _("Funding rule"), _("By"), _("Note"), _("Enrolment")),
        ]
        rows = (_cells(row) for row in enrolments.whole_statement(self.ctx, found.pool.id))
        sheet = exports.Sheet(
            f"{found.pool.name} {found.pool.year.year}",
            heads,
            _with_sums(rows, found),
            MOST_ROWS,
            _("There are more entries than a file holds."),
        )
        name = f"statement-{found.pool.code or found.pool.kind.value}-{found.pool.year.year}"
        return exports.answer(sheet, export_type, name=name.lower())

    def _found(self) -> PoolStatement:
        try:
            pool_id = key(request.args.get("id", ""))
        except ValueError:
            raise NotFound() from None
        return enrolments.pool_statement(self.ctx, pool_id)


def _kr(amount: int) -> Decimal:
    return Decimal(int(amount)).scaleb(-2)


def _cells(row: StatementRow) -> list[Any]:
    entry = row.entry
    rule = f"{row.rule_name} (v{row.rule_version})" if row.rule_name else ""
    return [
        entry.booked_on,
        str(ENTRIES[entry.kind]),
        row.unit_number or "",
        row.unit_name or "",
        row.title or "",
        str(FORM_LABELS[row.form]) if row.form else "",
        row.person or "",
        str(LINES[row.cost_line]) if row.cost_line else "",
        _kr(row.income),
        _kr(entry.reserved),
        _kr(entry.committed),
        _kr(entry.actual),
        ", ".join(row.constraints),
        rule,
        row.by or "",
        entry.note,
        str(row.enrolment_id or ""),
    ]


def _with_sums(rows: Any, found: PoolStatement) -> Any:
    yield from rows
    yield []
    yield [
        *(_("Constraint"), _("Share of the pool’s money"), _("At most"), _("Used so far")),
        *(_("Of it spent"), _("Left"), _("Share of the cap")),
    ]
    for each in found.constraints:
        yield [
            each.name,
            f"{percent_text(each.most_bp)} %",
            _kr(each.cap),
            _kr(each.used),
            _kr(each.spent),
            _kr(each.left),
            "" if each.used_bp is None else f"{percent_text(each.used_bp)} %",
        ]
    position = found.position
    for name, amount in (
        (_("The pool holds"), found.held),
        (_("Reserved"), position.reserved),
        (_("Committed"), position.committed),
        (_("Spent"), position.actual),
        (_("Available"), position.available),
    ):
        yield [name, "", _kr(amount)]
