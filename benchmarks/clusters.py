"""The search for shared needs among 20,000 in one competence area: time, memory and progress.

Run in a process of its own, as a worker would: its peak memory is that of the job alone. The bare
side reads the same titles and compares each with each letter by letter, which finds far less.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

import psycopg
from rapidfuzz import fuzz, process
from sqlalchemy import text

from benchmarks.load import NOW
from benchmarks.memory import peak_mib
from benchmarks.timing import Result
from config.settings import Settings
from tenant_app.cooperation import service as cooperation
from tenant_app.core.access import system
from tenant_app.core.uow import Database

NEEDS = 20_000
MOST_MB = 1024
ROWS_AT_ONCE = 500
WORDS = [
    *("garderobe", "konflikter", "samling", "sprogvurdering", "dialogisk"),
    *("højtlæsning", "sange", "rim", "vuggestue", "motorik"),
    *("sansning", "selvregulering", "trivsel", "mistrivsel", "forældresamtaler"),
    *("skilsmisse", "tolk", "aflevering", "hentning", "måltider"),
    *("samvær", "legeplads", "udeliv", "skovtur", "natur"),
    *("digitale", "tablets", "musik", "rytme", "tegn"),
    *("tosprogede", "modersmål", "mentor", "nyansatte", "indkøring"),
    *("overgang", "skole", "relationer", "fællesskab", "udsatte"),
    *("positioner", "opsporing", "autisme", "struktur", "piktogrammer"),
    *("søvn", "hygiejne", "smågrupper", "fordybelse", "indretning"),
    *("rolleleg", "læringsmiljø", "evaluering", "data", "iagttagelse"),
    *("video", "supervision", "kollegial", "feedback", "mobning"),
    *("drenge", "kreative"),
]
LOAD = """
    INSERT INTO needs (id, unit_id, area_id, title, urgency, staff, state, state_since, reported_on)
    SELECT gen_random_uuid(), u.id, :area, t.title, 'normal', 5, 'analysed', '2026-10-01',
           '2026-01-01'::date + t.n::int % 300
    FROM unnest(CAST(:titles AS text[])) WITH ORDINALITY t(title, n)
    JOIN (SELECT id, row_number() OVER (ORDER BY seq) - 1 AS i, count(*) OVER () AS c
          FROM units WHERE kind = 'institution') u ON u.i = t.n % u.c
"""


def titles(count: int) -> list[str]:
    """Sentences of five to seven words, the same every time."""
    dice = random.Random(1)
    return ["Vi mangler " + " ".join(dice.sample(WORDS, dice.randint(5, 7))) for _ in range(count)]


def load(db: Database, tenant: int, *, count: int = NEEDS) -> None:
    """All the needs in one competence area of a municipality that was loaded before."""
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        ctx.session.execute(text("SET LOCAL statement_timeout = 0"))
        area = ctx.session.scalar(
            text(
                "INSERT INTO competence_areas (id, name) "
                "VALUES (gen_random_uuid(), 'Alle behov') RETURNING id"
            )
        )
        ctx.session.execute(text(LOAD), {"area": area, "titles": titles(count)})


def job(tenant: int) -> dict[str, float]:
    """What a worker does, and what it took."""
    settings = Settings.from_env(dict(os.environ))
    db = Database(settings.database_app_url, settings.database_vendor_url, timeout_ms=600_000)
    steps: list[tuple[int, int]] = []
    start = time.perf_counter()
    with db.unit_of_work(tenant, system("bench"), now=NOW) as ctx:
        ctx.report_progress = lambda done, total, note: steps.append((done, total))
        found = cooperation.find_shared_needs(ctx)
    taken = time.perf_counter() - start
    db.dispose()
    peak = peak_mib()
    return {
        "seconds": taken,
        "peak": peak,
        "steps": len({done for done, _total in steps}),
        "found": found.suggested,
    }


def bare(superuser: str, tenant: int) -> float:
    """All titles read once, and each compared with each."""
    start = time.perf_counter()
    with psycopg.connect(superuser) as owner:
        rows = owner.execute("SELECT title FROM needs WHERE tenant_id = %s", (tenant,)).fetchall()
    read = [title for (title,) in rows]
    if not read:
        raise SystemExit("The bare side is fenced in: name a superuser in BENCH_SUPERUSER_URL.")
    for first in range(0, len(read), ROWS_AT_ONCE):
        process.cdist(read[first : first + ROWS_AT_ONCE], read, scorer=fuzz.ratio, score_cutoff=60)
    return time.perf_counter() - start


def measure(settings: Settings, superuser: str, tenant: int) -> list[Result]:
    """The job once, in a process of its own, and the bare comparison."""
    known = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.clusters", str(tenant)],
        env={**os.environ, **known},
        capture_output=True,
        check=True,
        text=True,
    )
    ours = json.loads(told.stdout.splitlines()[-1])
    note = f"{ours['found']:.0f} shared needs, {ours['steps']:.0f} steps of progress"
    return [
        Result(
            "search for shared needs",
            ours["seconds"],
            bare(superuser, tenant),
            "s",
            goal=2.0,
            note=note,
        ),
        Result(
            "search for shared needs: memory against 1 GB",
            ours["peak"],
            MOST_MB,
            "MB",
            goal=1.0,
            note="the whole process",
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(job(int(sys.argv[1]))))
