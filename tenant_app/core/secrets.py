"""Passwords and tokens. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's figures for servers where many sign in at once. Tests put a cheaper one here."""


def hash_password(text: str) -> str:
    """The hash to keep; it carries its own salt and cost."""
    return HASHER.hash(_bytes(text))


def verify_password(hashed: str | None, text: str) -> bool:
    """Whether the text is the password. No hash takes as long as a wrong password, and is False."""
    try:
        HASHER.verify(hashed or _no_ones(HASHER), _bytes(text))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made at another cost than today's."""
    return HASHER.check_needs_rehash(hashed)


def new_token() -> tuple[str, str]:
    """A random token of 32 bytes to hand out, and the hash of it to keep."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """Fast on purpose: a random token cannot be guessed, and it is looked up at each request."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=4)
def _no_ones(hasher: PasswordHasher) -> str:
    """The hash of a password nobody knows, at the hasher's cost."""
    return hasher.hash(secrets.token_bytes(32))


def _bytes(text: str) -> bytes:
    """One spelling per password: a Mac sends å as two characters, others as one."""
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")
