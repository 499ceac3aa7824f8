"""Enrolments by what somebody typed, within what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence

from tenant_app.core.context import Context
from tenant_app.core.searching import Asked
from tenant_app.enrolments import queries
from tenant_app.enrolments.models import Enrolment


def search(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Enrolment]:
    """At most so many, the newest first, by the participant's name or number or the course's title
    or code; with their names."""
    return queries.like(ctx, wanted, limit=limit)
