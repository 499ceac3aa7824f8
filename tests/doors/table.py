"""One row per URL and method: who may knock, who may not, and what stands behind the door.

The rows themselves stand in `rows_*.py`, one file per corner of the house.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from flask import Flask

from tests.doors.place import Place

Body = Callable[[Place, Any], dict[str, Any]]
WIDE = {"admin", "consultant", "auditor"}
"""Users whose roles reach the whole municipality: to them no branch of it is foreign."""
FREE_METHODS = {"HEAD", "OPTIONS"}


class Kind(Enum):
    """Which door it is."""

    OPEN = "open"
    PANEL = "panel"
    API = "api"
    VENDOR = "vendor"


def no_body(place: Place, thing: Any) -> dict[str, Any]:
    return {}


def fixed(**fields: object) -> Body:
    """The same fields every time; `(3,)` is the day three days from today."""

    def body(place, thing):
        return {
            name: place.day(value[0]).isoformat() if isinstance(value, tuple) else value
            for name, value in fields.items()
        }

    return body


@dataclass(frozen=True)
class Row:
    """One URL and method. Users are names in `Place.users`."""

    endpoint: str
    method: str = "GET"
    kind: Kind = Kind.PANEL
    may: str = "admin"
    may_not: str | None = "leader_n1"
    """In the right place without the permission; None needs a `why`."""
    branch: str | None = "admin_south"
    """The right role in another place; None needs a `why`."""
    branch_may: bool = False
    """The row's thing is the whole municipality's, or the list is cut to the caller's branch."""
    thing: str | None = None
    arg: str = "id"
    """The query argument with the thing's id, where the path has none."""
    path: Mapping[str, str] = field(default_factory=dict)
    """Other parts of the path: a key of a thing, or the text itself."""
    query: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    """Query arguments that name other objects → the key of their thing."""
    body: Body = no_body
    refs: Mapping[str, str] = field(default_factory=dict)
    """Body fields that name other objects → the key of their thing; `+key` is new when allowed."""
    natural: Mapping[str, str] = field(default_factory=dict)
    """Body fields that name objects by what people call them: e-mail or number."""
    wrap: str = "{}"
    """How a form writes the ids of `refs`."""
    needs: str | None = None
    """A new thing without which the allowed caller would have nothing to do."""
    each: bool = False
    """Answers 200 and says for each object whether it was done."""
    lists: str | None = None
    """A list in which the thing of the own branch stands and no other."""
    answer: int = 200
    refused: tuple[int, ...] = (403, 404)
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def things(self) -> set[str]:
        """The things the row needs."""
        named = [self.thing, self.lists, *self.refs.values(), *self.asks.values()]
        found = {key.removeprefix("+") for key in named if key is not None}
        return found | {key for key in self.path.values() if key in THINGS}

    def body_for(self, place: Place, thing: Any, *, fresh: bool = False) -> dict[str, Any]:
        """What the allowed caller sends, with objects of the place."""
        sent = {}
        for name, key in self.refs.items():
            make = fresh and key.startswith("+")
            found = (place.make if make else place.the)(key.removeprefix("+"))
            put(sent, name, self.wrap.format(found))
        return sent | self.body(place, thing)


THINGS = {
    *("unit", "area", "other_area", "employee", "left", "user", "closed_user", "role"),
    *("delegation", "token", "saved_view"),
    *("job", "dead", "trail", "support", "year", "draft_year", "adopted_year", "pool", "entry"),
    *("state_pool", "cap"),
    *("area_pool", "open_year", "ending_year", "approved_year", "carry_over", "transfer"),
    *("own_transfer", "revision", "figures"),
    *("rules", "field", "competence", "target", "holding", "provider", "course", "retired"),
    *("goal", "draft_goal", "indicator"),
    *("plan", "trying", "trial", "anchoring_item", "template_item"),
    *("dialogue_card", "dialogue_retired", "dialogue_draft", "dialogue_meeting"),
    *("dialogue_answer", "dialogue_voted", "dialogue_session_card", "dialogue_said"),
    *("dialogue_held", "dialogue_fruitful", "dialogue_initiative"),
    *("gift", "session", "submitted", "returned", "confirmed", "attended"),
    *("need", "other_need", "analysed", "qualified", "covered", "parked", "evidenced", "finding"),
    "served",
    *("initiative", "qualified_initiative", "prioritised_initiative", "planned_initiative"),
    *("running_initiative", "followed_initiative", "evaluated_initiative"),
    "surveyed_initiative",
    *("visit", "held_visit", "visit_finding", "supervision_task"),
    *("screening_tool", "screening", "screening_result"),
    *("talk_round", "talk", "declined_talk", "cancelled_talk", "held_talk", "written_talk"),
    *("half_signed_talk", "talker", "talk_holder", "development_plan", "learning"),
    *("order", "other_order", "unordered", "other_unordered"),
    *("waiting_invoice", "differing_invoice", "account_string"),
    *("unposted", "batch"),
    *("cluster", "half_cluster", "shared", "capacity", "searching"),
    *("resource_person", "retired_person", "booking", "agreed_booking"),
    *("forum", "meeting", "coming_meeting", "held_meeting", "ranked_meeting", "decided_meeting"),
    "scenario",
    "round_application",
    *("round", "draft_round", "closed_round", "fund_scheme", "fund_draft", "fund_signed"),
    *("fund_sent", "fund_awarded", "fund_paid"),
    *("state_grant", "sent_grant", "awarded_grant", "received_grant"),
    *("agenda_item", "other_matter", "pack", "decision", "point", "forum_leader"),
}


def put(body: dict[str, Any], name: str, value: Any) -> None:
    """Write a field; `ids[]` is a list, `items[].id` a list of objects."""
    start, is_list, rest = name.partition("[]")
    if not is_list:
        body[start] = value
    elif rest:
        body[start] = [{**body.get(start, [{}])[0], rest.removeprefix("."): value}]
    else:
        body[start] = [value]


def with_field(body: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The same body with another value in one field."""
    changed = copy.deepcopy(dict(body))
    put(changed, name, value)
    return changed


def verb(endpoint: str, **facts: Any) -> list[Row]:
    """A form page and what its button does."""
    facts.setdefault("answer", 302)
    send = Row(endpoint, "POST", **facts)
    show = replace(send, method="GET", answer=200, refs={}, natural={}, body=no_body, each=False)
    return [show, send]


def reaching(endpoint: str, **facts: Any) -> list[Row]:
    """A verb whose form opens to the role in every branch, and whose button reaches less far."""
    show, send = verb(endpoint, **facts)
    return [replace(show, branch_may=True), send]


def api(*rows: Row) -> list[Row]:
    """These stand in the API."""
    return [replace(row, kind=Kind.API) for row in rows]


def doors_of(app: Flask) -> set[tuple[str, str]]:
    """Every URL and method of the application."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - FREE_METHODS
    }


def missing_and_spare(
    app: Flask, rows: Iterable[Row]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(doors without a row, rows without a door)."""
    doors, known = doors_of(app), {(row.endpoint, row.method) for row in rows}
    return doors - known, known - doors
