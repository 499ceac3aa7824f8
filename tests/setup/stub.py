"""Stands in for the product's own commands, so that the launcher is tested alone."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable

from deploy.run import Command, main


def application(_: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """The smallest web door."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]


def step(name: str) -> None:
    with open(os.environ["STUB_FACTS"], "w") as file:
        json.dump(dict(os.environ), file)
    sys.stdout.write(f"step {name} ran\n")
    if os.environ.get("STUB_FAILS") == name:
        sys.exit(3)
    if os.environ.get("STUB_HANGS") == name:
        time.sleep(600)


def clock() -> None:
    """Has a child in a session of its own, which nobody would find again."""
    if os.fork() == 0:
        os.setsid()
    sys.stdout.write("tick\n")
    while True:
        time.sleep(1)


def worker() -> None:
    """A real RQ worker in the middle of a long job, so with a work horse."""
    from redis import Redis
    from rq import Queue, Worker

    with Redis.from_url(os.environ["REDIS_URL"]) as connection:
        queue = Queue("stub", connection=connection)
        queue.enqueue(time.sleep, 600)
        Worker([queue], connection=connection).work()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["launch", *arguments]:
            steps = [Command(name, (__file__, "step", name)) for name in ("one", "two")]
            web = ("gunicorn", "-c", "config/gunicorn.py", "stub:application")
            services = [Command("web", web)]
            services += [Command(name, (__file__, name)) for name in ("worker", "clock")]
            sys.exit(main(arguments, steps=steps, services=services))
        case ["step", name]:
            step(name)
        case ["worker"]:
            worker()
        case ["clock"]:
            clock()
