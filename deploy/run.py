"""`make run`: from an empty folder to a served, filled product; Ctrl-C ends all of it.

DATABASE_URL and REDIS_URL in the environment are used when given, otherwise both servers are
started here. Their data lies in `.local/` (or ROEDTRAAD_STATE).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deploy import embedded, places
from deploy.processes import Program, SetupProblem, describe_end
from deploy.supervisor import Supervisor, silence_stdout
from deploy.tied import die_with_parent

DEFAULT_PORT = "8000"
STOPPED_EARLY = 130  # what a shell reports for a program ended by Ctrl-C


class Command(NamedTuple):
    """A Python module (or .py file) with its arguments."""

    name: str
    arguments: tuple[str, ...]


STEPS = (
    Command("migrate", ("tenant_app.cli", "migrate")),
    Command("demo", ("tenant_app.cli", "demo", "load")),
    Command("jobs", ("tenant_app.cli", "jobs", "drain")),
    Command("summary", ("tenant_app.cli", "summary")),
)
SERVICES = (
    Command("web", ("gunicorn", "-c", "config/gunicorn.py", "config.wsgi:app")),
    Command("worker", ("jobs.worker",)),
    Command("clock", ("jobs.clock",)),
)


def check_port(text: str) -> int:
    """The port, if it is one and nobody listens there."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SetupProblem(f"PORT={text} is not a port number. Try `make run PORT=8001`.")
    port = int(text)
    with socket.socket() as probe:
        # Connections that just ended must not count, or a quick restart would fail.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise SetupProblem(
                f"Port {port} may not be used by this user. "
                "Choose one above 1023: `make run PORT=8001`."
            ) from error
        except OSError as error:
            other = port + 1 if port < 65535 else 8001
            raise SetupProblem(
                f"Port {port} is already in use. "
                f"Stop what is using it, or choose another: `make run PORT={other}`."
            ) from error
    return port


def keep_secret_key(state_dir: Path) -> str:
    """The key of this installation, made the first time and readable only by its owner."""
    path = state_dir / "secret_key"
    with contextlib.suppress(FileExistsError):
        new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(new, "w") as file:
            file.write(secrets.token_hex(32))
    key = path.read_text().strip()
    if not key:  # killed between the two lines above
        path.unlink()
        return keep_secret_key(state_dir)
    return key


def environment(state_dir: Path, *, port: str, database_url: str, redis_url: str) -> dict[str, str]:
    """What every step and service is told about the world."""
    env = dict(os.environ)
    env |= {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": env.get("SECRET_KEY") or keep_secret_key(state_dir),
        "PORT": port,
        "TZ": "Europe/Copenhagen",  # the timetable is in Danish local time
        "PYTHONUNBUFFERED": "1",
    }
    env.setdefault("SECURE_COOKIES", "0")  # there is no TLS on 127.0.0.1
    env.setdefault("ROEDTRAAD_DEMO", "1")
    return env


def _program(command: Command, env: Mapping[str, str]) -> Program:
    argv = [sys.executable, "-m", "deploy.tied", *command.arguments]
    return Program(command.name, argv, env, places.ROOT)


def _announce(text: str) -> None:
    print(text, flush=True)


def launch(
    *, once: bool, steps: Sequence[Command] = STEPS, services: Sequence[Command] = SERVICES
) -> int:
    """The exit code, after everything has stopped."""
    port = os.environ.get("PORT") or DEFAULT_PORT
    if not once:
        check_port(port)
    database_url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    state_dir = places.prepare_state(places.default_state())

    supervisor = Supervisor()
    supervisor.listen()
    with contextlib.ExitStack() as stack:
        if not (database_url and redis_url):
            servers = stack.enter_context(
                embedded.start(state_dir, postgres=not database_url, redis=not redis_url)
            )
            database_url = database_url or servers.database_url
            redis_url = redis_url or servers.redis_url
            supervisor.watch(servers.children)
            names = " and ".join(child.name for child in servers.children)
            _announce(f"Started {names}; data in {servers.home}")
        stack.callback(supervisor.stop_all)
        env = environment(state_dir, port=port, database_url=database_url, redis_url=redis_url)
        for step in steps:
            if supervisor.stopping:
                return STOPPED_EARLY
            _announce(f"\n--- {step.name}")
            returncode = supervisor.run_step(_program(step, env))
            if supervisor.stopping:
                return STOPPED_EARLY
            if returncode != 0:
                _announce(f"\nThe step '{step.name}' failed ({describe_end(returncode)}).")
                return 1
        if once:
            return 0
        supervisor.serve(
            [_program(service, env) for service in services],
            each_tick=_UrlNotice(int(port)),
        )
        _announce("Stopping ...")
    _announce("Stopped.")
    return 0


class _UrlNotice:
    """Prints the address once, when something answers there."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.given = False

    def __call__(self) -> None:
        if self.given:
            return
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=0.2).close()
            self.given = True
            _announce(f"\nReady: http://127.0.0.1:{self.port}   (Ctrl-C stops everything)\n")


def main(
    arguments: Sequence[str] | None = None,
    *,
    steps: Sequence[Command] = STEPS,
    services: Sequence[Command] = SERVICES,
) -> int:
    """The command line; 2 means that nothing was started."""
    parser = argparse.ArgumentParser(prog="python -m deploy.run", description=__doc__)
    parser.add_argument("--once", action="store_true", help="prepare and report, do not serve")
    parser.add_argument(
        "--tied", action="store_true", help="stop when the process that started this one is gone"
    )
    options = parser.parse_args(arguments)
    if options.tied:
        die_with_parent(os.getppid(), signal.SIGTERM)
    try:
        return launch(once=options.once, steps=steps, services=services)
    except SetupProblem as problem:
        print(problem, file=sys.stderr, flush=True)
        return 2
    except BrokenPipeError:  # `make run | head`
        silence_stdout()
        return 1


if __name__ == "__main__":
    sys.exit(main())
