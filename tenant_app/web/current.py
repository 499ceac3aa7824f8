"""What a page may ask about its request."""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app, g, session

from config.settings import Settings
from tenant_app.core.http import context
from tenant_app.core.uow import Database

__all__ = ["context", "house", "locale", "nonce", "settings"]

LOCALES = ("da", "en")


def house() -> Database:
    """The ways into the database."""
    return cast(Database, current_app.extensions["roedtraad"]["db"])


def settings() -> Settings:
    """The settings this process started with."""
    return cast(Settings, current_app.extensions["roedtraad"]["settings"])


def nonce() -> str:
    """The one-time word that lets our own scripts and styles pass the content policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast(str, g.nonce)


def locale() -> str:
    """The user's language; Danish unless chosen otherwise."""
    ctx = g.get("ctx")
    user = ctx.memo.get("user") if ctx is not None else None
    chosen = getattr(user, "locale", None) or session.get("locale")
    return chosen if chosen in LOCALES else "da"
