"""SELECTs of rounds and talks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from tenant_app.accounts.models import Delegation, RoleAssignment, User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Position, Unit, UnitPlacement
from tenant_app.talks import rules
from tenant_app.talks.models import (
    DevelopmentPlan,
    DevelopmentTalk,
    Preparation,
    TalkMember,
    TalkRound,
    TalkState,
)
from tenant_app.talks.queries.scope import is_party, visible, visible_rounds

WITH_NAMES = (
    joinedload(DevelopmentTalk.unit),
    joinedload(DevelopmentTalk.holder),
    joinedload(DevelopmentTalk.round),
)


def rounds(conditions: Iterable[ColumnElement[bool]]) -> Select[TalkRound]:
    """The newest first."""
    return (
        select(TalkRound)
        .where(*conditions)
        .order_by(TalkRound.from_date.desc(), TalkRound.id.desc())
        .options(joinedload(TalkRound.unit))
    )


def round_(ctx: Context, round_id: UUID, *, lock: bool = False) -> TalkRound | None:
    asked = select(TalkRound).where(TalkRound.id == round_id, visible_rounds(ctx))
    if lock:
        asked = asked.with_for_update(of=TalkRound)
    return ctx.session.scalar(asked.options(joinedload(TalkRound.unit)))


def invitation(ctx: Context, round_id: UUID) -> str:
    """What was written to those invited: for a round that was asked for already."""
    found = select(TalkRound.invitation).where(TalkRound.id == round_id, visible_rounds(ctx))
    return ctx.session.scalar(found) or ""


def cancel_ahead(ctx: Context, round_id: UUID, *, reason: str) -> int:
    """The talks of the round that lie ahead are cancelled, their members out of them. How many."""
    found = ctx.session.scalars(
        update(DevelopmentTalk)
        .where(DevelopmentTalk.round_id == round_id, DevelopmentTalk.state.in_(rules.BEFORE))
        .values(state=TalkState.CANCELLED, reason=reason)
        .returning(DevelopmentTalk.id)
        .execution_options(synchronize_session=False)
    ).all()
    ctx.session.execute(
        update(TalkMember)
        .where(TalkMember.talk_id.in_(found), TalkMember.left_at.is_(None))
        .values(left_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    return len(found)


class Count(NamedTuple):
    """How far the talks of a round are."""

    round_id: UUID
    talks: int
    ahead: int
    held: int
    agreed: int


def counts(ctx: Context, round_ids: Collection[UUID]) -> Sequence[Count]:
    """Talks of each of the rounds; those that are over without being held are left out."""
    state = DevelopmentTalk.state
    rows = ctx.session.execute(
        select(
            DevelopmentTalk.round_id,
            func.count(),
            func.count().filter(state.in_(rules.BEFORE)),
            func.count().filter(state.in_(rules.COUNTED)),
            func.count().filter(state == TalkState.AGREED),
        )
        .where(DevelopmentTalk.round_id.in_(round_ids), state.not_in(rules.OVER))
        .group_by(DevelopmentTalk.round_id)
    )
    return [Count(*row) for row in rows]


def talks(conditions: Iterable[ColumnElement[bool]]) -> Select[DevelopmentTalk]:
    """What lies ahead first, the earliest due of it; then the latest held."""
    return (
        select(DevelopmentTalk)
        .join(TalkRound, TalkRound.id == DevelopmentTalk.round_id)
        .where(*conditions)
        .order_by(
            DevelopmentTalk.state.not_in(rules.BEFORE),
            DevelopmentTalk.held_on.desc().nulls_first(),
            TalkRound.due_on,
            DevelopmentTalk.id,
        )
        .options(*WITH_NAMES)
    )


def talk(ctx: Context, talk_id: UUID) -> DevelopmentTalk | None:
    return ctx.session.scalar(
        select(DevelopmentTalk)
        .where(DevelopmentTalk.id == talk_id, visible(ctx))
        .options(*WITH_NAMES)
    )


def talk_to_change(ctx: Context, talk_id: UUID) -> DevelopmentTalk | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    return ctx.session.scalar(
        select(DevelopmentTalk)
        .where(DevelopmentTalk.id == talk_id, visible(ctx))
        .options(joinedload(DevelopmentTalk.round))
        .with_for_update(of=DevelopmentTalk)
        .execution_options(populate_existing=True)
    )


def is_party_to(ctx: Context, talk_id: UUID) -> bool:
    """Whether the actor may read the texts of this talk."""
    asked = select(DevelopmentTalk.id).where(DevelopmentTalk.id == talk_id, is_party(ctx))
    return ctx.session.scalar(asked) is not None


def in_round(round_id: UUID) -> ColumnElement[bool]:
    return DevelopmentTalk.round_id == round_id


def late(today: Any) -> ColumnElement[bool]:
    """Talks that lie ahead although they should have been held."""
    rounds_ = select(TalkRound.id).where(TalkRound.due_on < today)
    return and_(DevelopmentTalk.state.in_(rules.BEFORE), DevelopmentTalk.round_id.in_(rounds_))


def soon(today: date) -> ColumnElement[bool]:
    """Talks that lie ahead and should be held before long."""
    rounds_ = select(TalkRound.id).where(TalkRound.due_on.between(today, today + rules.SOON))
    return and_(DevelopmentTalk.state.in_(rules.BEFORE), DevelopmentTalk.round_id.in_(rounds_))


def members_of(ctx: Context, talk_ids: Collection[UUID]) -> Sequence[TalkMember]:
    """Everybody in these talks, by name; those who left too."""
    return ctx.session.scalars(
        select(TalkMember)
        .join(Employee, Employee.id == TalkMember.employee_id)
        .where(TalkMember.talk_id.in_(talk_ids))
        .order_by(danish(Employee.name), TalkMember.id)
        .options(joinedload(TalkMember.employee))
        .execution_options(populate_existing=True)
    ).all()


def shared_by(ctx: Context, talk_ids: Collection[UUID]) -> set[UUID]:
    """The members of these talks who have shared what they wrote."""
    found = select(Preparation.member_id).where(
        Preparation.talk_id.in_(talk_ids),
        Preparation.member_id.is_not(None),
        Preparation.shared_at.is_not(None),
    )
    return set(ctx.session.scalars(found))


class Texts(NamedTuple):
    """What a talk says to its parties."""

    invitation: str
    agreement: str
    reason: str


def texts(ctx: Context, talk_id: UUID) -> Texts | None:
    """None for whoever is no party."""
    row = ctx.session.execute(
        select(TalkRound.invitation, DevelopmentTalk.agreement, DevelopmentTalk.reason)
        .join(TalkRound, TalkRound.id == DevelopmentTalk.round_id)
        .where(DevelopmentTalk.id == talk_id, is_party(ctx))
    ).one_or_none()
    return None if row is None else Texts(*row)


class Wrote(NamedTuple):
    """A preparation as its reader may see it."""

    member_id: UUID | None
    """None is the leader's."""
    good: str
    hard: str
    learn: str
    support: str
    shared_at: Any
    is_mine: bool


