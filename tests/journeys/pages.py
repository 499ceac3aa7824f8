"""Every page of the house, by everyone who may open it: generated from the URL map.

What each URL needs (whose ids, which query) stands already in the doors' table; here it is asked
as each kind of role, and what answers with a page is a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import TestResponse

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tests.doors.knocking import STRANGER, Caller, House
from tests.doors.place import Place
from tests.doors.rows import ROWS
from tests.doors.table import Kind, Row

ROLES = ("admin", "consultant", "area_north", "leader_n1", "ped_n1", "auditor")
"""One user of each kind of role."""
CALLERS = ("", *ROLES, "support", "vendor_admin", "vendor_support")
"""Everybody: a stranger, the roles, vendor staff looking inside, vendor staff at their own."""
WITHOUT_PAGE = {
    "livez": "JSON, for machines",
    "readyz": "JSON, for machines",
    "home": "sends to the overview",
    "accessibility.short": "sends to the statement",
    "api-docs.openapi_json": "a download: the description of the API",
    "imports.template": "a download",
    "invoice-reading.template": "a download",
    "posting-batches.file": "a download",
    "scenarios.result_export": "a download",
    "browse.cost": "a part of the page beside, for our scripts",
    "inbox.answered": "shown after answering: see `acts`",
    "coverage.progress": "JSON, for our scripts",
    "usage.progress": "JSON, for our scripts",
    "jobs.progress": "JSON, for our scripts",
    "dialogue-live.state": "JSON, for our scripts",
    "dialogue-prints.poster": "a download",
    "dialogue-prints.cards": "a download",
    "wheel.calendar": "a download",
    "clusters.progress": "JSON, for our scripts",
    "vendor_jobs.progress": "JSON, for our scripts",
}
"""GET rules that show no page, each with its reason."""
KINDS_WITHOUT = {
    re.compile(r"^api_"): "the API answers JSON",
    re.compile(r"\.export$"): "a download",
    re.compile(r"(^|\.)static$"): "files",
}
ASKS = re.compile(r'<form[^>]*method="post"[^>]*>(?:(?!</form>).)*\brequired\b', re.S)
MAIN = re.compile(r"<main.*</main>", re.S)
ONCE = re.compile(r'value="[^"]{60,}"|nonce="[^"]+"')
"""Tokens, which are others each time a page is made."""


@dataclass(frozen=True)
class Page:
    """A URL as somebody opens it."""

    endpoint: str
    caller: str
    url: str
    body: str = field(repr=False, compare=False, default="")

    @property
    def name(self) -> str:
        return f"{self.endpoint} as {self.caller or 'a stranger'}"

    @property
    def asks(self) -> bool:
        """Whether it has a form that is refused when it is sent empty."""
        return ASKS.search(self.body) is not None

    @property
    def main(self) -> str:
        """All but the frame, which is the same on every page of a role."""
        found = MAIN.search(self.body)
        return ONCE.sub("", found[0]) if found else self.body


@dataclass(frozen=True)
class Act:
    """A form as somebody sends it."""

    endpoint: str
    caller: str
    url: str
    fields: list[tuple[str, str]]


def get_endpoints(app: Flask) -> set[str]:
    """Whatever can be asked for by GET."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def reason_without_page(endpoint: str) -> str | None:
    """Why there is nothing to look at; None where there should be."""
    kinds = (why for pattern, why in KINDS_WITHOUT.items() if pattern.search(endpoint))
    return WITHOUT_PAGE.get(endpoint) or next(kinds, None)


def unseen(endpoints: Iterable[str], pages: Iterable[Page]) -> set[str]:
    """Endpoints that nobody saw a page of, and that have no reason for it."""
    seen = {page.endpoint for page in pages}
    return {each for each in endpoints if each not in seen and reason_without_page(each) is None}


