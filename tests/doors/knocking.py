"""Knocks at a door as somebody, and looks at every answer for what must never be in it."""

from __future__ import annotations

import difflib
import io
import itertools
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tests.dialogue import pdf
from tests.doors.place import Place
from tests.doors.table import THINGS, Kind, Row

_ADDRESS = itertools.count(1)
KNOCKS: Counter[str] = Counter()
"""Requests by way: with both walls, with one, with none."""
RAW_CSRF = "0123456789abcdef0123456789abcdef01234567"
NEVER = str(UUID(int=0x0199_0000_0000_7000_8000_0000_0000_0001))
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MARKS = re.compile(r"\bt(\d)-[a-z_]+-[a-z_]+-[0-9a-f]{5}", re.IGNORECASE)
INLINE = re.compile(r"<(?:script(?![^>]*\b(?:src|nonce)=)|style(?![^>]*\bnonce=))[^>]*>", re.I)
POSTING = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b.*?</form>", re.IGNORECASE | re.DOTALL)
HANDLERS = re.compile(r"<[a-z][^<>]*\s(?:on[a-z]+|style)=[\"'][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Caller:
    """Somebody at the door. `claims` is a municipality whose fence the caller pretends to be in."""

    place: Place | None
    name: str = ""
    claims: Place | None = None
    support: str = ""
    """The token of vendor staff who look inside `place`."""
    vendor: str = ""
    """The token of vendor staff at the vendor's own door."""


STRANGER = Caller(None)


@dataclass(frozen=True)
class Answer:
    """What came back, with what differs between any two requests masked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def like(self, other: Answer) -> bool:
        return self == other


class House:
    """The application and the municipalities whose people knock."""

    def __init__(self, app: Flask, places: Mapping[str, Place]) -> None:
        self.app = app
        self.places = places
        for place in places.values():
            place.app = app
        self.rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
        self.way = "with both walls"
        self.crashes_matter = True
        self._keys = itertools.count(1)
        self.leaks: list[str] = []
        """What was found that belongs to another municipality."""
        self.echoes: set[str] = set()
        """Marks of elsewhere that the caller sends along and may get back."""
        self._clients: dict[Any, Any] = {}
        self._tokens: dict[Any, str] = {}
        self._ids: dict[str, tuple[int, set[str]]] = {}
        self.signer = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        # Payload, moment and signature: the last two differ from page to page.
        start = re.escape(self.signer.dumps(RAW_CSRF).rsplit(".", 2)[0])
        self._csrf = re.compile(start + r"\.[\w-]+\.[\w-]+")

    # Who knocks

    def client(self, caller: Caller) -> Any:
        """A browser; signed in unless it is a stranger's."""
        if caller not in self._clients or caller == STRANGER:
            made = self.app.test_client()
            number = next(_ADDRESS)  # refused sign-ins are counted per address
            made.environ_base["REMOTE_ADDR"] = (
                f"10.{os.getpid() % 256}.{number // 256}.{number % 256}"
            )
            with made.session_transaction() as kept:
                kept["csrf_token"] = RAW_CSRF
                if caller.vendor:
                    kept["vendor_token"] = caller.vendor
                if caller.place is not None:
                    kept["tenant"] = (caller.claims or caller.place).tenant_id
                if caller.support:
                    kept["support_token"] = caller.support
                elif caller.place is not None:
                    kept["token"] = self._session(caller.place, caller.name)
            self._clients[caller] = made
        return self._clients[caller]

    def _session(self, place: Place, name: str) -> str:
        with place.as_system(now=clock.now()) as ctx:
            return accounts.open_session(ctx, ctx.session.get_one(User, place.users[name]))

    def bearer(self, caller: Caller) -> dict[str, str]:
        """The caller's API token; none for a stranger."""
        if caller.place is None:
            return {}
        key = (caller.place.mark, caller.name)
        if key not in self._tokens:
            with caller.place.as_user(caller.name, now=clock.now()) as ctx:
                self._tokens[key] = accounts.make_token(ctx, name="doors", days=30)
        token = self._tokens[key]
        if caller.claims is not None:
            secret = token.split("_", 2)[2]
            token = f"rt_{caller.claims.tenant_id}_{secret}"
        return {"Authorization": f"Bearer {token}"}

    def prepare(self, row: Row, *callers: Caller) -> None:
        """Sign them in before anything is counted: that changes rows."""
        for caller in callers:
            if row.kind is Kind.API:
                self.bearer(caller)
            else:
                self.client(caller)

    # Knocking

    def url(self, row: Row, place: Place, thing: Any) -> tuple[str, dict[str, str]]:
        """The path and the query."""
        rule: Rule = self.rules[row.endpoint]
        values = {
            name: str(place.the(key)) if key in THINGS else key for name, key in row.path.items()
        }
        query = {name: text.format(year=place.today.year) for name, text in row.query.items()}
        free = [name for name in sorted(rule.arguments) if name not in values]
        if row.thing is not None and free:
            values[free[0]] = str(thing)
        elif row.thing is not None:
            query[row.arg] = str(thing)
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: values[found[1]], rule.rule)
        return path, query

    def knock(
        self,
        row: Row,
        caller: Caller,
        thing: Any = None,
        *,
        of: Place,
        body: Mapping[str, Any] | None = None,
        csrf: str | None = "own",
        cookie: bool = False,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Ask for the row's URL with an id of the place `of`.

        `csrf` is the token to send; with `cookie` the API gets the panel's cookie and no token.
        """
        path, args = self.url(row, of, thing)
        sent: dict[str, Any] = {"query_string": args | dict(query or {}), "method": row.method}
        extra = dict(headers or {})
        if row.kind is Kind.API:
            client = self.client(caller if cookie else STRANGER)
            extra |= {} if cookie else self.bearer(caller)
            if any(isinstance(value, tuple) for value in (body or {}).values()):
                sent["data"] = form_of(body or {})  # the same file twice changes nothing: no key
            elif row.method != "GET":
                sent["json"] = dict(body or {})
                if row.endpoint not in SECRETS:
                    extra.setdefault("Idempotency-Key", f"knock-{next(self._keys):010}")
        else:
            client = self.client(caller)
            if row.method != "GET":
                form = form_of(body or {})
                if csrf == "own":
                    form["csrf_token"] = self.signer.dumps(RAW_CSRF)
                elif csrf is not None:
                    form["csrf_token"] = csrf
                sent["data"] = form
        response: TestResponse = client.open(path, headers=extra, **sent)
        KNOCKS[self.way] += 1
        if response.mimetype == "application/pdf":
            response.set_data(pdf.read(response.data).text)  # what stands on it is looked at
        self.look(row, caller, response, thing)
        return response

    # Looking

    def look(self, row: Row, caller: Caller, response: TestResponse, thing: Any = None) -> None:
        """No crash, the headers, and nothing of another municipality. Leaks are noted."""
        where = f"{row.name} as {caller.name or 'a stranger'}"
        fine = response.status_code < 500 or not self.crashes_matter
        assert fine, f"{where}: {response.get_data(as_text=True)[:2000]}"
        wrong = wrong_headers(response, is_static=row.endpoint.rpartition(".")[2] == "static")
        assert not wrong, f"{where}: {wrong}"
        if response.mimetype.startswith(("image/", "font/")):
            return
        text = response.get_data(as_text=True)
        whole = text + "\n".join(f"{name}: {value}" for name, value in response.headers)
        for echo in self.echoes:
            whole = re.sub(re.escape(echo), "ECHO", whole, flags=re.IGNORECASE)
        for found in MARKS.finditer(whole):
            if caller.vendor and "-support_sessions-" in found[0]:
                continue  # why staff look inside is the vendor's own word
            if caller.place is None or found[1] != caller.place.mark[1:]:
                self.leaks.append(f"{where}: {found[0]}")
        for found_id in set(IDS.findall(whole)) - {str(thing)} - self.echoes:
            for place in self.places.values():
                if place is not caller.place and found_id in self.ids_of(place):
                    self.leaks.append(f"{where}: id {found_id} of {place.mark}")

    def ids_of(self, place: Place) -> set[str]:
        if place.mark not in self._ids or self._ids[place.mark][0] != place.made:
            self._ids[place.mark] = (place.made, place.ids())
        return self._ids[place.mark][1]

    def forget_ids(self, place: Place) -> None:
        """Somebody at a door added rows there: read its ids again when they are next needed."""
        self._ids.pop(place.mark, None)

    def check_alike(
        self, found: TestResponse, asked: Any, never: TestResponse, never_id: Any = None
    ) -> None:
        """The two answers are one and the same, byte for byte, but for the id asked for."""
        one, other = self.masked(found, asked), self.masked(never, never_id or NEVER)
        lines = difflib.unified_diff(str(one).split("\\n"), str(other).split("\\n"), n=0)
        assert one == other, "\n".join(line[:200] for line in lines)

    def masked(self, response: TestResponse, *ids: Any) -> Answer:
        """The answer without nonce, CSRF token, cookie values and the ids that were asked for."""
        policy = response.headers.get("Content-Security-Policy", "")
        nonce = re.search(r"'nonce-([^']+)'", policy)
        text = response.get_data(as_text=True)

        def clean(value: str) -> str:
            if nonce:
                value = value.replace(nonce[1], "NONCE")
            value = self._csrf.sub("CSRF", value)
            for asked in ids:
                value = value.replace(str(asked), "ID")
            return value

        headers = tuple(
            sorted(
                (name, "…" if name == "Set-Cookie" else clean(value))
                for name, value in response.headers
                if name != "Content-Length" or not nonce
            )
        )
        return Answer(response.status_code, headers, clean(text))


SECRETS = {"api_accounts.invite", "api_accounts.reinvite", "api_accounts.make_token"}
"""Their answers are shown once and not kept for replays."""


def form_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields; a (content, name) is a file."""
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in body.items()
    }


def wrong_headers(response: TestResponse, *, is_static: bool) -> list[str]:
    """What is wrong with the security headers of an answer, and with its forms' own guard."""
    wrong = []
    policy = response.headers.get("Content-Security-Policy", "")
    wanted = ("default-src 'none'", "script-src 'self' 'nonce-", "frame-ancestors 'none'")
    wrong += [f"no {part} in the policy" for part in wanted if part not in policy]
    wrong += [f"{part} in the policy" for part in ("unsafe-", " *") if part in policy]
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        wrong.append("no nosniff")
    if not is_static and response.headers.get("Cache-Control") != "no-store":
        wrong.append("may be cached")
    if response.mimetype == "text/html":
        text = response.get_data(as_text=True)
        wrong += [f"inline: {found[0][:80]}" for found in INLINE.finditer(text)]
        wrong += [f"inline: {found[0][:80]}" for found in HANDLERS.finditer(text)]
        forms = [found[0] for found in POSTING.finditer(text)]
        wrong += [f"nobody can send: {f[:120]}" for f in forms if 'name="csrf_token"' not in f]
    return wrong
