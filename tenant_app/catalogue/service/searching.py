"""Courses by what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence

from tenant_app.catalogue import queries
from tenant_app.catalogue.models import Course
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.searching import Asked


def search(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Course]:
    """At most so many, those still offered first, then the nearest, by title or code; with their
    providers."""
    if not ctx.actor.may(Permission.CATALOGUE_VIEW):
        return ()
    return queries.courses_like(ctx, wanted, limit=limit)
