"""Applications to funds: drafted, signed by two, sent, awarded, paid and paid back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin.anchoring_choices import Where, unit_options
from admin.catalogue_verbs import options
from admin.choosing import YES_NO, FilteredView, ReadOptions, key, yes_or_no
from admin.formats import date_text, day, state, yes_no
from admin.funds_grants import GrantList
from admin.funds_schemes import SchemeList
from admin.funds_verbs import VERBS
from admin.labels import MONEY
from admin.labels_funds import STATES, TONES
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundApplicant, FundApplication, FundState
from tenant_app.funds.service import Details
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')
AMOUNT = Markup('<span class="money">{}</span>')


def _state(view: Any, page: Any, row: FundApplication, name: str) -> Any:
    shown = TAG.format(TONES[row.state], STATES[row.state])
    if row.state is FundState.PAID and view.sums_of(row).owed:
        shown += Markup(" ") + TAG.format("bad", _("To be paid back"))
    return shown


def _sums(view: Any, page: Any, row: FundApplication, name: str) -> Any:
    value = getattr(view.sums_of(row), name)
    if value is None or (name == "owed" and not value):
        return ""
    return AMOUNT.format(str(value) if name == "people" else show(value))


def _signed(who: str) -> Any:
    def format_(view: Any, page: Any, row: FundApplication, name: str) -> str:
        at = getattr(row, f"{who}_signed_at")
        if at is None:
            return ""
        return f"{getattr(row, f'{who}_signed_name')}, {date_text(at)}"

    return format_


class FundList(FilteredView):
    """Those of the units in sight."""

    model_class = FundApplication
    endpoint_name = "fund-applications"
    label = _l("Applications to funds")
    help = _l(
        "Money for people’s courses from outside, such as the Kompetencefond: the leader and the "
        "union representative sign, and what is awarded lies in the fund’s pool."
    )
    empty = _l("No applications to funds yet.")
    group = MONEY
    permission = Permission.FUNDS_VIEW
    verbs = VERBS
    details_template = "funds/details.html"
    load = (
        joinedload(FundApplication.scheme),
        joinedload(FundApplication.unit),
        joinedload(FundApplication.session).joinedload(CourseSession.course),
    )
    column_list: ClassVar[list[str]] = [
        *("course", "unit", "starts_on", "people", "asked", "awarded", "state"),
    ]
    column_details_list: ClassVar[list[str]] = [
        *("state", "scheme", "unit", "course", "starts_on", "is_master", "purpose"),
        *("people", "asked", "leader", "union", "sent_on", "answer_by"),
        *("answered_on", "awarded", "reference", "answer", "paid_on", "owed"),
    ]
    more_columns: ClassVar[list[str]] = ["created_at", "scheme", "answer_by", "owed", "reference"]
    column_sortable_list = (
        *("created_at", "starts_on", "state"),
        ("unit", "unit.name"),
    )
    column_default_sort = ("created_at", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "created_at": _l("Drafted"),
        "scheme": _l("Fund"),
        "unit": _l("Unit"),
        "course": _l("Course"),
        "starts_on": _l("First day"),
        "is_master": _l("Part of a master"),
        "purpose": _l("Purpose"),
        "people": _l("People"),
        "asked": _l("Applied for"),
        "awarded": _l("Awarded"),
        "owed": _l("To be paid back"),
        "state": _l("State"),
        "leader": _l("Signed by the leader"),
        "union": _l("Signed by the union representative"),
        "sent_on": _l("Sent"),
        "answer_by": _l("Answer expected by"),
        "answered_on": _l("Answered"),
        "reference": _l("The fund’s case number"),
        "answer": _l("Answer"),
        "paid_on": _l("Paid on"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "created_at": day("created_at", hours=False),
        "scheme": lambda view, page, row, name: row.scheme.name,
        "unit": lambda view, page, row, name: row.unit.name,
        "course": lambda view, page, row, name: row.session.course.title,
        "starts_on": day("starts_on"),
        "is_master": yes_no("is_master"),
        "people": _sums,
        "asked": _sums,
        "awarded": _sums,
        "owed": _sums,
        "state": _state,
        "leader": _signed("leader"),
        "union": _signed("union"),
        "sent_on": day("sent_on"),
        "answer_by": day("answer_by"),
        "answered_on": day("answered_on"),
        "paid_on": day("paid_on"),
    }
    column_formatters_export: ClassVar[dict[str, Any]] = {
        **column_formatters,
        "state": state("state", STATES, {}),
    }
    column_filters: ClassVar[list[Any]] = [
        Where(
            FundApplication.state,
            _l("State"),
            options(STATES),
            word="state",
            convert=FundState,
            where=lambda value: funds.matching(context(), state=value),
        ),
        Where(
            FundApplication.unit_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            convert=key,
            where=lambda value: funds.matching(context(), unit_id=value),
        ),
        Where(
            FundApplication.leader_signed_by,
            _l("Waits for my signature"),
            YES_NO[:1],
            word="to_sign",
            convert=yes_or_no,
            where=lambda value: funds.matching(context(), to_sign=value),
        ),
        Where(
            FundApplication.starts_on,
            _l("Not sent, and begins within three weeks"),
            YES_NO[:1],
            word="soon",
            convert=yes_or_no,
            where=lambda value: funds.matching(context(), soon=value),
        ),
        Where(
            FundApplication.paid_on,
            _l("To be paid back"),
            YES_NO[:1],
            word="owed",
            convert=yes_or_no,
            where=lambda value: funds.matching(context(), owed=value),
        ),
    ]

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return funds.applications_seen(ctx)

    def title_of(self, row: FundApplication) -> str:
        return f"{row.unit.name}: {row.session.course.title}"

    def read_for(self, rows: Sequence[FundApplication]) -> None:
        """What the applications of the page come to is read at once."""
        self.ctx.memo["fund sums"] = funds.sums(self.ctx, [row.id for row in rows])

    def sums_of(self, row: FundApplication) -> funds.Sums:
        """What the application comes to."""
        known: dict[Any, funds.Sums] = self.ctx.memo.setdefault("fund sums", {})
        if row.id not in known:
            known[row.id] = funds.details(self.ctx, row).sums
        return known[row.id]

    def story(self, row: FundApplication) -> Details:
        """Everything about one."""
        return funds.details(self.ctx, row)

    def standing_of(self, row: FundApplication, each: FundApplicant) -> Any:
        """How it stands for one person, in a word."""
        if each.refunded_on is not None:
            return TAG.format("", _("Paid back %(day)s", day=date_text(each.refunded_on)))
        if each.lost_on is None:
            return ""
        if row.state is FundState.PAID and each.awarded:
            return TAG.format("bad", _("To be paid back"))
        return TAG.format("warn", _("Does not take part"))


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [FundList(), GrantList(), SchemeList()]