class Walk:
    """Asks for every page as everybody, without a browser."""

    def __init__(self, house: House, place: Place, vendor: Any) -> None:
        self.house, self.place, self.vendor = house, place, vendor
        guest = Caller(place, "support", support=place.support_token("Fejl i lønfil, sag 1234"))
        self.callers: Mapping[str, Caller] = {
            "": STRANGER,
            **{name: Caller(place, name) for name in ROLES},
            "support": guest,
            **vendor.callers,
        }
        self.clients = {name: house.client(caller) for name, caller in self.callers.items()}
        self.special = {"signin.invitation": self._invitation()}
        """URLs that the doors knock at only to be refused."""

    def _invitation(self) -> str:
        """A link that has not been used."""
        with self.place.as_system() as ctx:
            token = accounts.invite(
                ctx,
                email=self.place.new_email(),
                name=self.place.word("users", "name"),
                role=Role.EMPLOYEE,
                unit_id=self.place.units["n1"],
            )
        return f"/invitation/{self.place.slug}/{token}"

    def rows(self, name: str) -> list[Row]:
        """The GET rows at whose doors somebody is expected."""
        kinds = {Kind.OPEN, Kind.PANEL}
        if name in self.vendor.callers:
            kinds = {Kind.VENDOR}
        elif name == "":
            kinds = {Kind.OPEN}
        return [row for row in ROWS if row.is_read and row.kind in kinds]

    def url(self, row: Row) -> str:
        """Path and query, so that a browser can open it."""
        if row.endpoint in self.special:
            return self.special[row.endpoint]
        owner = self.vendor if row.kind is Kind.VENDOR else self.place
        thing = owner.the(row.thing) if row.thing is not None else None
        path, query = self.house.url(row, self.place, thing)
        return f"{path}?{urlencode(query)}" if query else path

    def ask(self, name: str, url: str) -> TestResponse:
        answer: TestResponse = self.clients[name].get(url)
        return answer

    @cached_property
    def pages(self) -> list[Page]:
        """What answers with a page, role by role; what a role may not see is left out."""
        found = []
        for name in CALLERS:
            for row in self.rows(name):
                url = self.url(row)
                answer = self.ask(name, url)
                assert answer.status_code < 500, f"{row.name} as {name}: {answer.status}"
                is_text = answer.mimetype == "text/html"  # not the bytes of a file
                if answer.status_code == 200 and is_text and "<html" in answer.text[:300]:
                    found.append(Page(row.endpoint, name, url, answer.text))
        return found

    def to_look_at(self, name: str) -> list[Page]:
        """The pages of a role that are not, but for the frame, those of a role before it.

        The frame (menu, bars, foot) is the role's own and the same on all its pages, so the first
        page of each role is always among them.
        """
        seen: set[str] = set()
        for before in CALLERS[: CALLERS.index(name)]:
            seen |= {page.main for page in self.pages if page.caller == before}
        own = [page for page in self.pages if page.caller == name]
        return [*own[:1], *(page for page in own[1:] if page.main not in seen)]

    def is_first(self, page: Page) -> bool:
        """Whether nobody before that reader has a page of the endpoint."""
        return next(each for each in self.pages if each.endpoint == page.endpoint) == page

    def forms(self) -> list[Page]:
        """One page of each form that can be refused."""
        first: dict[str, Page] = {}
        for page in self.pages:
            if page.asks:
                first.setdefault(page.endpoint, page)
        return list(first.values())

    def acts(self) -> list[Act]:
        """What buttons answer with a page of its own, such as a link that is shown once."""
        found = []
        for row in ROWS:
            shows = row.answer == 200 or row.endpoint == "inbox.index"
            if row.method != "POST" or row.kind in (Kind.API, Kind.OPEN) or not shows:
                continue
            is_vendor = row.kind is Kind.VENDOR
            owner = self.vendor if is_vendor else self.place
            thing = owner.make(row.thing) if row.thing else None
            make = row.body if is_vendor else partial(row.body_for, fresh=True)
            body = make(self.place, thing)
            if any(isinstance(value, tuple) for value in body.values()):
                continue  # a file, which only a person can choose
            path, query = self.house.url(row, self.place, thing)
            url = f"{path}?{urlencode(query)}" if query else path
            fields = [
                (name, str(each))
                for name, value in body.items()
                for each in (value if isinstance(value, list) else [value])
            ]
            found.append(Act(row.endpoint, row.may, url, fields))
        return found

    def cookie(self, name: str) -> str:
        """What a browser must hold to be this caller; a stranger's holds nothing."""
        kept = self.clients[name].get_cookie("roedtraad")
        return str(kept.value) if kept is not None else ""


__all__ = ["CALLERS", "WITHOUT_PAGE", "Act", "Page", "Walk", "get_endpoints", "unseen"]
