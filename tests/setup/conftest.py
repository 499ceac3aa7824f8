"""Real launches in directories of their own, and a search for what they left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy import places

STUB = Path(__file__).with_name("stub.py")
GIVEN_BY_OTHERS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "BIND", "ROEDTRAAD_STATE")

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def eventually(question: Callable[[], object], *, seconds: float = 20) -> object:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
    return answer


def processes_touching(*marks: str) -> dict[int, str]:
    """Living processes that mention one of the marks or stand in such a directory."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = entry.joinpath("stat").read_text(errors="replace").rpartition(")")[2]
            if status.split()[0] == "Z":
                continue
            words = entry.joinpath("cmdline").read_text(errors="replace")
            facts = words + entry.joinpath("environ").read_text(errors="replace")
            facts += os.readlink(entry / "cwd")
        except OSError:
            continue
        if int(entry.name) != os.getpid() and any(mark in facts for mark in marks):
            found[int(entry.name)] = words.replace("\0", " ").strip()
    return found


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state directory; as root it lies where the servers' own user cannot come."""
    path = tmp_path / "state with space"
    yield path
    places.forget(path)


class Launch:
    """`make run` with stub steps and services."""

    def __init__(self, state: Path, tmp_path: Path) -> None:
        self.state = state
        self.mark = f"launch-{uuid.uuid4().hex}"
        self.output = tmp_path / f"{self.mark}.txt"
        self.facts = tmp_path / f"{self.mark}.json"
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, *arguments: str, **env: str) -> Launch:
        clean = {key: text for key, text in os.environ.items() if key not in GIVEN_BY_OTHERS}
        own = {
            "ROEDTRAAD_STATE": str(self.state),
            "PYTHONPATH": f"{places.ROOT}{os.pathsep}{STUB.parent}",
            "STUB_MARK": self.mark,
            "STUB_FACTS": str(self.facts),
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(STUB), "launch", *arguments],
                cwd=places.ROOT,
                env=clean | own | env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    def end(self) -> int:
        """The exit code of a launch that ends by itself or was told to."""
        return self.process.wait(30)

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def says(self, words: str) -> None:
        def said() -> bool:
            assert self.process.poll() is None or words in self.text, self.text
            return words in self.text

        eventually(said)

    @property
    def env(self) -> dict[str, str]:
        """The environment the first step saw."""
        return json.loads(self.facts.read_text())

    def left(self) -> dict[int, str]:
        """What runs and belongs to this launch, servers included."""
        marks = [self.mark, str(self.state), str(places.shelter_path(self.state))]
        if self.facts.exists() and "?host=" in self.env["DATABASE_URL"]:
            marks.append(self.env["DATABASE_URL"].partition("?host=")[2])
        return processes_touching(*marks)

    def find(self, words: str) -> int:
        """The one process of this launch whose command line has these words: the oldest."""
        return min(pid for pid, line in self.left().items() if words in line)


@pytest.fixture
def launch(state: Path, tmp_path: Path) -> Iterator[Launch]:
    launched = Launch(state, tmp_path)
    yield launched
    if launched.process and launched.process.poll() is None:
        launched.process.send_signal(signal.SIGTERM)
        launched.process.wait(30)
