"""`make bench`: prints a table and writes benchmarks/results.json.

`QUICK=1` runs a tenth of the data, to see that the benchmarks themselves work; its ratios are not
the goals'.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from benchmarks import (
    approvals,
    cards,
    chain,
    closing,
    clusters,
    homes,
    lists,
    live,
    needs,
    scenarios,
    usage,
)
from benchmarks.load import Size, load_tenant, tenant_sizes
from benchmarks.timing import Result
from config.settings import Settings, as_psycopg
from deploy import embedded
from tenant_app.cli.migrate import migrate
from tenant_app.core.uow import Database

RESULTS = Path(__file__).parent / "results.json"
LIST_SIZE = Size(areas=6, institutions=60, employees=4_000, enrolments=200_000)


def say(message: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {message}", flush=True)


def _verdict(row: Result) -> str:
    if row.goal is None:
        return "–"
    return "yes" if row.met else "NO"


def show(results: list[Result]) -> None:
    print(f"\n{'what':<52}{'ours':>12}{'bare':>12}  {'unit':<6}{'ratio':>7}{'goal':>8}  met")
    for row in results:
        goal = "–" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal}"
        print(
            f"{row.name:<52}{row.ours:>12.2f}{row.bare:>12.2f}  {row.unit:<6}"
            f"{row.ratio:>7.2f}{goal:>8}  {_verdict(row)}   {row.note}"
        )


def run(owner_url: str, superuser_url: str, redis_url: str, *, quick: bool) -> list[Result]:
    settings = Settings.from_env(
        {
            "DATABASE_URL": owner_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "bench",
            "SECURE_COOKIES": "0",
        }
    )
    migrate(settings)
    database = make_url(owner_url).database
    superuser_url = make_url(superuser_url).set(database=database).render_as_string(False)
    superuser = superuser_url.replace("postgresql+psycopg://", "postgresql://")
    factor = 10 if quick else 1
    sizes = [
        Size(
            s.areas, max(2, s.institutions // factor), s.employees // factor, s.enrolments // factor
        )
        for s in tenant_sizes()[: 98 if not quick else 20]
    ]
    with open_db(settings) as db:
        say(f"loading {len(sizes)} municipalities")
        tenants = [load_tenant(db, number, size) for number, size in enumerate(sizes, 1)]
        say("loading one municipality with 200,000 enrolments")
        big = Size(
            LIST_SIZE.areas,
            LIST_SIZE.institutions,
            LIST_SIZE.employees // factor,
            LIST_SIZE.enrolments // factor,
        )
        large = load_tenant(db, 900, big)
        say("loading needs into the largest municipality")
        needs.load(db, tenants[0], count=needs.NEEDS // factor)
        chain.load(db, tenants[0])
        clusters.load(db, tenants[2], count=clusters.NEEDS // factor)
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        say("usage and coverage")
        results = usage.measure(db, settings, superuser, tenants, sizes, rounds=1 if quick else 3)
        say("inbox and list")
        results += lists.measure(
            db, settings, as_psycopg(superuser_url), large, rounds=5 if quick else 15
        )
        say("needs")
        results += needs.measure(db, superuser, tenants[0], rounds=5 if quick else 15)
        say("broken chains")
        results += chain.measure(db, superuser, tenants[0], rounds=5 if quick else 15)
        say("shared needs")
        results += clusters.measure(settings, superuser, tenants[2])
        say("home pages")
        results += homes.measure(db, settings, tenants[0], rounds=5 if quick else 15)
        say("cost card")
        results += cards.measure(db, settings, tenants[0], rounds=15 if quick else 60)
        say("approvals")
        results += approvals.measure(db, settings, tenants[0], count=60 if quick else 800)
        say("closing a year")
        results += closing.measure(db, settings, superuser, rounds=3 if quick else 9, quick=quick)
        say("what-if")
        results += scenarios.measure(
            db, settings, superuser, rounds=3 if quick else 9, factor=factor
        )
        say("a live session")
        results += live.measure(
            db, settings, superuser, tenants[1], large, seconds=8 if quick else 20
        )
    return results


@contextmanager
def open_db(settings: Settings) -> Iterator[Database]:
    db = Database(
        settings.database_app_url, settings.database_vendor_url, pool_size=20, timeout_ms=600_000
    )
    try:
        yield db
    finally:
        db.dispose()


def main() -> int:
    quick = os.environ.get("QUICK") == "1"
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        owner, redis = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
        superuser = os.environ.get("BENCH_SUPERUSER_URL", owner)
        results = run(owner, superuser, redis, quick=quick)
    else:
        with (
            tempfile.TemporaryDirectory(prefix="roedtraad-bench-") as place,
            embedded.start(Path(place), throwaway=True) as servers,
        ):
            results = run(
                servers.database_url, servers.superuser_url, servers.redis_url, quick=quick
            )
    show(results)
    RESULTS.write_text(
        json.dumps(
            {
                "machine": platform.platform(),
                "python": platform.python_version(),
                "quick": quick,
                "results": [
                    {**vars(row), "ratio": round(row.ratio, 3), "met": row.met} for row in results
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )
    return 0 if quick or all(row.met for row in results) else 1


if __name__ == "__main__":
    sys.exit(main())
