"""One transaction that lasts a year: a whole municipality's story or nothing of it.

Each verb is done by a real user at its own moment, through the same services as in the panel; only
the commit is shared, so that a load which is killed can be started again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tenant_app.accounts import service as accounts
from tenant_app.core.access import Actor, system
from tenant_app.core.context import Context
from tenant_app.core.uow import NOBODY

STORYTELLER = system("demo")


class Stage:
    """Who acts, and when."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._actors: dict[tuple[UUID, object], Actor] = {}

    def enter(self, at: datetime, user_id: UUID | None = None) -> Context:
        """A context of this user (or the storyteller) at this moment, with nothing remembered."""
        self._ctx.session.flush()  # what the former scene left must be seen by this one
        self._ctx.session.expunge_all()  # and read anew, as a unit of work of its own would
        ctx = Context(
            session=self._ctx.session,
            tenant_id=self._ctx.tenant_id,
            actor=NOBODY,
            now=at,
            rings=self._ctx.rings,
        )
        ctx.actor = STORYTELLER if user_id is None else self._actor(ctx, user_id)
        return ctx

    def _actor(self, ctx: Context, user_id: UUID) -> Actor:
        key = (user_id, ctx.today)
        if key not in self._actors:
            self._actors[key] = accounts.actor_of(ctx, user_id)
        return self._actors[key]

    def forget_actors(self) -> None:
        """Roles or the hierarchy have changed."""
        self._actors.clear()
