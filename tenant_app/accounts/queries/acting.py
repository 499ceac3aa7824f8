"""SELECTs of who acts: asked by every request, so built once and not at each asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Row,
    Text,
    Uuid,
    bindparam,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from tenant_app.accounts.models import ApiToken, Delegation, RoleAssignment, User, UserSession
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own, own
from tenant_app.organisation.models import Employment, Unit, UnitPlacement

_USER, _TODAY = bindparam("user", type_=Uuid()), bindparam("today", type_=Date())
_HASH, _NOW = bindparam("hash", type_=Text()), bindparam("now", type_=DateTime(timezone=True))


def _in_service(login: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Employed today, for a login that belongs to an employee: who has left comes in no more."""
    employed = (
        select(Employment.id)
        .where(
            Employment.employee_id == login.employee_id,
            Employment.from_date <= _TODAY,
            Employment.to_date.is_(None) | (Employment.to_date > _TODAY),
            *conditions,
        )
        .correlate(login)
        .exists()
    )
    return or_(login.employee_id.is_(None), employed)


IN_SERVICE, _IN_OWN_SERVICE = _in_service(User), _in_service(User, own(Employment))
_OPEN_USER = only_own(select(User).where(User.id == _USER, User.is_active, _IN_OWN_SERVICE), User)


def _held() -> FromClause:
    """The roles of a login today and of those it is deputy for."""
    holder, leader = aliased(User), aliased(User)
    lent = only_own(
        select(Delegation.leader_id)
        .join(leader, leader.id == Delegation.leader_id)
        .where(
            Delegation.deputy_id == User.id,
            Delegation.from_date <= _TODAY,
            Delegation.to_date >= _TODAY,
            Delegation.revoked_at.is_(None),
            leader.is_active,
            _in_service(leader, own(Employment)),
        )
        .correlate(User),
        Delegation,
        leader,
    )
    return only_own(
        select(
            RoleAssignment.user_id.label("holder"),
            RoleAssignment.role,
            RoleAssignment.unit_id,
            UnitPlacement.path,
            Unit.name.label("unit_name"),
            holder.name.label("holder_name"),
        )
        .join(UnitPlacement, UnitPlacement.unit_id == RoleAssignment.unit_id)
        .join(Unit, Unit.id == RoleAssignment.unit_id)
        .join(holder, holder.id == RoleAssignment.user_id)
        .where(
            or_(RoleAssignment.user_id == User.id, RoleAssignment.user_id.in_(lent)),
            RoleAssignment.from_date <= _TODAY,
            RoleAssignment.to_date.is_(None) | (RoleAssignment.to_date > _TODAY),
            UnitPlacement.from_date <= _TODAY,
            UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > _TODAY),
        )
        .correlate(User),
        RoleAssignment,
        UnitPlacement,
        Unit,
        holder,
    ).lateral("held")


_HELD = _held()
_ORDER = (_HELD.c.path, _HELD.c.role)
_GRANTS = only_own(
    select(*_HELD.c)
    .select_from(User)
    .join(_HELD, true())
    .where(User.id == _USER)
    .order_by(*_ORDER),
    User,
)
# A login with what it holds, in one SELECT; a row without a holder where it holds nothing.
_ACTING = only_own(
    select(User.id, User.name, User.employee_id, *_HELD.c)
    .select_from(User)
    .outerjoin(_HELD, true())
    .where(User.id == _USER, User.is_active, _IN_OWN_SERVICE)
    .order_by(*_ORDER),
    User,
)
_USER_OF_SESSION = only_own(
    select(User, UserSession.id, *_HELD.c)
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(_HELD, true())
    .where(
        UserSession.token_hash == _HASH,
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > _NOW,
        User.is_active,
        _IN_OWN_SERVICE,
    )
    .order_by(*_ORDER),
    User,
    UserSession,
)
_USER_OF_TOKEN = only_own(
    select(User, ApiToken, *_HELD.c)
    .join(ApiToken, ApiToken.user_id == User.id)
    .outerjoin(_HELD, true())
    .where(
        ApiToken.token_hash == _HASH,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > _NOW,
        User.is_active,
        _IN_OWN_SERVICE,
    )
    .order_by(*_ORDER),
    User,
    ApiToken,
)
Held = Sequence[Row[*tuple[Any, ...]]]
"""(…, holder, role, unit, path, unit's name, holder's name) of a login's own roles today and of
those it is deputy for.

Only the leaders' own roles: what a leader has borrowed is not lent on. A leader whose login is
closed, or who has left, lends nothing."""


def user(ctx: Context, user_id: UUID) -> User | None:
    """An open login of somebody who has not left."""
    asked = {"user": user_id, "today": ctx.today}
    return ctx.load(_OPEN_USER, asked).scalar_one_or_none()


def acting(ctx: Context, user_id: UUID) -> Held:
    """(id, name, employee, …) of an open login of somebody who has not left, a row per role."""
    return ctx.read(_ACTING, {"user": user_id, "today": ctx.today}).all()


def user_of_session(ctx: Context, token_hash: str) -> Held:
    """(login, session id, …) of a session that still counts, a row per role."""
    asked = {"hash": token_hash, "now": ctx.now, "today": ctx.today}
    return ctx.load(_USER_OF_SESSION, asked).all()


def user_of_token(ctx: Context, token_hash: str) -> Held:
    """(login, token, …) of an API token that still counts, a row per role."""
    asked = {"hash": token_hash, "now": ctx.now, "today": ctx.today}
    return ctx.load(_USER_OF_TOKEN, asked).all()


def grants(ctx: Context, user_id: UUID) -> Held:
    """What the user holds today."""
    return ctx.execute(_GRANTS, {"user": user_id, "today": ctx.today}).all()
