"""A vote's way in a session of 40: from the press on one telephone until the others show it.

Real gunicorn as `config/gunicorn.py` serves it, 40 telephones that ask as `dialogue-live.js` does,
and a worker busy with reports of a large municipality. Each vote bumps the session's version; it
has arrived at another telephone when that one has read the version or a later one. The most that
it may take is the issue's second; the bare side is the same asking of a server that does nothing
but keep one number.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import select

from benchmarks.homes import ROLES as PLACES
from benchmarks.live_phones import EVERY, Meeting, Telephone
from benchmarks.timing import Result
from config.settings import Settings
from config.wsgi import build
from jobs.doorbell import Bell
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import Phase, SessionState
from tenant_app.organisation.models import Unit
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportKind

ROOT = Path(__file__).parents[1]
PEOPLE = 40
ANSWERS = 12
MOST_MS = 1000
STARTS = 60.0  # seconds a server may take to answer for the first time
REPORTS = 300  # more than a worker makes in the time
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@contextmanager
def _serving(target: str, environment: dict[str, str], ready: str) -> Iterator[int]:
    """The port of a gunicorn that serves it as the product is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with _running(
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", target],
        environment | {"BIND": f"127.0.0.1:{port}"},
    ):
        _wait(port, ready)
        yield port


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    child = subprocess.Popen(
        command,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait(port: int, path: str) -> None:
    until = time.monotonic() + STARTS
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTS)
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


def _people(db: Database, tenant: int) -> list[UUID]:
    """New logins at one institution: a leader and so many employees."""
    with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
        unit = ctx.session.scalars(
            select(Unit).where(Unit.kind == PLACES[Role.EMPLOYEE]).order_by(Unit.seq).limit(1)
        ).one()
        roles = [Role.INSTITUTION_LEADER, *[Role.EMPLOYEE] * PEOPLE]
        users = [
            User(email=f"live-{number}@bench.dk", name=f"Deltager {number}", password_hash=None)
            for number, _role in enumerate(roles)
        ]
        ctx.session.add_all(users)
        ctx.session.flush()  # the roles name the logins
        ctx.session.add_all(
            RoleAssignment(
                user_id=user.id, role=role, unit_id=unit.id, from_date=ctx.today, to_date=None
            )
            for user, role in zip(users, roles, strict=True)
        )
        return [user.id for user in users]


def _session(db: Database, tenant: int, people: list[UUID]) -> tuple[UUID, list[UUID]]:
    """A session in its first phase in which all of them sit, and its answers."""
    leader, *others = people
    with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
        dialogue.restore_standard(ctx)
        unit_id = ctx.session.scalars(
            select(RoleAssignment.unit_id).where(RoleAssignment.user_id == leader)
        ).one()
    with db.unit_of_work(tenant, lambda ctx: accounts.actor_of(ctx, leader), now=None) as ctx:
        session = dialogue.create(
            ctx, unit_id=unit_id, title="Benchmark", held_on=ctx.today, votes_each=3
        )
        for state in (SessionState.OPEN, SessionState.NEEDS):
            dialogue.move(ctx, session.id, state)
        cards = [
            card.id for card in dialogue.session_cards(ctx, session.id) if card.phase is Phase.NEEDS
        ]
        session_id, code = session.id, session.join_code
    answers = []
    for number, user in enumerate(others):

        def actor(ctx: Any, user: UUID = user) -> Any:
            return accounts.actor_of(ctx, user)

        with db.unit_of_work(tenant, actor, now=None) as ctx:
            dialogue.join(ctx, code)
            if number < ANSWERS:
                text = f"Svar {number}: vi mangler ro til samtalerne i garderoben."
                card_id = cards[number % len(cards)]
                answers.append(dialogue.answer(ctx, session_id, card_id=card_id, text=text).id)
    return session_id, answers


def _telephones(
    db: Database,
    settings: Settings,
    tenant: int,
    port: int,
    people: list[UUID],
    session_id: UUID,
    plans: list[list[tuple[float, str]]],
) -> list[Telephone]:
    """Each signed in, with the token of its own page."""
    app = build(settings, db)
    made = []
    for user, plan in zip(people, plans, strict=True):
        with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, user))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["tenant"], kept["token"] = tenant, token
        page = client.get(f"/admin/dialogue-live/phone/?id={session_id}")
        found = TOKEN.search(page.text)
        assert found is not None, page.status
        cookie = client.get_cookie("roedtraad")
        assert cookie is not None
        made.append(
            Telephone(
                port,
                look=f"/admin/dialogue-live/state/?id={session_id}&view=phone",
                press=f"/admin/dialogue-live/act/?id={session_id}",
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "Cookie": f"roedtraad={cookie.value}",
                },
                votes=[(at, f"csrf_token={found[1]}&view=phone&{body}") for at, body in plan],
            )
        )
    return made


