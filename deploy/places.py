"""Directories: where the data lives, where the sockets live, and who holds them."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

from deploy.processes import Account, SetupProblem, run_as

ROOT = Path(__file__).resolve().parent.parent
RUNTIME_LOCK = "runtime.lock"
ELSEWHERE = "elsewhere"


def default_state() -> Path:
    """Where this checkout keeps its database and its key."""
    given = os.environ.get("ROEDTRAAD_STATE")
    return Path(given).expanduser().absolute() if given else ROOT / ".local"


def make_private(path: Path, account: Account | None = None) -> Path:
    """The directory exists and only its owner may enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def prepare_state(state_dir: Path) -> Path:
    """The state directory exists and we may write in it."""
    try:
        # As root, PostgreSQL runs as another user, who must pass through but not look around.
        state_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupProblem(f"Cannot make {state_dir}: {error.strerror}.") from error
    owner = state_dir.stat().st_uid
    # Root could write in it, but would leave a database that the owner can no longer open.
    if owner != os.geteuid() or not os.access(state_dir, os.W_OK | os.X_OK):
        raise SetupProblem(
            f"{state_dir} belongs to someone else (user id {owner}). "
            "Choose a place of your own with ROEDTRAAD_STATE=<directory>."
        )
    return state_dir


def hold(state_dir: Path) -> IO[str]:
    """This process alone uses the state directory until the file is closed or it dies."""
    lock = open(state_dir / "lock", "a+")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise SetupProblem(
            f"Another launch (process {holder}) is already using {state_dir}. "
            "Stop it, or choose another place with ROEDTRAAD_STATE=<directory>."
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


# ------------------------------------------------------------------ sockets, throwaway data


def _short_temp() -> Path:
    """A Unix socket's path must fit in 107 bytes, so a long TMPDIR will not do."""
    for candidate in ("/tmp", "/var/tmp", tempfile.gettempdir()):
        if os.path.isdir(candidate) and os.access(candidate, os.W_OK | os.X_OK):
            return Path(candidate)
    raise SetupProblem("No directory for temporary files. Set DATABASE_URL and REDIS_URL.")


def open_runtime(account: Account | None) -> tuple[Path, IO[str]]:
    """A fresh private directory, and the lock that says it is in use."""
    parent = _short_temp()
    _sweep(parent, account)
    path = Path(tempfile.mkdtemp(prefix="roedtraad-", dir=parent))
    # Locked before it gets its name: another start must never find it unlocked and sweep it.
    lock = open(path / ".new", "w")  # noqa: SIM115
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.rename(path / ".new", path / RUNTIME_LOCK)
    make_private(path, account)
    return path, lock


def _sweep(parent: Path, account: Account | None) -> None:
    """Directories left by a launcher that was killed are gone."""
    ours = {os.geteuid()} | ({account.uid} if account else set())
    for path in parent.glob("roedtraad-*"):
        with contextlib.suppress(OSError):
            facts = path.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in ours:
                continue
            found = os.open(path / RUNTIME_LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(found)


# ------------------------------------------------------------------ data out of reach


def shelter_path(state_dir: Path) -> Path:
    """Where data goes when the unprivileged user cannot enter the state directory."""
    mark = hashlib.sha256(os.fsencode(state_dir.resolve())).hexdigest()[:12]
    parent = Path("/var/tmp") if os.path.isdir("/var/tmp") else _short_temp()
    return parent / f"roedtraad-{mark}-{os.geteuid()}"


def _can_enter(account: Account, directory: Path) -> bool:
    test = 'cd "$1" && test -w .'
    return run_as(account, ["/bin/sh", "-c", test, "sh", str(directory)]).returncode == 0


def choose_home(state_dir: Path, account: Account | None) -> Path:
    """The directory whose `postgres` the database's own user can really enter.

    Only ever makes directories of our own: opening up a folder above the checkout is not ours
    to decide.
    """
    if account is None:
        make_private(state_dir / "postgres")
        return state_dir
    note = state_dir / ELSEWHERE
    if not note.exists():
        data = make_private(state_dir / "postgres", account)
        if _can_enter(account, data):
            return state_dir
        if any(data.iterdir()):
            raise SetupProblem(
                f"The database in {data} can no longer be entered by the user {account.name}. "
                "Open the folders above it, or start afresh with `make clean`."
            )
        data.rmdir()
    shelter = shelter_path(state_dir)
    shelter.mkdir(mode=0o711, exist_ok=True)
    facts = shelter.lstat()
    # The name can be guessed, so make sure nobody made it before us.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise SetupProblem(f"{shelter} is in the way. Remove it, or set DATABASE_URL.")
    shelter.chmod(0o711)
    if not _can_enter(account, make_private(shelter / "postgres", account)):
        raise SetupProblem(
            f"The user {account.name} can enter neither {state_dir} nor {shelter}. "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    note.write_text(f"{shelter}\n")
    return shelter


def forget(state_dir: Path) -> None:
    """The embedded database, its key and its shelter are gone."""
    if not state_dir.exists():
        return
    with hold(state_dir):
        if (state_dir / ELSEWHERE).exists():
            shutil.rmtree(shelter_path(state_dir), ignore_errors=True)
        shutil.rmtree(state_dir)


def main() -> None:
    """`python -m deploy.places --forget`, used by `make clean`."""
    parser = argparse.ArgumentParser(description="Remove the embedded database of this checkout.")
    parser.add_argument("--forget", action="store_true", required=True)
    parser.parse_args()
    try:
        forget(default_state())
    except SetupProblem as problem:
        raise SystemExit(str(problem)) from None


if __name__ == "__main__":
    main()
