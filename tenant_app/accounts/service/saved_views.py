"""A user's own ways to see a list: filters, order and columns under a name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import SavedView
from tenant_app.accounts.service.common import find_user, own_id
from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound


def views_of(ctx: Context, view: str | None = None) -> Sequence[SavedView]:
    """One's own views of a list, or of all lists. Whoever is no user has none."""
    if ctx.actor.user_id is None:
        return ()
    found = ctx.session.scalars(queries.saved_views(ctx.actor.user_id, view=view))
    return [_without_text(kept) for kept in found]


def own_view(ctx: Context, view_id: UUID) -> SavedView:
    """One of one's own views. Raises NotFound for everybody else's."""
    found = ctx.session.scalar(queries.saved_views(own_id(ctx)).where(SavedView.id == view_id))
    if found is None:
        raise NotFound()
    return _without_text(found)


def _without_text(kept: SavedView) -> SavedView:
    """A view that was saved with what was searched for loses it, here and in its row."""
    query = rules.without_text(kept.query)
    if query != kept.query:
        kept.query = query
    return kept


def save_view(
    ctx: Context, *, view: str, name: str, query: str, is_default: bool = False
) -> SavedView:
    """Keep how a list looks now, but not what was searched for; a view of the same name is
    replaced. At most 20 per list."""
    user_id = own_id(ctx)
    name = rules.check_name(name, longest=rules.LONGEST_VIEW_NAME)
    query = rules.plain_query(query)
    find_user(ctx, user_id, lock=True)  # two tabs at once would both find room, or both add
    known = {each.name: each for each in views_of(ctx, view)}
    kept = known.get(name)
    old = None if kept is None else _facts(kept)
    if kept is None:
        rules.check_another_view(len(known))
        kept = SavedView(user_id=user_id, view=view, name=name, query=query, is_default=False)
        ctx.session.add(kept)
    kept.query = query
    ctx.session.flush()  # the statement about the default reads the row
    if is_default:
        _put_first(ctx, kept)
    audit.record(ctx, "saved_view.saved", kept.id, old=old, new=_facts(kept))
    return kept


def put_view_first(ctx: Context, view_id: UUID, *, first: bool = True) -> SavedView:
    """The list opens with this view, or no longer does."""
    find_user(ctx, own_id(ctx), lock=True)
    kept = own_view(ctx, view_id)
    old = _facts(kept)
    if first:
        _put_first(ctx, kept)
    else:
        kept.is_default = False
    audit.record(ctx, "saved_view.put_first", kept.id, old=old, new=_facts(kept))
    return kept


def remove_view(ctx: Context, view_id: UUID) -> SavedView:
    """One's own view is gone. The rows of the list are as they were."""
    kept = own_view(ctx, view_id)
    ctx.session.delete(kept)
    audit.record(ctx, "saved_view.removed", kept.id, old=_facts(kept))
    return kept


def _put_first(ctx: Context, kept: SavedView) -> None:
    """One list opens with one view: the earlier one steps back, in the statement before."""
    others = (SavedView.user_id == kept.user_id) & (SavedView.view == kept.view)
    ctx.session.execute(
        update(SavedView).where(others, SavedView.is_default).values(is_default=False)
    )
    kept.is_default = True
    ctx.session.flush()  # at most one default: the constraint speaks here, not at commit


def _facts(kept: SavedView) -> dict[str, object]:
    """What the trail says. Not the filters: they may hold what somebody searched for."""
    return {"name": kept.name, "is_default": kept.is_default}