def _plans(
    answers: list[UUID], *, seconds: float, presses: int, dice: random.Random
) -> list[list[tuple[float, str]]]:
    """Who presses what when: each votes, or takes the vote back that was given before."""
    plans: list[list[tuple[float, str]]] = [[] for _ in range(PEOPLE)]
    given: dict[int, list[UUID]] = {number: [] for number in range(PEOPLE)}
    for at in sorted(1 + dice.random() * (seconds - 3) for _ in range(presses)):
        who = dice.randrange(PEOPLE)
        free = [each for each in answers if each not in given[who]]
        if len(given[who]) < 3:
            answer = dice.choice(free)
            given[who].append(answer)
            plans[who].append((at, f"do=vote&answer={answer}"))
        else:
            plans[who].append((at, f"do=unvote&answer={given[who].pop(0)}"))
    return plans


def _meet(telephones: list[Telephone], *, seconds: float) -> list[float]:
    """All of them at once; how many milliseconds each vote took to each of the others."""
    errors: list[BaseException] = []
    begins = time.perf_counter() + 0.5
    meeting = Meeting(begins, begins + seconds, sum(len(each.votes) for each in telephones))

    def run(number: int, telephone: Telephone) -> None:
        try:
            telephone.run(meeting, random.Random(number))
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=(number, each)) for number, each in enumerate(telephones)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return _ways(telephones)


def _ways(telephones: list[Telephone]) -> list[float]:
    """Milliseconds of each vote to each of the others. One that did not come before all hung up
    took at least until then, so a server that is overrun looks slow and not broken."""
    until = time.perf_counter()
    ways = []
    for sender in telephones:
        for pressed, version in sender.sent:
            for other in telephones:
                if other is not sender:
                    at = next((moment for moment, seen in other.seen if seen >= version), until)
                    ways.append((at - pressed) * 1000)
    return ways


def _p95(ways: list[float]) -> float:
    return sorted(ways)[int(len(ways) * 0.95)]


def _keep_busy(settings: Settings, large: int) -> None:
    """Reports of a large municipality, a different day each, waiting for the worker."""
    db = Database(settings.database_app_url, settings.database_vendor_url, doorbell=Bell(settings))
    try:
        with db.unit_of_work(large, system("bench"), now=None) as ctx:
            today = ctx.today
            for number in range(REPORTS):
                kind = (ReportKind.USAGE, ReportKind.COVERAGE)[number % 2]
                day = today - timedelta(days=1 + number // 2)
                if day.year == today.year:
                    reports.request_report(ctx, kind, today.year, day)
    finally:
        db.dispose()


def measure(
    db: Database, settings: Settings, superuser: str, tenant: int, large: int, *, seconds: float
) -> list[Result]:
    """The way of a vote, p95, against the second that it may take and against the bare trip."""
    dice = random.Random(7)
    people = _people(db, tenant)
    session_id, answers = _session(db, tenant, people)
    presses = int(seconds * 4)
    plans = _plans(answers, seconds=seconds, presses=presses, dice=dice)
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SECURE_COOKIES": "0",
        "WEB_CONCURRENCY": "2",
        "WEB_THREADS": "4",
    }
    _keep_busy(settings, large)
    worker = [sys.executable, "-m", "jobs.worker", "--processes", "1"]
    with (
        _running(worker, environment),
        _serving("config.wsgi:app", environment, "/livez") as port,
    ):
        phones = _telephones(db, settings, tenant, port, people[1:], session_id, plans)
        ours = _meet(phones, seconds=seconds)
        bare = _meet_bare(superuser, plans, seconds=seconds * 0.6)
    return [
        Result(
            "a vote's way to the others, p95 (bare: the limit)",
            _p95(ours),
            MOST_MS,
            "ms",
            goal=1.0,
            note=f"{PEOPLE} people, {presses} votes, a busy worker; "
            f"median {sorted(ours)[len(ours) // 2]:.0f}, longest {max(ours):.0f}",
        ),
        Result(
            "the same against a bare round trip, p95",
            _p95(ours),
            _p95(bare),
            "ms",
            goal=None,
            note=f"asked every {EVERY * 1000:.0f} ms on both sides",
        ),
    ]


def _meet_bare(
    superuser: str, plans: list[list[tuple[float, str]]], *, seconds: float
) -> list[float]:
    """The same people, the same presses, the same worker beside it."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_live")
        connection.execute("CREATE TABLE bench_live (version bigint NOT NULL)")
        connection.execute("INSERT INTO bench_live VALUES (1)")
        environment = {"BARE_URL": superuser, "WEB_CONCURRENCY": "2", "WEB_THREADS": "4"}
        with _serving("benchmarks.live_bare:app", environment, "/?") as port:
            phones = [
                Telephone(port, "/?", "/?", {"Accept": "application/json"}, _within(plan, seconds))
                for plan in plans
            ]
            ways = _meet(phones, seconds=seconds)
        connection.execute("DROP TABLE bench_live")
    return ways


def _within(plan: list[tuple[float, str]], seconds: float) -> list[tuple[float, str]]:
    return [(at, body) for at, body in plan if at < seconds - 2]


__all__ = ["measure"]