def preparations(ctx: Context, talk_id: UUID) -> Sequence[Wrote]:
    """One's own; and what the others of a talk shared, for whoever is a party to it."""
    me = ctx.actor
    mine: list[ColumnElement[bool]] = []
    if me.user_id is not None:
        mine.append(Preparation.holder_id == me.user_id)
    if me.employee_id is not None:
        mine.append(TalkMember.employee_id == me.employee_id)
    is_mine = func.coalesce(or_(*mine), False) if mine else None
    if is_mine is None:
        return []
    # Of a former holder's, only what was shared; and of those who left nothing.
    stays = and_(
        Preparation.shared_at.is_not(None),
        or_(
            Preparation.holder_id == DevelopmentTalk.holder_id,
            and_(Preparation.member_id.is_not(None), TalkMember.left_at.is_(None)),
        ),
    )
    rows = ctx.session.execute(
        select(
            Preparation.member_id,
            *(getattr(Preparation, name) for name in rules.ANSWERS),
            Preparation.shared_at,
            is_mine,
        )
        .join(DevelopmentTalk, DevelopmentTalk.id == Preparation.talk_id)
        .outerjoin(TalkMember, TalkMember.id == Preparation.member_id)
        .where(Preparation.talk_id == talk_id, is_party(ctx), or_(is_mine, stays))
        .order_by(Preparation.member_id.nulls_first())
    )
    return [Wrote(*row) for row in rows]


def reasons(ctx: Context, talk_id: UUID) -> dict[UUID, str]:
    """Member → why they said no, for whoever is a party."""
    rows = ctx.session.execute(
        select(TalkMember.id, TalkMember.left_why)
        .join(DevelopmentTalk, DevelopmentTalk.id == TalkMember.talk_id)
        .where(TalkMember.talk_id == talk_id, TalkMember.left_why != "", is_party(ctx))
    )
    return {row[0]: row[1] for row in rows}


def preparation_to_change(
    ctx: Context, talk_id: UUID, *, member_id: UUID | None
) -> Preparation | None:
    """The member's own, or the holder's who acts."""
    whose = (
        Preparation.member_id == member_id
        if member_id is not None
        else Preparation.holder_id == ctx.actor.user_id
    )
    return ctx.session.scalar(
        select(Preparation).where(Preparation.talk_id == talk_id, whose).with_for_update()
    )


