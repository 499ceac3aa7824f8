"""Telephones of a session, as benchmarks/live.py lets them ask and press."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import zlib
from dataclasses import dataclass, field

EVERY, SPREAD = 0.7, 0.12
"""Seconds between two looks, as in dialogue-live.js."""
GRACE = 15.0  # seconds in which the last votes may still come
VERSION = re.compile(rb'"version":\s*(\d+)')


@dataclass
class Meeting:
    """What all of them wait for before they hang up."""

    begins: float
    ends: float
    presses: int
    """Still to come, or under way."""
    last: int = 0
    """The version of the latest vote."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self, now: float, version: int) -> bool:
        """Whether one that has read so far may hang up."""
        is_done = self.presses == 0 and version >= self.last
        return now >= self.ends and (is_done or now >= self.ends + GRACE)


@dataclass
class Telephone:
    """One participant: how it asks, and what it has seen when."""

    port: int
    look: str
    press: str
    headers: dict[str, str]
    votes: list[tuple[float, str]]
    """(seconds from the beginning, the body sent), in order."""
    seen: list[tuple[float, int]] = field(default_factory=list)
    sent: list[tuple[float, int]] = field(default_factory=list)
    version: int = 0

    def run(self, meeting: Meeting, dice: random.Random) -> None:
        """Ask until the end; press when it is time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = meeting.begins + dice.random() * EVERY
        votes = [(meeting.begins + at, body) for at, body in self.votes]
        while not meeting.is_over(now := time.perf_counter(), self.version):
            if votes and votes[0][0] <= now:
                _at, body = votes.pop(0)
                version = self._ask(connection, "POST", self.press, body)
                self.sent.append((now, version))
                with meeting.lock:
                    meeting.last = max(meeting.last, version)
                    meeting.presses -= 1
            elif now >= due:
                self._ask(connection, "GET", f"{self.look}&since={self.version}")
                due = time.perf_counter() + EVERY + dice.random() * SPREAD
            else:
                time.sleep(min(0.01, max(0.0, due - now)))
        connection.close()

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: str = ""
    ) -> int:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            connection.request(method, path, body or None, self.headers | form)
            answer = connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            connection.close()  # idle for longer than the server keeps it; a browser asks again
            connection.request(method, path, body or None, self.headers | form)
            answer = connection.getresponse()
        content = answer.read()
        if answer.status == 204:
            return self.version
        if answer.status != 200:
            raise AssertionError(f"{method} {path} answered {answer.status}: {content[:300]!r}")
        if answer.headers.get("Content-Encoding") == "gzip":
            content = zlib.decompress(content, 31)
        found = VERSION.search(content)
        assert found is not None
        version = int(found[1])
        if version > self.version:
            self.version = version
            self.seen.append((time.perf_counter(), version))
        return version
