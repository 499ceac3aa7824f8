"""Puts the house together: `gunicorn config.wsgi:app`."""

from __future__ import annotations

from flask import Flask

from admin import site
from config.settings import Settings
from jobs.doorbell import Bell
from tenant_app.core.uow import Database
from tenant_app.web.app import create_app
from tenant_app.web.current import LOCALES
from tenant_app.web.i18n import translations

AT_ONCE = ("dialogue/live_", "dialogue/join")
"""Templates of the pages that many open in the same moment."""


def build(settings: Settings, db: Database | None = None) -> Flask:
    """The whole application with both panels; tests hand over their own database."""
    database = db or Database(
        settings.database_app_url,
        settings.database_vendor_url,
        doorbell=Bell(settings),
        prepare=settings.prepare_statements,
    )
    app = create_app(settings, database)
    site.mount(app)
    return app


def _warm(app: Flask) -> None:
    """Have ready what the first requests would each make for themselves: a whole meeting opens its
    telephones in one second, also on a server that has just started."""
    for language in LOCALES:
        translations(language)
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(AT_ONCE)):
        app.jinja_env.get_template(name)


def __getattr__(name: str) -> Flask:
    # Built on first use, so that importing this module needs no environment.
    if name == "app":
        globals()["app"] = build(Settings.from_env())
        _warm(globals()["app"])
        return globals()["app"]  # type: ignore[no-any-return]
    raise AttributeError(name)
