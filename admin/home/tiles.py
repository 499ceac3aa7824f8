"""Tiles of rooms on the home page: what waits for its reader, counted in one statement for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import Select, union_all

from admin.formats import date_text
from admin.talks_choices import talks_url
from tenant_app.budgets import service as budgets
from tenant_app.cooperation import service as cooperation
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue
from tenant_app.forums import service as forums
from tenant_app.funds import service as funds
from tenant_app.initiatives import service as initiatives
from tenant_app.invoices import service as invoices
from tenant_app.resource_persons import service as resource_persons
from tenant_app.rounds import service as rounds
from tenant_app.supervision import service as supervision
from tenant_app.talks import service as talks

Asked = Select[*tuple[Any, ...]]
"""Two columns: the key of a kind as text, and a count. Fenced with `only_own`, values inlined."""


@dataclass(frozen=True)
class Kind:
    """What is counted, for a number of them without the number; and where they are found."""

    words: Callable[[int], str]
    url: Callable[[], str]
    calls: bool = True
    """Whether something is to be done about it; else it is only good to know."""
    shows: Callable[[int], str] | None = None
    """What stands in the place of the number, where it is not a count."""


@dataclass(frozen=True)
class Tile:
    count: int
    words: str
    url: str
    calls: bool
    shown: str | None = None
    """Instead of the count."""


ASKS: tuple[Callable[[Context], list[Asked]], ...] = (
    budgets.asks,
    budgets.transfer_asks,
    budgets.alarm_asks,
    supervision.asks,
    resource_persons.asks,
    initiatives.asks,
    dialogue.asks,
    cooperation.asks,
    talks.asks,
    forums.asks,
    invoices.asks,
    rounds.asks,
    funds.asks,
)
"""Of each room its `service.asks`: nothing for a reader whom nothing can wait for."""
KINDS: dict[str, Kind] = {
    budgets.ALARMS: Kind(
        lambda number: ngettext(
            "figure of money differs from the ledger",
            "figures of money differ from the ledger",
            number,
        ),
        lambda: url_for("budget-alarms.index_view"),
    ),
    talks.TO_SIGN: Kind(
        lambda number: ngettext(
            "agreement of a talk waits for your signature",
            "agreements of talks wait for your signature",
            number,
        ),
        lambda: talks_url(state="held"),
    ),
    talks.TO_PREPARE: Kind(
        lambda number: ngettext(
            "talk that you have not prepared yet",
            "talks that you have not prepared yet",
            number,
        ),
        lambda: url_for("own-talks.index"),
    ),
    talks.TO_HOLD: Kind(
        lambda number: ngettext(
            "talk should have been held by now",
            "talks should have been held by now",
            number,
        ),
        lambda: url_for("talks.index_view", flt0_late="1"),
    ),
    talks.TO_HOLD_SOON: Kind(
        lambda number: ngettext(
            "talk to hold within 14 days",
            "talks to hold within 14 days",
            number,
        ),
        lambda: url_for("talks.index_view", flt0_soon="1"),
    ),
    talks.TO_ATTEND: Kind(
        lambda number: ngettext(
            "talk with your leader within 7 days",
            "talks with your leader within 7 days",
            number,
        ),
        lambda: url_for("own-talks.index"),
        calls=False,
    ),
    cooperation.TO_CONFIRM: Kind(
        lambda number: ngettext(
            "shared need waits for your house’s answer",
            "shared needs wait for your house’s answer",
            number,
        ),
        lambda: url_for("clusters.index_view", flt0_to_answer="1"),
    ),
    budgets.TRANSFERS_WAIT: Kind(
        lambda number: ngettext(
            "transfer waits for your answer",
            "transfers wait for your answer",
            number,
        ),
        lambda: url_for("transfers.index_view", flt0_state="asked"),
    ),
    funds.TO_SIGN: Kind(
        lambda number: ngettext(
            "application to a fund waits for your signature",
            "applications to funds wait for your signature",
            number,
        ),
        lambda: url_for("fund-applications.index_view", flt0_to_sign="1"),
    ),
    funds.DEADLINES: Kind(
        lambda number: ngettext(
            "application to a fund is not sent, and the course begins within three weeks",
            "applications to funds are not sent, and the courses begin within three weeks",
            number,
        ),
        lambda: url_for("fund-applications.index_view", flt0_soon="1"),
    ),
    funds.TO_PAY_BACK: Kind(
        lambda number: ngettext(
            "award of a fund must be paid back",
            "awards of funds must be paid back",
            number,
        ),
        lambda: url_for("fund-applications.index_view", flt0_owed="1"),
    ),
    funds.GRANTS_DUE: Kind(
        lambda number: ngettext(
            "deadline for state money within three weeks",
            "deadlines for state money within three weeks",
            number,
        ),
        lambda: url_for("state-grants.index_view"),
    ),
    rounds.TO_DECIDE: Kind(
        lambda number: ngettext(
            "application round waits for your decision",
            "application rounds wait for your decision",
            number,
        ),
        lambda: url_for("rounds.index_view", flt0_standing="to_decide"),
    ),
    rounds.CLOSING: Kind(
        lambda number: ngettext(
            "application round closes within 14 days, and your unit has not applied",
            "application rounds close within 14 days, and your unit has not applied",
            number,
        ),
        lambda: url_for("rounds.index_view", flt0_standing="open"),
        calls=False,
    ),
    budgets.NEAR_END: Kind(
        lambda number: ngettext(
            "pool you answer for is nearly used up",
            "pools you answer for are nearly used up",
            number,
        ),
        lambda: url_for("pools.index_view", flt0_near="1"),
    ),
    "supervision-due": Kind(
        lambda number: ngettext(
            "institution whose supervision report is too old or missing",
            "institutions whose supervision reports are too old or missing",
            number,
        ),
        lambda: url_for("supervision-due.index"),
    ),
    "supervision-late": Kind(
        lambda number: ngettext(
            "follow-up of supervision is overdue",
            "follow-ups of supervision are overdue",
            number,
        ),
        lambda: url_for("supervision.index_view", flt0_late="1"),
    ),
    initiatives.WAITING: Kind(
        lambda number: ngettext(
            "survey before an initiative waits for your answer",
            "surveys before initiatives wait for your answer",
            number,
        ),
        lambda: url_for("surveys.index"),
    ),
    resource_persons.TO_ANSWER: Kind(
        lambda number: ngettext(
            "booking of a resource person waits for your answer",
            "bookings of resource persons wait for your answer",
            number,
        ),
        lambda: url_for("resource-bookings.index_view", flt0_waiting="1"),
    ),
    resource_persons.AHEAD: Kind(
        lambda number: ngettext(
            "agreed booking with a resource person ahead",
            "agreed bookings with resource persons ahead",
            number,
        ),
        lambda: url_for("resource-bookings.index_view", flt0_ahead="1"),
        calls=False,
    ),
    "dialogue_open": Kind(
        lambda number: ngettext(
            "dialogue session is open for you to join",
            "dialogue sessions are open for you to join",
            number,
        ),
        lambda: url_for("dialogue-join.index"),
        calls=False,
    ),
    "forum_packs": Kind(
        lambda number: ngettext(
            "meeting ahead with a pack to read",
            "meetings ahead with packs to read",
            number,
        ),
        lambda: url_for("meetings.index_view", flt0_state="called"),
    ),
    "forum_rankings": Kind(
        lambda number: ngettext(
            "ranking is open for you",
            "rankings are open for you",
            number,
        ),
        lambda: url_for("meetings.index_view", flt0_ranking="1"),
    ),
    "forum_decisions": Kind(
        lambda number: ngettext(
            "decision that you see to is overdue",
            "decisions that you see to are overdue",
            number,
        ),
        lambda: url_for("decisions.index_view", flt0_mine="1", flt1_standing="overdue"),
    ),
    "invoice-difference": Kind(
        lambda number: ngettext(
            "invoice differs from its order and waits for an answer",
            "invoices differ from their orders and wait for an answer",
            number,
        ),
        lambda: url_for("invoices.index_view", flt0_state="difference"),
    ),
    "invoice-waiting": Kind(
        lambda number: ngettext(
            "invoice waits to be matched with an order",
            "invoices wait to be matched with an order",
            number,
        ),
        lambda: url_for("invoices.index_view", flt0_state="waiting"),
    ),
    "invoice-overdue": Kind(
        lambda number: ngettext(
            "order whose invoice is overdue",
            "orders whose invoices are overdue",
            number,
        ),
        lambda: url_for("orders.index_view", flt0_overdue="1"),
    ),
    "forum_owned": Kind(
        lambda number: ngettext(
            "decision that you see to, with time left",
            "decisions that you see to, with time left",
            number,
        ),
        lambda: url_for("decisions.index_view", flt0_mine="1", flt1_standing="open"),
        calls=False,
    ),
    "forum_next": Kind(
        lambda number: gettext("the next meeting in your forums"),
        lambda: url_for("meetings.index_view"),
        calls=False,
        shows=lambda seconds: date_text(datetime.fromtimestamp(seconds, DENMARK)),
    ),
}


def tiles(ctx: Context) -> list[Tile]:
    """What waits, in the order of `KINDS`; what is none is left out."""
    asked = [statement for asks in ASKS for statement in asks(ctx)]
    if not asked:
        return []
    found = {row[0]: row[1] for row in ctx.execute(union_all(*asked), {})}
    return [
        Tile(
            found[key],
            kind.words(found[key]),
            kind.url(),
            kind.calls,
            None if kind.shows is None else kind.shows(found[key]),
        )
        for key, kind in KINDS.items()
        if found.get(key)
    ]
