"""Every environment variable the product reads, in one place.

Only doors and migrations import this module; the rooms get what they need as arguments.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit

APP_ROLE = "roedtraad_app"
VENDOR_ROLE = "roedtraad_vendor"


def role_password(secret_key: str, role: str) -> str:
    """The password of a database role that `release` creates: derived, so nothing is stored."""
    return hmac.new(secret_key.encode(), role.encode(), hashlib.sha256).hexdigest()


def as_psycopg(url: str) -> str:
    """Accept the URL a hosting service hands out and name the driver for SQLAlchemy."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def with_role(url: str, role: str, password: str) -> str:
    """The same database, entered as another role."""
    parts = urlsplit(as_psycopg(url))
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role)}:{quote(password)}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


@dataclass(frozen=True)
class Settings:
    """What one process needs to know about the world around it."""

    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    database_app_url: str = field(repr=False)
    database_vendor_url: str = field(repr=False)
    base_host: str = ""
    port: int = 8000
    secure_cookies: bool = True
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    trusted_proxies: int = 0
    demo: bool = False
    smtp_url: str = field(default="", repr=False)
    prepare_statements: bool = True

    @classmethod
    def from_env(cls, env: dict[str, str] | None = None) -> Settings:
        """Read the environment; a missing required variable is named in the error."""
        env = dict(os.environ) if env is None else env
        missing = [
            name for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if not env.get(name)
        ]
        if env.get("DATABASE_APP_URL") and "DATABASE_URL" in missing:
            missing.remove("DATABASE_URL")  # web and worker need not know the owner
        if missing:
            raise SystemExit(
                f"Missing environment variable(s): {', '.join(missing)}. "
                "`make run` sets them for you; see docs/operations.md for a real server."
            )
        key = env["SECRET_KEY"]
        owner = as_psycopg(env.get("DATABASE_URL", ""))
        return cls(
            database_url=owner,
            redis_url=env["REDIS_URL"],
            secret_key=key,
            database_app_url=as_psycopg(env.get("DATABASE_APP_URL", ""))
            or with_role(owner, APP_ROLE, role_password(key, APP_ROLE)),
            database_vendor_url=as_psycopg(env.get("DATABASE_VENDOR_URL", ""))
            or with_role(owner, VENDOR_ROLE, role_password(key, VENDOR_ROLE)),
            base_host=env.get("BASE_HOST", ""),
            port=int(env.get("PORT", "8000")),
            secure_cookies=env.get("SECURE_COOKIES", "1") != "0",
            secret_key_fallbacks=tuple(
                filter(None, env.get("SECRET_KEY_FALLBACKS", "").split(","))
            ),
            trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
            demo=env.get("ROEDTRAAD_DEMO", "0") == "1",
            smtp_url=env.get("SMTP_URL", ""),
            prepare_statements=env.get("PREPARE_STATEMENTS", "1") != "0",
        )


def new_secret_key() -> str:
    """A fresh key for a new installation."""
    return secrets.token_hex(32)
