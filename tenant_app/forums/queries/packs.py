"""What a meeting pack is made of. Run as the system: the forum's unit and what hangs below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from tenant_app.accounts.models import User
from tenant_app.budgets.models import BudgetYear, FundingRuleSet, Pool, PoolBalance
from tenant_app.competences.models import CompetenceArea
from tenant_app.cooperation.models import ClusterMember
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.forums.models import Decision, Meeting
from tenant_app.initiatives.models import UNDER_WAY, Initiative, InitiativeState, InitiativeUnit
from tenant_app.needs.models import Evidence, Need, NeedState, Urgency
from tenant_app.needs.rules import LIVE
from tenant_app.organisation.models import Unit

_READY = (NeedState.QUALIFIED, NeedState.PRIORITISED)
_PRESSING = (Urgency.HIGH, Urgency.ACUTE)
_URGENCY = case({each.value: at for at, each in enumerate(Urgency)}, value=Need.urgency)
URGENT_FIRST = (_URGENCY.desc(), Need.staff.desc(), Need.id)
"""The order of needs, in packs and where they are chosen from."""


def needs(ctx: Context, below: Select[UUID]) -> Sequence[Any]:
    """The needs that are ready to be prioritised, the pressing ones first. Their titles, and no
    text of what stands behind them."""
    index = (
        select(func.count(func.distinct(Evidence.source)))
        .where(Evidence.need_id == Need.id, Evidence.withdrawn_at.is_(None))
        .correlate(Need)
        .scalar_subquery()
    )
    return ctx.session.execute(
        select(
            Need.title,
            Unit.name.label("unit"),
            CompetenceArea.name.label("area"),
            Need.urgency,
            Need.staff,
            Need.state,
            Need.reported_on,
            index.label("index"),
        )
        .join(Unit, Unit.id == Need.unit_id)
        .join(CompetenceArea, CompetenceArea.id == Need.area_id)
        .where(Need.unit_id.in_(below), Need.state.in_(_READY))
        .order_by(*URGENT_FIRST)
    ).all()


def heat(ctx: Context, below: Select[UUID]) -> Sequence[Any]:
    """(competence area, live needs, staff they concern, pressing ones), the most first."""
    return ctx.session.execute(
        select(
            CompetenceArea.name,
            func.count().label("needs"),
            func.sum(Need.staff).label("staff"),
            func.count().filter(Need.urgency.in_(_PRESSING)).label("pressing"),
        )
        .join(CompetenceArea, CompetenceArea.id == Need.area_id)
        .where(Need.unit_id.in_(below), Need.state.in_(LIVE))
        .group_by(CompetenceArea.id, CompetenceArea.name)
        .order_by(func.count().desc(), danish(CompetenceArea.name))
    ).all()


def pools(ctx: Context, below: Select[UUID], year: int) -> Sequence[tuple[Pool, PoolBalance]]:
    """The pools of the units in a year, with their balances."""
    rows = ctx.session.execute(
        select(Pool, PoolBalance)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(Pool.unit_id.in_(below), BudgetYear.year == year)
        .order_by(Pool.kind, danish(Pool.name), Pool.id)
    )
    return [(pool, balance) for pool, balance in rows]


def crowded(ctx: Context, below: Select[UUID], most: int) -> Sequence[Any]:
    """(institution, initiatives under way) of those with more than the limit, the most first."""
    running = [InitiativeState(state) for state in UNDER_WAY]
    return ctx.session.execute(
        select(Unit.name, func.count().label("running"))
        .join(InitiativeUnit, InitiativeUnit.unit_id == Unit.id)
        .join(Initiative, Initiative.id == InitiativeUnit.initiative_id)
        .where(Unit.id.in_(below), Initiative.state.in_(running))
        .group_by(Unit.id, Unit.name)
        .having(func.count() > most)
        .order_by(func.count().desc(), danish(Unit.name))
    ).all()


def left_over(ctx: Context, forum_id: UUID) -> Sequence[Any]:
    """The forum's earlier decisions that are not done, what is due first comes first."""
    return ctx.session.execute(
        select(
            Decision.text,
            Decision.outcome,
            User.name.label("owner"),
            Decision.due_on,
            Decision.decided_at,
        )
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .join(User, User.id == Decision.owner_id)
        .where(
            Meeting.forum_id == forum_id,
            Decision.done_on.is_(None),
            Decision.replaced_at.is_(None),
        )
        .order_by(Decision.due_on, Decision.id)
    ).all()


def funding_rules(ctx: Context) -> int | None:
    """The version of the funding rules that holds today."""
    return ctx.session.scalar(
        select(FundingRuleSet.version)
        .where(FundingRuleSet.valid_from <= ctx.today)
        .order_by(FundingRuleSet.valid_from.desc(), FundingRuleSet.version.desc())
        .limit(1)
    )


def houses(
    ctx: Context, cluster_ids: Collection[UUID], below: Select[UUID]
) -> dict[UUID, list[str | None]]:
    """Shared need → the houses in it, by name: None of each that is not among the units."""
    rows = ctx.session.execute(
        select(ClusterMember.cluster_id, Unit.name, Unit.id.in_(below))
        .join(Unit, Unit.id == ClusterMember.institution_id)
        .where(ClusterMember.cluster_id.in_(cluster_ids), ClusterMember.left_at.is_(None))
        .group_by(ClusterMember.cluster_id, Unit.id, Unit.name)
        .order_by(danish(Unit.name), Unit.id)
    )
    found: dict[UUID, list[str | None]] = {}
    for cluster_id, name, inside in rows:
        found.setdefault(cluster_id, []).append(name if inside else None)
    return found
