"""Which forums somebody may see, and who can be in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select

from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.errors import NotFound
from tenant_app.forums.models import Decision, Forum, ForumMember, Meeting, MeetingPack
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement


def visible(ctx: Context) -> ColumnElement[bool]:
    """Forums of the units where the actor looks into them, and those they are a member of.

    A deputy reads along with the leader they stand in for.
    """
    seen: list[ColumnElement[bool]] = [false()]
    if ctx.actor.is_system or ctx.actor.may(Permission.FORUMS_VIEW):
        seen.append(Forum.unit_id.in_(organisation.visible_units(ctx, Permission.FORUMS_VIEW)))
    people = readers(ctx)
    if people:
        seen.append(
            Forum.id.in_(
                select(ForumMember.forum_id).where(
                    ForumMember.user_id.in_(people), ForumMember.left_on.is_(None)
                )
            )
        )
    return or_(*seen)


def readers(ctx: Context) -> set[UUID]:
    """Whose memberships count for the actor: their own, and those of whom they stand in for."""
    wanted = (Permission.FORUMS_TAKE_PART, Permission.FORUMS_VIEW)
    if ctx.actor.user_id is None or not any(ctx.actor.may(each) for each in wanted):
        return set()
    lent = {
        grant.deputy_for
        for grant in ctx.actor.grants
        if grant.deputy_for is not None and Permission.FORUMS_TAKE_PART in grant.permissions
    }
    return {ctx.actor.user_id, *lent}


def below(ctx: Context, unit_id: UUID) -> Select[UUID]:
    """Ids of the unit and those below it today; none once it is closed: `column.in_(…)`."""
    try:
        return organisation.units_below(ctx, unit_id)
    except NotFound:
        return select(Unit.id).where(false())


def of_visible(ctx: Context) -> ColumnElement[bool]:
    """Meetings of forums in sight."""
    return Meeting.forum_id.in_(select(Forum.id).where(visible(ctx)))


def visible_meetings(ctx: Context) -> Select[UUID]:
    """Ids of the meetings in sight."""
    return select(Meeting.id).where(of_visible(ctx))


def decisions_in_sight(ctx: Context) -> ColumnElement[bool]:
    """Decisions of meetings in sight, and those that the actor sees to."""
    seen: list[ColumnElement[bool]] = [Decision.meeting_id.in_(visible_meetings(ctx))]
    if readers(ctx):
        seen.append(Decision.owner_id == ctx.actor.user_id)
    return or_(*seen)


def packs_in_sight(ctx: Context) -> ColumnElement[bool]:
    """Packs of meetings in sight."""
    return MeetingPack.meeting_id.in_(visible_meetings(ctx))


def seats(ctx: Context, path: str, *, staff: bool) -> Select[User]:
    """Who can be in a forum at the path: open logins with a role today at, above or below it, by
    name. Employees only with `staff`: they would make the list long."""
    above = [path[: at + 1] for at, sign in enumerate(path) if sign == "."]
    today = ctx.today
    found = (
        select(RoleAssignment.user_id)
        .join(UnitPlacement, UnitPlacement.unit_id == RoleAssignment.unit_id)
        .where(
            RoleAssignment.from_date <= today,
            or_(RoleAssignment.to_date.is_(None), RoleAssignment.to_date > today),
            UnitPlacement.from_date <= today,
            or_(UnitPlacement.to_date.is_(None), UnitPlacement.to_date > today),
            or_(
                UnitPlacement.path.in_(above),
                UnitPlacement.path.op("^@")(literal(path)),
            ),
        )
    )
    if not staff:
        found = found.where(RoleAssignment.role != Role.EMPLOYEE)
    return (
        select(User).where(User.id.in_(found), User.is_active).order_by(danish(User.name), User.id)
    )


def seated(ctx: Context, path: str, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of the users who can be in a forum at the path."""
    people = seats(ctx, path, staff=True).where(User.id.in_(user_ids))
    return set(ctx.session.scalars(people.with_only_columns(User.id).order_by(None)))


def by_email(
    ctx: Context, path: str, emails: Collection[str], *, forum_id: UUID | None
) -> dict[str, UUID]:
    """E-mail → user, of those who can be in a forum at the path, or are in the one named."""
    people = seats(ctx, path, staff=True).where(User.email.in_(emails))
    found = {person.email: person.id for person in ctx.session.scalars(people)}
    if forum_id is not None:
        inside = (
            select(User)
            .join(ForumMember, ForumMember.user_id == User.id)
            .where(
                ForumMember.forum_id == forum_id,
                ForumMember.left_on.is_(None),
                User.email.in_(emails),
            )
        )
        found |= {person.email: person.id for person in ctx.session.scalars(inside)}
    return found


def members(ctx: Context, forum_ids: Collection[UUID]) -> Sequence[tuple[UUID, User, Role | None]]:
    """(forum, user, a role of theirs besides employee or None) of those who are in, by name."""
    kind = (
        select(func.min(RoleAssignment.role))
        .where(
            RoleAssignment.user_id == User.id,
            RoleAssignment.role != Role.EMPLOYEE,
            RoleAssignment.from_date <= ctx.today,
            or_(RoleAssignment.to_date.is_(None), RoleAssignment.to_date > ctx.today),
        )
        .correlate(User)
        .scalar_subquery()
    )
    rows = ctx.session.execute(
        select(ForumMember.forum_id, User, kind)
        .join(User, User.id == ForumMember.user_id)
        .where(ForumMember.forum_id.in_(forum_ids), ForumMember.left_on.is_(None))
        .order_by(danish(User.name), User.id)
    )
    return [(forum_id, user, role) for forum_id, user, role in rows]


def is_member(ctx: Context, forum_id: UUID) -> bool:
    """Whether the actor is in the forum in person."""
    if ctx.actor.user_id is None:
        return False
    return bool(
        ctx.session.scalar(
            select(func.count()).where(
                and_(
                    ForumMember.forum_id == forum_id,
                    ForumMember.user_id == ctx.actor.user_id,
                    ForumMember.left_on.is_(None),
                )
            )
        )
    )


def rows_of(ctx: Context, forum_id: UUID) -> Sequence[ForumMember]:
    """Everybody who is or was in the forum, locked."""
    return ctx.session.scalars(
        select(ForumMember)
        .where(ForumMember.forum_id == forum_id)
        .order_by(ForumMember.id)
        .with_for_update(of=ForumMember)
    ).all()
