"""The embedded PostgreSQL and Redis: real ones, closed to others, gone afterwards."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from deploy import binaries, embedded, places
from deploy.processes import Account, SetupProblem, run_as, unprivileged_account

from .conftest import eventually, processes_touching, root_only


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    with embedded.start(tmp_path_factory.mktemp("throwaway"), throwaway=True) as started:
        yield started


def ask(url: str, question: str) -> tuple[object, ...]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(question).fetchone()


def test_the_database_belongs_to_a_role_that_fences_bind(servers):
    assert ask(
        servers.database_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles, pg_database"
        " WHERE rolname = current_user AND datdba = pg_roles.oid AND datname = current_database()",
    ) == ("roedtraad_owner", False, False, True)


def test_the_database_speaks_danish_and_keeps_universal_time(servers):
    assert ask(
        servers.database_url,
        "SELECT current_setting('server_encoding'), upper('æøå'), current_setting('timezone')",
    ) == ("UTF8", "ÆØÅ", "UTC")


def test_there_is_a_superuser_for_the_tests(servers):
    assert ask(servers.superuser_url, "SELECT rolsuper FROM pg_roles WHERE rolname = user") == (
        True,
    )


def test_nothing_listens_on_the_network_and_the_sockets_are_private(servers):
    assert ask(servers.database_url, "SHOW listen_addresses") == ("",)
    with Redis.from_url(servers.redis_url) as redis:
        assert redis.ping()
        assert redis.config_get("port") == {"port": "0"}
    assert stat.S_IMODE(servers.socket_dir.stat().st_mode) == 0o700
    assert len(str(servers.socket_dir)) < 90


def test_a_stop_leaves_no_process_and_no_directory(tmp_path):
    servers = embedded.start(tmp_path, throwaway=True)
    place = str(servers.socket_dir)
    assert len(processes_touching(place)) > 2

    servers.stop()

    assert processes_touching(place) == {}
    assert not Path(place).exists()


def test_rows_survive_and_a_stale_lock_does_not_stop_the_next_start(state):
    account = unprivileged_account()
    with embedded.start(state, redis=False) as servers:
        data = servers.home / "postgres"
        with psycopg.connect(servers.database_url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    # The number in the lock now belongs to someone else of the same user.
    identity = {"user": account.uid, "group": account.gid} if account else {}
    with subprocess.Popen(["sleep", "60"], **identity) as stranger:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")
        with embedded.start(state, redis=False) as servers:
            assert ask(servers.database_url, "SELECT answer FROM kept") == (42,)
        stranger.kill()


def test_a_second_start_on_the_same_state_is_told_who_has_it(state):
    with (
        embedded.start(state, postgres=False),
        pytest.raises(SetupProblem, match=f"process {os.getpid()}.*already using"),
    ):
        embedded.start(state, postgres=False)


def test_an_interrupted_first_start_is_made_again(state):
    places.prepare_state(state)
    half = places.choose_home(state, unprivileged_account()) / "postgres.new-half"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with embedded.start(state, redis=False) as servers:
        assert ask(servers.database_url, "SELECT 1") == (1,)
    assert not half.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from deploy import embedded
servers = embedded.start(Path(sys.argv[1]), throwaway=True)
print(servers.socket_dir, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_servers_die_with_their_starter_and_the_next_one_sweeps_up(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=places.ROOT,
        env=dict(os.environ, PYTHONPATH=str(places.ROOT)),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    left = Path(done.stdout.strip())
    assert done.returncode == -signal.SIGKILL
    eventually(lambda: processes_touching(str(left)) == {}, seconds=10)
    assert left.is_dir()

    embedded.start(tmp_path, throwaway=True, postgres=False).stop()

    assert not left.exists()


def test_without_programs_the_message_names_the_variable(monkeypatch):
    monkeypatch.setattr(binaries, "_wheel_directory", lambda _: None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SetupProblem, match="REDIS_URL"):
        binaries.find_redis()


# ------------------------------------------------------------------ as root


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that only root may enter."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o700)
        yield Path(path)


@root_only
def test_as_root_the_servers_run_as_someone_else(servers):
    owners = {os.stat(f"/proc/{process.pid}").st_uid for process in servers.processes}
    assert owners == {unprivileged_account().uid}


@root_only
def test_below_a_closed_folder_the_data_moves_out_and_the_folder_stays_closed(locked_folder):
    state = locked_folder / "checkout" / ".local"
    try:
        with embedded.start(state, redis=False) as servers:
            assert servers.home == places.shelter_path(state)
            assert ask(servers.database_url, "SELECT 1") == (1,)
        assert stat.S_IMODE(locked_folder.stat().st_mode) == 0o700
    finally:
        places.forget(state)
    assert not places.shelter_path(state).exists()


@root_only
def test_below_an_open_folder_the_data_stays_in_the_state_directory(locked_folder):
    locked_folder.chmod(0o755)
    with embedded.start(locked_folder / "state", redis=False) as servers:
        assert servers.home == locked_folder / "state"


@root_only
@pytest.mark.parametrize("find", [binaries.find_postgres, binaries.find_redis])
def test_programs_out_of_reach_are_copied(locked_folder, tmp_path_factory, find):
    original = find()
    if original.wheel is None:
        pytest.skip("the programs here are not from a wheel")
    account = unprivileged_account()
    copied = binaries._copy(original, locked_folder / "site-packages")
    hidden = binaries.Bundle(copied, locked_folder / "site-packages", original.parts)
    assert _refused(account, copied)

    with tempfile.TemporaryDirectory() as open_folder:
        os.chmod(open_folder, 0o755)
        program = binaries.runnable(hidden, account, Path(open_folder))

        assert program.is_relative_to(open_folder)
        assert run_as(account, [str(program), "--version"]).returncode == 0
        assert binaries.runnable(hidden, account, Path(open_folder)) == program


def _refused(account: Account, program: Path) -> bool:
    try:
        return run_as(account, [str(program), "--version"]).returncode != 0
    except PermissionError:
        return True


@root_only
def test_someone_elses_state_is_left_alone(tmp_path):
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(SetupProblem, match="belongs to someone else"):
        embedded.start(tmp_path)
