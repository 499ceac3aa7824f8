"""Logs for machines, without persons: of an exception its kind and its place, never its values.

The database's own messages quote the values of rows, so the text of an exception is left out.
"""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger


def _place_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def configure() -> None:
    """One line of JSON per event."""
    processors: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_only,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(processors=processors, cache_logger_on_first_use=True)
