"""How often somebody may try. Redis counts for all processes; without it each counts for itself.

So sign-in is never open and never dead: guesses are counted whether Redis is up or down.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from redis.exceptions import RedisError

log = structlog.get_logger()

PER_ACCOUNT = "10 per 15 minutes"
PER_ADDRESS = "50 per 15 minutes"
PER_TENANT = "300 per 15 minutes"
WINDOW_SECONDS = 15 * 60
REFUSED = (401, 404)
"""Answers that count against an address and a municipality: a whole town hall may share an
address in the morning, so those who sign in at the first try are not counted."""

View = Callable[..., object]


class HouseLimiter(Limiter):
    """Flask-Limiter with only the limits written on views.

    It takes any error for a dead Redis, so it is kept away from requests it has nothing to say to.
    """

    def init_app(self, app: Flask) -> None:
        uri = str(app.config.get("RATELIMIT_STORAGE_URI", ""))
        if uri.startswith("unix:"):  # which it spells differently from everybody else
            app.config["RATELIMIT_STORAGE_URI"] = f"redis+{uri}"
        super().init_app(app)

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


def address() -> str:
    """Who is calling, as a number nobody can read back. An IPv6 household is one caller."""
    text = get_remote_address()
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return blind(text)
    if parsed.version == 6:
        return blind(str(ipaddress.ip_network((parsed, 64), strict=False)))
    return blind(text)


def blind(*parts: str) -> str:
    """A key for counting that shows neither e-mail nor address to whoever reads Redis."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


limiter = HouseLimiter(
    address,
    strategy="moving-window",  # a fixed one lets twice as many through across its edge
    key_prefix="limits",
    in_memory_fallback_enabled=True,
    # Only the count after a refused answer can still fail when Redis dies in that very moment:
    # it is lost then, and the next request counts in memory.
    swallow_errors=True,
    storage_options={"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
)


def _refused(response: Response) -> bool:
    return response.status_code in REFUSED


def by_account(key: Callable[[], str]) -> Callable[[View], View]:
    """Every try counts, before anything is looked at; `forgive_account` takes it back."""
    return limiter.shared_limit(PER_ACCOUNT, scope="account", key_func=key, methods=["POST"])


def by_address(view: View) -> View:
    """Refused answers count against the caller's address."""
    limit = limiter.shared_limit(
        PER_ADDRESS, scope="address", key_func=address, deduct_when=_refused
    )
    return limit(view)


def by_tenant(key: Callable[[], str]) -> Callable[[View], View]:
    """Refused answers count against the municipality."""
    return limiter.shared_limit(
        PER_TENANT, scope="tenant", key_func=key, methods=["POST"], deduct_when=_refused
    )


def forgive_account() -> None:
    """The right password was given: earlier tries of this account do not count any more."""
    for limit in limiter.current_limits:
        if "account" in limit.request_args:
            try:
                limit.limiter.clear(limit.limit, *limit.request_args)
            except RedisError:
                log.warning("limits.not_forgiven", endpoint=request.endpoint)
