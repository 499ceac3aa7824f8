"""SELECTs of the rules of the form advice."""

from __future__ import annotations

from sqlalchemy import select

from tenant_app.accounts.models import User
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.initiatives.models import AdviceRules
from tenant_app.initiatives.rules import RuleSet


def latest_rules(ctx: Context) -> tuple[AdviceRules, str | None] | None:
    """(the version that counts, who set it); None where the standard does."""
    row = ctx.session.execute(
        select(AdviceRules, User.name)
        .outerjoin(User, User.id == AdviceRules.set_by)
        .order_by(AdviceRules.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def keep_rules(ctx: Context, known: RuleSet, *, version: int) -> bool:
    """The next version; of two that follow the same one the second is not kept."""
    row = {
        "id": uuid7(),
        "version": version,
        "facts": known.kept(),
        "set_by": ctx.actor.user_id,
        "set_at": ctx.now,
    }
    made = ctx.session.execute(insert_or_skip(AdviceRules, row, skip=True))
    return made.scalar_one_or_none() is not None