def staff(ctx: Context, units: Select[UUID], *, leaders: bool) -> Sequence[Employee]:
    """Those employed today in the units, or the leaders among them; by name."""
    # The few units by name: where the planner knows nothing of the tables yet, a SELECT of units
    # inside the other is run again for everybody in them.
    there = list(ctx.session.scalars(units))
    employed = select(Employment.employee_id).where(Employment.unit_id.in_(there), *_on(ctx.today))
    if leaders:
        employed = employed.where(Employment.position == Position.LEADER)
    ids = list(ctx.session.scalars(employed))
    return ctx.session.scalars(
        select(Employee).where(Employee.id.in_(ids)).order_by(danish(Employee.name), Employee.id)
    ).all()


def invited(ctx: Context, round_id: UUID) -> set[UUID]:
    """Employees who are in a talk of the round."""
    return set(
        ctx.session.scalars(
            select(TalkMember.employee_id).where(
                TalkMember.round_id == round_id, TalkMember.left_at.is_(None)
            )
        )
    )


def take_back(ctx: Context, talk_id: UUID) -> None:
    """What was shared in the talk is its writers' own again."""
    ctx.session.execute(
        update(Preparation)
        .where(Preparation.talk_id == talk_id, Preparation.shared_at.is_not(None))
        .values(shared_at=None)
        .execution_options(synchronize_session=False)  # nobody looks at them again before the end
    )


def let_go(ctx: Context, talk_id: UUID) -> None:
    """Plans that were taken up in the talk are their employees' own again."""
    ctx.session.execute(
        update(DevelopmentPlan)
        .where(DevelopmentPlan.talk_id == talk_id)
        .values(talk_id=None)
        .execution_options(synchronize_session=False)  # nobody looks at them again before the end
    )


def employed(ctx: Context, employee_ids: Collection[UUID]) -> set[UUID]:
    """Those of them who work here today."""
    found = select(Employment.employee_id).where(
        Employment.employee_id.in_(employee_ids), *_on(ctx.today)
    )
    return set(ctx.session.scalars(found))


def position_on(ctx: Context, employee_id: UUID, day: date) -> Position | None:
    """What they were employed as on the day; None when they were not."""
    return ctx.session.scalar(
        select(Employment.position).where(Employment.employee_id == employee_id, *_on(day))
    )


def _on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Employment.from_date <= day,
        or_(Employment.to_date.is_(None), Employment.to_date > day),
    )


def unit_named(ctx: Context, unit_id: UUID) -> Unit | None:
    """A unit that the actor may see."""
    seen = organisation.visible_units(ctx, Permission.UNITS_VIEW)
    return ctx.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.id.in_(seen)))


def employee_of(ctx: Context, user_id: UUID) -> UUID | None:
    """Whose login it is; None for one without an employment."""
    return ctx.session.scalar(select(User.employee_id).where(User.id == user_id))


def holders(ctx: Context, unit_id: UUID, path: str) -> Sequence[User]:
    """Who may hold the unit's talks today: those who lead it, and their deputies; by name."""
    placed = (
        UnitPlacement.from_date <= ctx.today,
        or_(UnitPlacement.to_date.is_(None), UnitPlacement.to_date > ctx.today),
    )
    steps = [step for step in path.split(".") if step]
    above = [".".join(steps[: n + 1]) + "." for n in range(len(steps))]
    leading = (
        select(RoleAssignment.user_id)
        .join(UnitPlacement, UnitPlacement.unit_id == RoleAssignment.unit_id)
        .where(
            *placed,
            RoleAssignment.from_date <= ctx.today,
            or_(RoleAssignment.to_date.is_(None), RoleAssignment.to_date > ctx.today),
            or_(
                and_(
                    RoleAssignment.role == rules.INSIDE,
                    UnitPlacement.path.in_(above),
                ),
                and_(
                    RoleAssignment.role.in_(rules.AT_UNIT),
                    RoleAssignment.unit_id == unit_id,
                ),
            ),
        )
    )
    deputies = select(Delegation.deputy_id).where(
        Delegation.leader_id.in_(leading),
        Delegation.from_date <= ctx.today,
        Delegation.to_date >= ctx.today,
        Delegation.revoked_at.is_(None),
    )
    return ctx.session.scalars(
        select(User)
        .where(User.is_active, or_(User.id.in_(leading), User.id.in_(deputies)))
        .order_by(danish(User.name), User.id)
    ).all()
