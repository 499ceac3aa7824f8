"""The bare round trip that benchmarks/live.py measures against: one number in one row.

`gunicorn -c config/gunicorn.py benchmarks.live_bare:app` serves it as the product is served. A
POST adds one to it, a GET reads it, or answers 204 where it is the number asked after. Nobody
signs in, nothing is rendered.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

_own = threading.local()


def _connection() -> psycopg.Connection[Any]:
    """One per thread, as long as the server lives."""
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(os.environ["BARE_URL"], autocommit=True)
    found: psycopg.Connection[Any] = _own.connection
    return found


def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Both, whatever the path."""
    if environ["REQUEST_METHOD"] == "POST":
        sql = "UPDATE bench_live SET version = version + 1 RETURNING version"
    else:
        sql = "SELECT version FROM bench_live"
    row = _connection().execute(sql).fetchone()
    assert row is not None
    if f"since={row[0]}&" in environ["QUERY_STRING"] + "&":
        start("204 No Content", [])
        return []
    body = json.dumps({"version": row[0]}).encode()
    head = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start("200 OK", head)
    return [body]
