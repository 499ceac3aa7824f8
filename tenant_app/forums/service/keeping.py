"""Forums: made, changed, closed; and who is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.accounts.models import User
from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.forums import queries, rules
from tenant_app.forums.models import Forum, ForumKind, ForumMember
from tenant_app.forums.service.shared import find_forum, forum_to_manage, require_sight
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


@dataclass(frozen=True)
class Seat:
    """Somebody in a forum."""

    user: User
    is_staff: bool
    """An employee without a leading role, such as a member of MED."""


def create(
    ctx: Context,
    *,
    unit_id: UUID,
    kind: ForumKind,
    name: str,
    purpose: str = "",
    member_ids: Sequence[UUID] = (),
) -> Forum:
    """A forum of the unit meets from now on.

    Raises NotFound of what cannot be chosen, and Invalid naming the field.
    """
    ctx.require(Permission.FORUMS_MANAGE)
    unit = _unit(ctx, unit_id)
    path = organisation.path_of(ctx, unit.id)
    ctx.require(Permission.FORUMS_MANAGE, at=path)
    rules.check_home(unit.kind)
    made = Forum(
        id=uuid7(),
        unit_id=unit.id,
        kind=kind,
        name=rules.check_line(name, field="name"),
        purpose=rules.check_text(purpose, field="purpose"),
    )
    wanted = _members(ctx, path, member_ids)
    ctx.session.add(made)
    ctx.session.flush()  # its members point at this row
    ctx.insert_many(ForumMember, [{"forum_id": made.id, "user_id": each} for each in wanted])
    audit.record(
        ctx, "forum.created", made.id, new={"name": made.name, "kind": kind, "members": len(wanted)}
    )
    return made


def change(
    ctx: Context,
    forum_id: UUID,
    *,
    kind: ForumKind,
    name: str,
    purpose: str = "",
    member_ids: Sequence[UUID] = (),
) -> Forum:
    """The forum says this and has these members. Who leaves reads its papers no more."""
    found = forum_to_manage(ctx, forum_id)
    rules.check_forum_meets(found.closed_on)
    new = {
        "kind": kind,
        "name": rules.check_line(name, field="name"),
        "purpose": rules.check_text(purpose, field="purpose"),
    }
    old: dict[str, Any] = {
        key: getattr(found, key) for key, value in new.items() if getattr(found, key) != value
    }
    was, now = _seat(ctx, found, member_ids)
    for key, value in new.items():
        setattr(found, key, value)
    told: dict[str, Any] = {key: new[key] for key in old}
    if was != now:
        old, told = {**old, "members": len(was)}, {**told, "members": len(now)}
    if told:
        audit.record(ctx, "forum.changed", found.id, old=old, new=told)
    return found


def close(ctx: Context, forum_id: UUID) -> Forum:
    """The forum does not meet any more. Its meetings and decisions stay."""
    found = forum_to_manage(ctx, forum_id)
    rules.check_forum_meets(found.closed_on)
    found.closed_on = ctx.today
    audit.record(ctx, "forum.closed", found.id, new={"on": ctx.today})
    return found


def listing(
    ctx: Context, *, kind: ForumKind | None = None, page: int = 1, page_size: int = 50
) -> Page[Forum]:
    """The forums in the actor's sight, by name."""
    require_sight(ctx)
    filters = [queries.visible(ctx)]
    if kind is not None:
        filters.append(Forum.kind == kind)
    return scalars_page(ctx, queries.forums(filters), page=page, page_size=page_size)


def scope(ctx: Context) -> ColumnElement[bool]:
    """Which forums the actor may see: for screens that build their own SELECT."""
    return queries.visible(ctx)


def one(ctx: Context, forum_id: UUID) -> Forum:
    """A forum in sight, with its unit. Raises NotFound."""
    return find_forum(ctx, forum_id)


def members(ctx: Context, forum_ids: Collection[UUID]) -> dict[UUID, list[Seat]]:
    """Forum → who is in it, by name: one statement. For those who see the forums."""
    found: dict[UUID, list[Seat]] = {forum_id: [] for forum_id in forum_ids}
    if found:
        for forum_id, user, role in queries.members(ctx, found):
            found[forum_id].append(Seat(user, role is None))
    return found


def people(ctx: Context, unit_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """(id, name) of those without whom forums are rarely made: leaders, consultants and others
    with a role at, above or below the unit. Without a unit: around all the actor keeps forums of.
    """
    ctx.require(Permission.FORUMS_MANAGE)
    paths: Collection[str] = ctx.actor.paths(Permission.FORUMS_MANAGE)
    if unit_id is not None:
        paths = [organisation.path_at(ctx, unit_id)]
    elif ctx.actor.is_system:
        paths = [organisation.root_path(ctx)]
    found: dict[UUID, str] = {}
    for path in sorted(paths):
        for user in ctx.session.scalars(queries.seats(ctx, path, staff=False)):
            found.setdefault(user.id, user.name)
    return list(found.items())


def named_by_email(
    ctx: Context, unit_id: UUID, emails: Collection[str], *, forum_id: UUID | None = None
) -> list[UUID]:
    """The users with these addresses who can be in a forum of the unit, or are in the one named:
    somebody who moved away stays until they are taken out.

    Raises NotFound naming the first that cannot, whatever the reason.
    """
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.path_at(ctx, unit_id))
    wanted = [each.strip().lower() for each in emails if each.strip()]
    rules.check_seats(len(wanted), field="emails")
    path = organisation.path_at(ctx, unit_id)
    found = queries.by_email(ctx, path, wanted, forum_id=forum_id) if wanted else {}
    for email in wanted:
        if email not in found:
            raise NotFound(
                N_("Nobody with the address %(email)s can be a member. Check it."),
                field="emails",
                email=email[:100],
            )
    return [found[email] for email in wanted]


def _unit(ctx: Context, unit_id: UUID) -> Unit:
    try:
        return organisation.unit(ctx, unit_id)
    except NotFound:
        raise NotFound(
            N_("There is no such unit. Choose from the list."), field="unit_id"
        ) from None


def _members(ctx: Context, path: str, member_ids: Sequence[UUID]) -> list[UUID]:
    wanted = rules.check_members(member_ids)
    if wanted and set(wanted) - queries.seated(ctx, path, wanted):
        raise NotFound(
            N_("Choose among those who work at the unit, above it or below it."),
            field="member_ids",
        )
    return wanted


def _seat(ctx: Context, forum: Forum, member_ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Who was in, and is now. Only who joins must be choosable: who is in stays."""
    known = {each.user_id: each for each in queries.rows_of(ctx, forum.id)}
    was = {user_id for user_id, each in known.items() if each.left_on is None}
    wanted = set(rules.check_members(member_ids))
    joining = wanted - was
    _members(ctx, organisation.path_at(ctx, forum.unit_id), sorted(joining))
    for user_id in was - wanted:
        known[user_id].left_on = ctx.today
    for user_id in joining & set(known):
        known[user_id].left_on = None
    new = sorted(joining - set(known))
    ctx.insert_many(ForumMember, [{"forum_id": forum.id, "user_id": each} for each in new])
    return was, wanted
