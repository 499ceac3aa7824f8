"""One caller of the API: asks with a key until an answer comes, and remembers what it was told."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

SECONDS_PER_TRY = 20.0
SECONDS_UNTIL_ANSWERED = 75.0


@dataclass
class Attempt:
    """One intended effect, under one key, and the answer that came."""

    verb: str
    """approve, reject, request or report."""
    tenant_id: int
    user: str
    path: str
    body: dict[str, Any]
    key: str
    enrolment_id: str = ""
    level: str = ""
    status: int | None = None
    """None: no answer was ever heard."""
    answer: Any = None
    tries: int = 0
    gave_up: bool = False
    """Closed the browser after the first lost reply: the effect may be there or not."""

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Client:
    """Speaks to the web door, which may be away."""

    port: int
    tokens: dict[tuple[int, str], str]
    in_flight: int = 0
    answered: int = 0
    mishaps: Counter[str] = field(default_factory=Counter)
    """Why a try brought no answer → how often."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, attempt: Attempt, *, impatient: bool, choose: random.Random) -> None:
        """The attempt has its answer, or none came in time; `impatient` tries until one is lost."""
        deadline = time.monotonic() + SECONDS_UNTIL_ANSWERED
        while True:
            attempt.tries += 1
            try:
                status, answer, _ = self.post(attempt)
            except (OSError, http.client.HTTPException) as error:
                mishap = type(error).__name__
            else:
                if status < 500:
                    attempt.status, attempt.answer = status, answer
                    with self._lock:
                        self.answered += 1
                    return
                mishap = str(status)
            with self._lock:
                self.mishaps[mishap] += 1
            # A refused connection is no lost reply: nothing can have happened.
            if impatient and mishap != "ConnectionRefusedError":
                attempt.gave_up = True
                return
            if time.monotonic() > deadline:
                return
            time.sleep(choose.uniform(0.05, 0.4))

    def post(self, attempt: Attempt) -> tuple[int, Any, bool]:
        """(status, JSON, whether it is the answer kept from the first time)."""
        headers = {
            "Authorization": f"Bearer {self.tokens[attempt.tenant_id, attempt.user]}",
            "Content-Type": "application/json",
            "Idempotency-Key": attempt.key,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_PER_TRY)
        with self._lock:
            self.in_flight += 1
        try:
            connection.request("POST", attempt.path, json.dumps(attempt.body), headers)
            response = connection.getresponse()
            text = response.read()
            replayed = response.headers.get("Idempotency-Replayed") == "true"
            try:
                return response.status, json.loads(text), replayed
            except ValueError as error:
                raise http.client.HTTPException("the answer is no JSON") from error
        finally:
            connection.close()
            with self._lock:
                self.in_flight -= 1
