"""The launcher: prepares, serves, mends, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import urllib.request
from collections.abc import Iterator

import pytest

from deploy import run

from .conftest import Launch, eventually


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def serving(launch: Launch, port: int) -> Launch:
    launch.begin(PORT=str(port))
    launch.says("Ready: http://127.0.0.1:")
    eventually(lambda: len([1 for line in launch.left().values() if "stub.py clock" in line]) == 2)
    eventually(lambda: len([1 for line in launch.left().values() if "stub.py worker" in line]) == 2)
    return launch


def page(port: int) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return answer.read()
    except OSError:
        return b""


def test_once_runs_the_steps_in_order_and_keeps_its_key(launch):
    assert launch.begin("--once").end() == 0, launch.text
    assert launch.text.index("step one ran") < launch.text.index("step two ran")
    assert launch.left() == {}
    key = launch.env["SECRET_KEY"]
    assert stat.S_IMODE((launch.state / "secret_key").stat().st_mode) == 0o600
    assert launch.env["TZ"] == "Europe/Copenhagen"
    assert (launch.env["SECURE_COOKIES"], launch.env["ROEDTRAAD_DEMO"]) == ("0", "1")

    assert launch.begin("--once").end() == 0
    assert launch.env["SECRET_KEY"] == key


def test_a_failed_step_ends_the_launch_and_is_named(launch):
    assert launch.begin("--once", STUB_FAILS="one").end() == 1
    assert "'one' failed (exit 3)" in launch.text
    assert "step two" not in launch.text
    assert launch.left() == {}


def test_a_stop_in_the_middle_of_a_step_stops_all(launch):
    launch.begin(STUB_HANGS="one").says("step one ran")
    launch.process.send_signal(signal.SIGTERM)
    assert launch.end() == 130
    assert "step two" not in launch.text
    assert launch.left() == {}


def test_a_taken_port_is_named_before_anything_starts(launch, taken_port):
    assert launch.begin(PORT=str(taken_port)).end() == 2
    assert f"Port {taken_port} is already in use" in launch.text
    assert f"make run PORT={taken_port + 1}" in launch.text
    assert not launch.state.exists()


def test_a_port_that_is_no_number_is_refused():
    with pytest.raises(run.SetupProblem, match="PORT=http"):
        run.check_port("http")


def test_servers_that_are_given_are_used(launch):
    given = {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere"}
    assert launch.begin("--once", **given).end() == 0
    assert {name: launch.env[name] for name in given} == given
    assert "Started" not in launch.text


def test_whoever_is_killed_comes_back_and_a_stop_stops_all(serving, port, tmp_path):
    for words, message in [
        ("gunicorn", "web      | ***"),
        ("stub.py worker", "worker   | ***"),
        ("stub.py clock", "clock    | ***"),
        ("redis-server", "redis    | ***"),
        ("bin/postgres", "postgres | ***"),
    ]:
        killed = serving.find(words)
        os.kill(killed, signal.SIGKILL)
        serving.says(f"{message} ended (killed by SIGKILL)")
        eventually(lambda words=words, old=killed: _successor(serving, words, old))
    eventually(lambda: page(port) == b"here")
    assert "clock    | tick" in serving.text

    other = Launch(serving.state, tmp_path).begin("--once")
    assert other.end() == 2
    assert f"process {serving.process.pid}) is already using" in other.text

    serving.process.send_signal(signal.SIGINT)
    assert serving.end() == 0
    assert serving.left() == {}


def _successor(launch: Launch, words: str, old: int) -> bool:
    found = [pid for pid, line in launch.left().items() if words in line]
    return bool(found) and old not in found


def test_the_children_of_a_killed_child_are_gone_too(serving):
    worker, horse = sorted(pid for pid, line in serving.left().items() if "stub.py worker" in line)

    os.kill(worker, signal.SIGKILL)

    eventually(lambda: horse not in serving.left(), seconds=5)


def test_nothing_survives_a_killed_launcher_and_the_next_one_starts(serving):
    serving.process.kill()
    serving.end()

    eventually(lambda: serving.left() == {}, seconds=5)

    assert serving.begin("--once").end() == 0, serving.text
