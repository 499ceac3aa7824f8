"""Application rounds: announced, applied in, decided; and how the applications compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin import charts
from admin.anchoring_choices import Where
from admin.catalogue_verbs import options
from admin.choosing import FilteredView
from admin.explaining import unit_url
from admin.formats import day, money
from admin.labels import MONEY
from admin.labels_rounds import STANDINGS, TONES
from admin.rounds_verbs import VERBS, story_of
from tenant_app.budgets.models import Pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.forums import service as forums
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import ApplicationRound
from tenant_app.rounds.rules import Standing
from tenant_app.rounds.service import Compared, Details
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')
BARS_SHOWN = 12


def _standing(view: Any, page: Any, row: ApplicationRound, name: str) -> Any:
    found = rounds.standing(view.ctx, row)
    return TAG.format(TONES[found], STANDINGS[found])


def _sums(view: Any, page: Any, row: ApplicationRound, name: str) -> Any:
    found = view.sums_of(row)
    amount = getattr(found, name)
    value = str(amount) if name == "count" else "–" if amount is None else show(amount)
    return Markup('<span class="money">{}</span>').format(value)


def _weighed(view: Any, page: Any, row: ApplicationRound, name: str) -> Any:
    """The meeting, for those who see it; rounds lie below forums and know its name only."""
    meeting_id = None
    if row.decided_where and forums.reads_forums(view.ctx):
        meeting_id = forums.meeting_named(view.ctx, row.decided_where)
    if meeting_id is None:
        return row.decided_where
    url = view.get_url("meetings.details_view", id=meeting_id)
    return Markup('<a href="{}">{}</a>').format(url, row.decided_where)


class RoundList(FilteredView):
    """Those held above or below the units in sight."""

    model_class = ApplicationRound
    endpoint_name = "rounds"
    label = _l("Application rounds")
    help = _l(
        "A pool’s money is offered to units: they apply, and what is awarded lies in their own "
        "pools when the round is decided."
    )
    empty = _l("No application rounds yet.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    verbs = VERBS
    details_template = "rounds/details.html"
    load = (
        joinedload(ApplicationRound.pool).joinedload(Pool.year),
        joinedload(ApplicationRound.pool).joinedload(Pool.unit),
    )
    column_list: ClassVar[list[str]] = [
        *("title", "closes_on", "standing", "amount", "count", "asked", "awarded"),
    ]
    more_columns: ClassVar[list[str]] = ["pool", "opens_on"]
    column_details_list: ClassVar[list[str]] = [
        *("standing", "pool", "year", "amount", "opens_on", "closes_on", "purpose", "criteria"),
        *("decided_at", "decided_by_name", "decided_where"),
    ]
    column_sortable_list = ("title", "amount", "opens_on", "closes_on", ("pool", "pool.name"))
    column_default_sort = ("closes_on", True)
    column_searchable_list = ("title",)
    column_labels: ClassVar[dict[str, Any]] = {
        "title": _l("Title"),
        "pool": _l("Pool"),
        "year": _l("Budget year"),
        "amount": _l("To give"),
        "opens_on": _l("Opens"),
        "closes_on": _l("Last day to apply"),
        "standing": _l("State"),
        "count": _l("Applications"),
        "asked": _l("Applied for"),
        "awarded": _l("Awarded"),
        "purpose": _l("What the money is for"),
        "criteria": _l("Criteria"),
        "decided_at": _l("Decided on"),
        "decided_by_name": _l("Decided by"),
        "decided_where": _l("Where it was weighed"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "pool": lambda view, page, row, name: row.pool.name,
        "year": lambda view, page, row, name: str(row.pool.year.year),
        "amount": money("amount"),
        "opens_on": day("opens_on"),
        "closes_on": day("closes_on"),
        "standing": _standing,
        "count": _sums,
        "asked": _sums,
        "awarded": _sums,
        "decided_where": _weighed,
        "decided_at": day("decided_at", hours=False),
    }
    column_filters: ClassVar[list[Any]] = [
        Where(
            ApplicationRound.state,
            _l("State"),
            options({key: word for key, word in STANDINGS.items() if key is not Standing.DROPPED}),
            word="standing",
            convert=Standing,
            where=lambda value: rounds.matching(context(), now=value),
        )
    ]

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return rounds.rounds_seen(ctx)

    def read_for(self, rows: Sequence[ApplicationRound]) -> None:
        """What the rounds of the page came to is read at once."""
        self.ctx.memo["round sums"] = rounds.sums(self.ctx, [row.id for row in rows])

    def sums_of(self, row: ApplicationRound) -> rounds.Sums:
        """What the round came to so far."""
        known: dict[Any, rounds.Sums] = self.ctx.memo.setdefault("round sums", {})
        if row.id not in known:
            known[row.id] = rounds.sums(self.ctx, [row.id]).get(row.id, rounds.Sums())
        return known[row.id]

    def story(self, row: ApplicationRound) -> Details:
        """Everything about one."""
        return story_of(self.ctx, row)

    def entries_of(self, row: ApplicationRound, each: Compared) -> str:
        """The entries of what was transferred to the unit's own pool, this award among them."""
        year = row.pool.year.year
        return unit_url(each.application.unit_id, "transferred", year=year, own=True)

    def chart(self, found: Details) -> charts.Chart | None:
        """What each applied for: what was awarded, and what was not."""
        if found.standing is not Standing.DECIDED:
            return None
        most = sorted(
            (each.application for each in found.compared if not each.application.is_withdrawn),
            key=lambda each: -each.amount,
        )
        return charts.parts(
            "round",
            _("Applied for and awarded by unit"),
            (_("Awarded"), _("Not awarded")),
            [
                (each.unit.name, (each.awarded or 0, each.amount - (each.awarded or 0)))
                for each in most[:BARS_SHOWN]
            ],
            of=_("Unit"),
            whole=_("Applied for"),
            sentence=_("Of what was applied for is awarded: %(parts)s."),
            write=show,
        )

    def standing_of(self, each: Compared) -> Any:
        """How an application stands, in a word."""
        row = each.application
        if row.is_withdrawn:
            return TAG.format("", _("Withdrawn"))
        if row.awarded is None:
            return TAG.format("warn", _("Not decided yet"))
        return show(row.awarded) if row.awarded else TAG.format("bad", _("Not met"))


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [RoundList()]
