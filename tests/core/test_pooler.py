"""Behind a pooler that nobody told of, nothing is prepared."""

from __future__ import annotations

import shutil
import socket
import struct
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tenant_app.core.uow import PREPARED_AFTER, Database

ASKED = text("SELECT count(*) FROM units")
PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


def prepared_at(url, settings, town):
    """How many statements one connection keeps after asking the same again and again."""
    db = Database(url, settings.database_vendor_url, pool_size=1)
    try:
        for _ in range(2 * PREPARED_AFTER):
            with db.unit_of_work(town.tenant_id) as ctx:
                assert ctx.session.scalar(ASKED)
                kept = ctx.session.scalar(PREPARED)
    finally:
        db.dispose()
    return kept


def test_nothing_is_kept_behind_a_pooler_nobody_told_of(settings, town, pooler):
    assert prepared_at(pooler, settings, town) == 0


def test_the_control_without_a_pooler_keeps(settings, town):
    assert prepared_at(settings.database_app_url, settings, town) > 0


@pytest.fixture
def pooler(db, settings):
    """The URL of somebody who stands between, and tells a process number of its own as poolers
    do."""
    with db.app.connect() as connection:
        info = connection.connection.dbapi_connection.info
        host, port = info.host, info.port
    place = tempfile.mkdtemp()  # short: a socket's path has 100 letters at most
    try:
        with standing_between(Path(place), host, port):
            url = make_url(settings.database_app_url)
            url = url.set(host=None, port=None, query={"host": place, "port": "5432"})
            yield url.render_as_string(hide_password=False)
    finally:
        shutil.rmtree(place)


@contextmanager
def standing_between(place, host, port):
    def call():
        if host.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.connect(f"{host}/.s.PGSQL.{port}")
            return line
        return socket.create_connection((host, port))

    def carry(source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def greet(server, client):
        """What the server says, with another process number; then all else as it comes."""
        with suppress(OSError), server.makefile("rb", buffering=0) as said:
            while len(head := said.read(5)) == 5:
                kind, length = head[:1], struct.unpack("!I", head[1:])[0]
                body = b""
                while len(body) < length - 4:
                    body += said.read(length - 4 - len(body))
                if kind == b"K":
                    body = struct.pack("!I", struct.unpack("!I", body[:4])[0] ^ 1) + body[4:]
                client.sendall(head + body)

    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place / ".s.PGSQL.5432"))
        door.listen()

        def stand():
            with suppress(OSError):
                while True:
                    client, _ = door.accept()
                    server = call()
                    for work, way in ((carry, (client, server)), (greet, (server, client))):
                        threading.Thread(target=work, args=way, daemon=True).start()

        threading.Thread(target=stand, daemon=True).start()
        yield
