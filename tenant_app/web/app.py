"""The application: each request is one unit of work, rolled back before an error is rendered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from tenant_app.core import logs, money
from tenant_app.core.errors import SignInRequired
from tenant_app.core.uow import Database
from tenant_app.web import (
    accessibility,
    api_docs,
    assets,
    doors,
    errors,
    headers,
    i18n,
    rooms,
    signin,
    theme,
    unsent,
    vendor_signin,
    working_as,
)
from tenant_app.web.current import context, locale, nonce
from tenant_app.web.limits import limiter

LARGEST_UPLOAD = 11 * 1024 * 1024
"""A file of 10 MB, the largest that is read, with the form around it."""
RETRIES = 3
"""A deadlock or a serialization failure is nobody's fault: the request starts again."""
RETRY_STATES = ("40P01", "40001")
PANELS = ("/admin", "/vendor")
OPEN = ("api-docs.openapi_json", "docs.page")
"""The description of the API holds nothing of anyone's."""


class House(Flask):
    """Flask, with the unit of work around each view."""

    openers: dict[str, doors.Opener]

    def dispatch_request(self) -> ResponseReturnValue:
        opener = self._opener()
        if opener is None:
            return super().dispatch_request()
        for attempt in range(RETRIES):
            try:
                with opener():
                    return super().dispatch_request()
            except OperationalError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in RETRY_STATES or attempt == RETRIES - 1:
                    raise
        raise AssertionError("the loop above returns or raises")

    def _opener(self) -> doors.Opener | None:
        if headers.is_static():
            return None
        if request.routing_exception is not None:
            return self._opener_of_nowhere()
        view = self.view_functions.get(request.endpoint or "")
        if request.endpoint in OPEN or getattr(view, "is_open", False):
            return None
        return self._opener_at(*self.openers)

    def _opener_of_nowhere(self) -> doors.Opener | None:
        """In the panels an address that leads nowhere asks who it is before it says so: who is
        signed in sees whose panel it is, and nobody else learns what there is."""
        if isinstance(request.routing_exception, NotFound):
            return self._opener_at(*PANELS)
        return None

    def _opener_at(self, *prefixes: str) -> doors.Opener | None:
        for prefix in prefixes:
            if request.path == prefix or request.path.startswith(prefix + "/"):
                return self.openers[prefix]
        return None


def create_app(settings: Settings, db: Database) -> House:
    """The web floor without the panels, which `admin` mounts on it."""
    logs.configure()
    app = House("tenant_app.web", root_path=str(Path(__file__).parent), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SESSION_COOKIE_NAME="roedtraad",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_UPLOAD * 2,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session, which ends by itself
        RATELIMIT_STORAGE_URI=settings.redis_url,
        API_TITLE="Rød Tråd",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    if settings.base_host:
        app.config["TRUSTED_HOSTS"] = [f".{settings.base_host}", "127.0.0.1"]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.extensions["roedtraad"] = {"db": db, "settings": settings}
    app.openers = {"/admin": doors.panel, "/api": doors.api, "/vendor": vendor_signin.vendor_door}

    i18n.init(app)
    headers.init(app)
    assets.init(app)
    limiter.init_app(app)
    csrf = CSRFProtect(app)
    api = Api(
        app,
        spec_kwargs={
            "info": {"description": api_docs.DESCRIPTION},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    errors.init(app)  # after Api, which would otherwise answer for HTTP errors itself
    for blueprint in rooms.blueprints():
        # The panel has screens of the same names.
        api.register_blueprint(blueprint, name=f"api_{blueprint.name}")
        csrf.exempt(blueprint)
    for blueprint in (
        signin.blueprint,
        vendor_signin.blueprint,
        api_docs.blueprint,
        accessibility.blueprint,
    ):
        app.register_blueprint(blueprint)
    theme.init(app)
    unsent.init(app)
    working_as.init(app)
    app.context_processor(_words)
    app.jinja_env.filters["kr"] = money.show
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/livez", "livez", _alive)
    app.add_url_rule("/readyz", "readyz", _ready, defaults={"db": db})
    return app


def _words() -> dict[str, Any]:
    return {"csp_nonce": nonce, "locale": locale, "ctx": _context_or_none()}


def _context_or_none() -> object:
    try:
        return context()
    except SignInRequired:
        return None


def _home() -> ResponseReturnValue:
    return redirect(url_for("admin.index"))


def _alive() -> Response:
    return jsonify(status="alive")


def _ready(db: Database) -> ResponseReturnValue:
    """Ready when the database answers; Redis may be away, since it is only the doorbell."""
    with db.app.connect() as connection:
        connection.execute(text("SELECT 1"))
    return jsonify(status="ready")


__all__ = ["House", "create_app"]
