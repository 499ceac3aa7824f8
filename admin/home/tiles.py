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
from tenant_app.cooperation import service as cooperation
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue
from tenant_app.forums import service as forums
from tenant_app.initiatives import service as initiatives
from tenant_app.resource_persons import service as resource_persons
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
    supervision.asks,
    resource_persons.asks,
    initiatives.asks,
    dialogue.asks,
    cooperation.asks,
    talks.asks,
    forums.asks,
)
"""Of each room its `service.asks`: nothing for a reader whom nothing can wait for."""
KINDS: dict[str, Kind] = {
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
