"""The SELECT of what is worked on, by what somebody typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, literal, select, type_coerce
from sqlalchemy import union_all as union_of

from tenant_app.core import searching
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.searching import Asked
from tenant_app.dialogue.models import DialogueSession
from tenant_app.forums.models import Forum, Meeting
from tenant_app.initiatives.models import Initiative
from tenant_app.needs.models import Need
from tenant_app.organisation.models import Unit
from tenant_app.reports.rules import Found

FIELDS: Mapping[Found, tuple[Any, ...]] = {
    Found.NEED: (Need.id, Need.title, Need.unit_id, Need.state, Need.reported_on),
    Found.INITIATIVE: (
        Initiative.id,
        Initiative.title,
        Initiative.unit_id,
        Initiative.state,
        Initiative.starts_on,
    ),
    Found.MEETING: (Meeting.id, Forum.name, Forum.unit_id, Meeting.state, Meeting.starts_at),
    Found.SESSION: (
        DialogueSession.id,
        DialogueSession.title,
        DialogueSession.unit_id,
        DialogueSession.state,
        DialogueSession.held_on,
    ),
}
"""(id, title, unit, state, day) of each kind. The title is all that is looked through."""
LATEST = 400
"""Of what fits so many are put in order of nearness, the latest: a word that is in every title
would have a key made of each."""


def like(
    ctx: Context, scopes: Mapping[Found, ColumnElement[bool]], wanted: Asked, *, limit: int
) -> Sequence[Any]:
    """(kind, id, title, unit, state, day): at most so many of each kind, the nearest first and the
    latest of those alike, in one statement."""
    parts = [_part(kind, scope, wanted, limit) for kind, scope in scopes.items()]
    return ctx.session.execute(union_of(*parts)).all()


def _part(kind: Found, scope: ColumnElement[bool], wanted: Asked, limit: int) -> Select[Any]:
    id_, title, unit_id, state, day = FIELDS[kind]
    found = select(
        literal(kind.value).label("kind"),
        id_.label("id"),
        title.label("title"),
        Unit.name.label("unit"),
        type_coerce(state, String).label("state"),
        cast(day, Date).label("day"),
    )
    if kind is Found.MEETING:
        found = found.select_from(Meeting).join(Forum, Forum.id == Meeting.forum_id)
    found = found.join(Unit, Unit.id == unit_id)
    latest = (
        found.where(scope, searching.may_hold(title, wanted))
        .order_by(day.desc().nulls_last(), id_)
        .limit(LATEST)
        .subquery()
    )
    key = danish(latest.c.title)
    nearest = (
        select(latest)
        .where(searching.holds(key, wanted))
        .order_by(searching.nearness(key, wanted), latest.c.day.desc().nulls_last(), latest.c.id)
        .limit(limit)
        .subquery()
    )
    return select(nearest)
