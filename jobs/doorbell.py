"""Tells a worker that something waits in the outbox. Ids only, and never the only memory."""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from uuid import UUID

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.engine import make_url

from config.settings import Settings

log = logging.getLogger("roedtraad.jobs")

JOB = "jobs.runner.run"
SECONDS_TO_REDIS = 2.0
"""A request must not wait long for a bell that the clock will ring again."""
SECONDS_PER_JOB = 600


def queue_name(settings: Settings) -> str:
    """Named after the database, so that two installations can share a Redis."""
    return f"roedtraad-{make_url(settings.database_app_url).database}"


class Bell:
    """Puts (tenant, outbox id) on the queue."""

    def __init__(self, settings: Settings) -> None:
        connection = redis.Redis.from_url(
            settings.redis_url,
            socket_timeout=SECONDS_TO_REDIS,
            socket_connect_timeout=SECONDS_TO_REDIS,
            retry=Retry(NoBackoff(), 1),  # one: a pooled connection may have died unnoticed
        )
        self.queue = Queue(queue_name(settings), connection=connection, serializer=JSONSerializer)

    def __call__(self, tenant_id: int, outbox_ids: Sequence[UUID]) -> None:
        """Ring; a bell that does not work is logged, since the clock rings again."""
        self.ring(tenant_id, outbox_ids)

    def ring(self, tenant_id: int, outbox_ids: Sequence[UUID]) -> bool:
        """Whether Redis took it."""
        rings = [
            Queue.prepare_data(
                JOB,
                args=(tenant_id, str(outbox_id)),
                timeout=SECONDS_PER_JOB,
                result_ttl=0,
                failure_ttl=60,
                description=JOB,
            )
            for outbox_id in outbox_ids
        ]
        try:
            self.queue.enqueue_many(rings)
        except redis.RedisError as error:
            log.warning("The doorbell is silent (%s); the clock rings again", type(error).__name__)
            return False
        return True

    def waiting(self) -> int:
        """How many rings nobody has heard yet. Raises RedisError."""
        return self.queue.count


@functools.cache
def _own_bell() -> Bell:
    return Bell(Settings.from_env())


def ring(tenant_id: int, outbox_ids: Sequence[UUID]) -> None:
    """Ring the bell of the installation that the environment names."""
    _own_bell()(tenant_id, outbox_ids)
