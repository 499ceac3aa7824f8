"""What a process keeps for a moment, so that forty people who ask the same are one reading.

Never a way round a permission: whoever asks has been let in before, and is given what is the same
for all who were. The municipality is in every key, written here and nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from tenant_app.core.context import Context

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most so many values, none older than `age`. Each process has its own."""

    def __init__(self, *, most: int, age: timedelta) -> None:
        self._most = most
        self._age = age
        self._held: dict[tuple[int, Hashable], tuple[datetime, Value]] = {}
        self._lock = threading.Lock()

    def get(self, ctx: Context, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under the key in this municipality; made now where none is kept.

        The key must hold all that the value rests on. Two who ask at once may both make it: none
        waits for another's statements.
        """
        whole = (ctx.tenant_id, key)
        found = self._held.get(whole)
        if found is not None and abs(ctx.now - found[0]) <= self._age:
            return found[1]
        value = make()
        with self._lock:
            self._held.pop(whole, None)  # so that the oldest stand first
            self._held[whole] = (ctx.now, value)
            self._drop(ctx.now)
        return value

    def _drop(self, now: datetime) -> None:
        """What is too old, or too many, is gone."""
        for key, (made, _value) in list(self._held.items()):
            if len(self._held) <= self._most and now - made <= self._age:
                return
            del self._held[key]


__all__ = ["Kept"]
