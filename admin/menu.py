"""The left menu: grouped by what people do, each role seeing what it works with.

A screen that a role may open but does not work with, such as the list of providers for a leader
who asks for courses in the catalogue, is left out here and still opens from where it is mentioned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import request, url_for
from flask_admin import Admin, BaseView
from flask_babel import lazy_gettext as _l

from admin.labels import ENROL, MONEY
from tenant_app.core.access import Actor
from tenant_app.core.access import Permission as P


@dataclass(frozen=True)
class Entry:
    """A screen in the menu, shown to whoever may open it and works with it."""

    endpoint: str
    works: frozenset[P] = frozenset()
    """Any of these, where opening the screen is not reason enough to list it."""


@dataclass(frozen=True)
class Group:
    """A heading and what stands below it; the first group has none."""

    name: Any
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Line:
    """A link of the menu as one reader sees it."""

    name: str
    url: str
    is_here: bool


def entries(*endpoints: str, works: frozenset[P] = frozenset()) -> tuple[Entry, ...]:
    """Several screens alike."""
    return tuple(Entry(endpoint, works) for endpoint in endpoints)


def upkeep(permission: P) -> frozenset[P]:
    """Those who keep it in order, and those who look after that they do."""
    return frozenset({permission, P.AUDIT_VIEW})


GROUPS: tuple[Group, ...] = (
    Group(None, entries("admin", "inbox", "own")),
    Group(
        _l("Goals and needs"),
        (
            *entries("goals", "needs", "needs-overview", "clusters", "voices"),
            *entries("supervision"),
            *entries("supervision-due", works=upkeep(P.SUPERVISION_MANAGE)),
            *entries("screenings"),
            *entries("screening-tools", works=upkeep(P.SUPERVISION_MANAGE)),
            *entries("chain"),
        ),
    ),
    Group(
        _l("Meetings and dialogue"),
        (
            *entries("meetings", "wheel"),
            *entries("decisions", "forums", works=frozenset({P.FORUMS_VIEW})),
            *entries("dialogue", "dialogue-join", "dialogue-prints"),
            *entries("dialogue-cards", works=upkeep(P.DIALOGUE_CONFIGURE)),
        ),
    ),
    Group(
        _l("Initiatives"),
        (
            *entries("initiatives", "portfolio"),
            *entries("form-advice", works=frozenset({P.INITIATIVES_MANAGE})),
            *entries("advice-rules", works=upkeep(P.INITIATIVES_CONFIGURE)),
            *entries("surveys", "resource-persons", "resource-bookings", "resource-hours"),
            *entries("capacity"),
        ),
    ),
    Group(ENROL, entries("browse", "requests")),
    Group(
        _l("From course to practice"),
        (
            *entries("own-anchoring", "anchoring", "anchoring-tasks", "follow-through"),
            *entries("anchoring-template", works=upkeep(P.ANCHORING_CONFIGURE)),
        ),
    ),
    Group(
        _l("Talks and plans"),
        (
            *entries("own-talks", "own-plan", "talks", "talk-rounds"),
            *entries("development-plans", "talk-status"),
        ),
    ),
    Group(
        _l("Employees"),
        (
            *entries("employees"),
            *entries("holdings", works=frozenset({P.EMPLOYEES_VIEW})),
            *entries("coverage", "delegations"),
        ),
    ),
    Group(
        MONEY,
        (
            *entries("usage", "forecast", "pools", "transfers", "carry-overs", "ledger"),
            *entries("rounds", "fund-applications", "state-grants"),
            *entries("orders", "invoices"),
            *entries("invoice-reading", "posting-batches", works=upkeep(P.INVOICES_MANAGE)),
            *entries("account-strings", works=upkeep(P.INVOICES_MANAGE)),
            *entries("scenarios", works=upkeep(P.BUDGET_MANAGE) | {P.CATALOGUE_MANAGE}),
        ),
    ),
    Group(
        _l("Catalogue and targets"),
        (
            *entries("courses", "sessions", "providers", works=upkeep(P.CATALOGUE_MANAGE)),
            *entries("coverage-targets", works=upkeep(P.COMPETENCES_MANAGE)),
            *entries("competences", "competence-areas", works=upkeep(P.COMPETENCES_MANAGE)),
        ),
    ),
    Group(
        _l("Set-up and oversight"),
        (
            *entries("units", "unit-figures", works=upkeep(P.UNITS_MANAGE)),
            *entries("budget-years", "funding-rules", "person-caps", works=upkeep(P.BUDGET_MANAGE)),
            *entries("budget-revisions", "carry-rules", works=upkeep(P.BUDGET_MANAGE)),
            *entries("fund-schemes", "budget-alarms", works=upkeep(P.BUDGET_MANAGE)),
            *entries("settings", "users", "imports", "jobs", "dead-letters"),
            *entries("trail", "support-sessions"),
        ),
    ),
)
FITS = 12
"""So many lines stand open together; of a longer menu the groups are folded but the one in use."""
ELSEWHERE = frozenset(
    {"packs", "dialogue-live", "goal_tree", "thread", "profile", "saved_views", "search"}
    | {"explain", "pool-statement"}
)
"""Reached from the top bar, and from the lists."""
PLACED = {entry.endpoint for group in GROUPS for entry in group.entries} | ELSEWHERE


def _line(view: BaseView, here: BaseView) -> Line:
    address = _address(request.script_root, f"{view.endpoint}.{view._default_view}")
    return Line(str(view.name), address, view is here)


@lru_cache(maxsize=500)
def _address(_root: str, endpoint: str) -> str:
    """A page has fifty of them, and they are the same on every page."""
    return url_for(endpoint)


def menu(site: Admin, here: BaseView, actor: Actor) -> list[tuple[Any, list[Line], bool]]:
    """(heading, links, whether it stands open) of every group in which the reader has anything."""
    views = {view.endpoint: view for view in site._views}
    shown = []
    for group in GROUPS:
        lines = [
            _line(views[entry.endpoint], here)
            for entry in group.entries
            if entry.endpoint in views and _is_shown(views[entry.endpoint], entry.works, actor)
        ]
        if lines:
            shown.append((group.name, lines))
    shown += _unplaced(views.values(), here)
    fits = sum(len(lines) for _name, lines in shown) <= FITS
    return [(name, lines, fits or any(each.is_here for each in lines)) for name, lines in shown]


def _is_shown(view: BaseView, works: frozenset[P], actor: Actor) -> bool:
    if works and not any(actor.may(permission) for permission in works):
        return False
    return bool(view.is_visible() and view.is_accessible())


def _unplaced(views: Any, here: BaseView) -> list[tuple[Any, list[Line]]]:
    """Screens that no group names, under the category they gave themselves: the vendor's too."""
    rest: dict[Any, list[Line]] = {}
    for view in views:
        if view.endpoint not in PLACED and view.is_visible() and view.is_accessible():
            rest.setdefault(view.category, []).append(_line(view, here))
    return list(rest.items())
