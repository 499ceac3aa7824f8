"""What was typed in a form whose session had ended: kept for the one who typed it, never sent.

After signing in again the same user finds the form filled as it was left, and sends it or not.
It waits in Redis under a key that only this browser's cookie names, encrypted, since it may name
people. Passwords, files and tokens are not kept. Without Redis nothing is kept, and the sign-in
page says so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, Response, current_app, flash, g, request, session
from flask_babel import gettext as _
from redis import Redis
from redis.exceptions import RedisError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from tenant_app.web.current import context, settings

log = structlog.get_logger()

MOST = 64 * 1024
"""Bytes of one form: more than any form of ours holds in text."""
KEPT_SECONDS = 3600
SHOWN_SECONDS = 600
"""After it has been shown, it waits only for a page that is loaded again."""
SECRET = re.compile(r"csrf|token|passw|adgangskode|^(old|new|again)$", re.IGNORECASE)
"""Fields that are never written down. Forms about passwords name them old, new and again."""


def _redis() -> Redis:
    known: Redis | None = current_app.extensions.get("unsent")
    if known is None:
        known = Redis.from_url(settings().redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
        current_app.extensions["unsent"] = known
    return known


def whose(*, vendor: bool = False) -> str | None:
    """Whom this browser's signed cookie last let in, as `signed_in` wrote it; else None."""
    return session.get("vendor_user" if vendor else "user")


def signed_in(key: str | None, *, tenant_id: int | None, user: str) -> None:
    """After sign-in: what was kept goes with its own user, and nobody else ever sees it."""
    vendor = tenant_id is None
    session["vendor_user" if vendor else "user"] = f"{tenant_id or 'vendor'}:{user}"
    found = _read(key)
    if key is None or found is None:
        return
    if found["owner"] == whose(vendor=vendor):
        session["unsent"] = key
    else:
        _forget(key)


def _whose() -> str | None:
    """The same, for the panel that is asked."""
    return whose(vendor=request.path.startswith("/vendor"))


def _reader() -> str | None:
    """Who reads now: the session is looked up, so that nobody reads by an old cookie."""
    if request.path.startswith("/vendor"):
        return _whose()  # its door has looked the session up, and one cookie has one of the staff
    ctx = context()
    return f"{ctx.tenant_id}:{ctx.actor.user_id}"


def is_signed_in() -> bool:
    """Whether the cookie still names a session; it may have ended on the server."""
    return ("vendor_token" if request.path.startswith("/vendor") else "token") in session


def page() -> str | None:
    """Where the form that was sent stands: here, or where the browser says it came from."""
    if request.path.startswith("/vendor/sign-"):
        return None
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.full_path.rstrip("?")
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or not came.path.startswith(("/admin", "/vendor")):
        return None
    return f"{came.path}?{came.query}".rstrip("?")


def is_from_own_page() -> bool:
    """Browsers name the site a form was sent from, and scripts elsewhere cannot change that."""
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def typed() -> list[tuple[str, str]]:
    """What the form that was sent says, without secrets and empty fields."""
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if value and not SECRET.search(name)]


def keep() -> bool:
    """Put aside what was typed, for the same user's next sign-in here. False: it is lost."""
    owner, where = _whose(), page()
    if owner is None or where is None:
        return False
    fields = typed()
    if not fields:
        return False
    text = json.dumps({"owner": owner, "page": where, "fields": fields})
    if len(text.encode()) > MOST:
        return False
    # Under the municipality, as all keys that hold something of it.
    key = f"t:{owner.partition(':')[0]}:unsent:{secrets.token_urlsafe(24)}"
    try:
        _redis().set(key, _cipher().encrypt(text.encode()), ex=KEPT_SECONDS)
    except RedisError as error:
        log.warning("unsent.not_kept", kind=type(error).__name__)
        return False
    session["unsent"] = g.unsent_new = key
    return True


def _cipher() -> Fernet:
    """Of the application's secret: whoever reads Redis, or a dump of it, reads nothing."""
    key = hashlib.sha256(b"unsent:" + settings().secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _read(key: str | None) -> dict[str, Any] | None:
    """What was kept under a key; None when it is gone or Redis is away."""
    if not key:
        return None
    try:
        found = _redis().get(key)
        # One client type serves both kinds of Redis, so its answers are typed as either.
        return json.loads(_cipher().decrypt(found)) if found else None  # type: ignore[arg-type,no-any-return]
    except (RedisError, InvalidToken):  # or kept under a secret that has been changed since
        return None


def _forget(key: str) -> None:
    try:
        _redis().delete(key)
    except RedisError:
        log.warning("unsent.not_forgotten")


def fields() -> MultiDict[str, str]:
    """The fields of this form: those just sent, or on a first look those that were kept."""
    if request.method != "GET":
        return request.form
    return _kept() or ImmutableMultiDict()


def _kept() -> MultiDict[str, str] | None:
    if "unsent_fields" not in g:
        g.unsent_fields = None
        found = _read(session.get("unsent"))
        here = request.full_path.rstrip("?")
        if found is not None and found["page"] == here and found["owner"] == _reader():
            g.unsent_fields = MultiDict((name, value) for name, value in found["fields"])
            _shown(session["unsent"])
    return g.unsent_fields  # type: ignore[no-any-return]  # flask.g holds anything


def _shown(key: str) -> None:
    flash(
        _(
            "Nothing was sent. The form is filled as you left it: look it through and send it. "
            "Files must be chosen again."
        ),
        "info",
    )
    try:
        _redis().expire(key, SHOWN_SECONDS)
    except RedisError:
        log.warning("unsent.not_shortened")


@contextmanager
def as_it_was_sent() -> Iterator[None]:
    """Forms made in this block hold what was kept, as they do after a refusal.

    Choices, rows and defaults are set by the same lines as when a form was sent; nothing is
    executed, since whoever asks `request.method` afterwards reads GET again.
    """
    kept = _kept() if request.method == "GET" else None
    if kept is None:
        yield
        return
    own = request._get_current_object()  # behind Flask's proxy
    empty = own.form  # read first: Werkzeug reads form and files together, and only once
    own.method, own.form = "POST", kept
    try:
        yield
    finally:
        own.method, own.form = "GET", empty


def _done(response: Response) -> Response:
    """Whatever the form answered, it has been sent: what was kept of it is not needed."""
    key = session.get("unsent")
    if request.method == "POST" and key and key != g.get("unsent_new"):
        found = _read(key)
        if found is None or found["page"] == request.full_path.rstrip("?"):
            session.pop("unsent")
            _forget(key)
    return response


def init(app: Flask) -> None:
    """Forms that were sent are forgotten."""
    app.after_request(_done)


__all__ = [
    "as_it_was_sent",
    "fields",
    "init",
    "is_from_own_page",
    "is_signed_in",
    "keep",
    "page",
    "signed_in",
    "typed",
    "whose",
]
