"""Puts the house together: `gunicorn config.wsgi:app`."""

from __future__ import annotations

from flask import Flask

from admin import site
from config.settings import Settings
from jobs.doorbell import Bell
from tenant_app.core.uow import Database
from tenant_app.web.app import create_app


def build(settings: Settings, db: Database | None = None) -> Flask:
    """The whole application with both panels; tests hand over their own database."""
    database = db or Database(
        settings.database_app_url,
        settings.database_vendor_url,
        doorbell=Bell(settings),
    )
    app = create_app(settings, database)
    site.mount(app)
    return app


def __getattr__(name: str) -> Flask:
    # Built on first use, so that importing this module needs no environment.
    if name == "app":
        globals()["app"] = build(Settings.from_env())
        return globals()["app"]  # type: ignore[no-any-return]
    raise AttributeError(name)
