"""SELECTs of clusters, their needs and the answers of houses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    case,
    distinct,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from tenant_app.accounts.models import User
from tenant_app.competences.models import CompetenceArea
from tenant_app.cooperation.models import (
    ClusterAnswer,
    ClusterMember,
    ClusterOutcome,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.cooperation.queries.shared import among, inside, placed
from tenant_app.cooperation.rules import WAITING
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.needs.models import Evidence, Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement

WITH_NAMES = (joinedload(SharedNeedCluster.area), joinedload(SharedNeedCluster.initiative))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Clusters with a need of a house where the actor may look, also one that has left."""
    houses = organisation.visible_units(ctx, Permission.COOPERATION_VIEW)
    return SharedNeedCluster.id.in_(
        select(ClusterMember.cluster_id).where(ClusterMember.institution_id.in_(houses))
    )


def clusters(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Latest first."""
    return (
        select(SharedNeedCluster)
        .where(*conditions)
        .options(*WITH_NAMES)
        .order_by(SharedNeedCluster.proposed_at.desc(), SharedNeedCluster.id.desc())
    )


def cluster(ctx: Context, cluster_id: UUID, scope: ColumnElement[bool]) -> SharedNeedCluster | None:
    return ctx.session.scalars(
        select(SharedNeedCluster)
        .where(SharedNeedCluster.id == cluster_id, scope)
        .options(*WITH_NAMES)
    ).one_or_none()


def cluster_to_change(
    ctx: Context, cluster_id: UUID, scope: ColumnElement[bool]
) -> SharedNeedCluster | None:
    """Locked: of two who answer at once the second counts the first."""
    return ctx.session.scalars(
        select(SharedNeedCluster)
        .where(SharedNeedCluster.id == cluster_id, scope)
        .options(*WITH_NAMES)
        .with_for_update(of=SharedNeedCluster, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_house(unit_ids: Select[UUID]) -> ColumnElement[bool]:
    """With a need, in it today, of one of these units."""
    return SharedNeedCluster.id.in_(
        select(ClusterMember.cluster_id).where(
            ClusterMember.institution_id.in_(unit_ids), ClusterMember.left_at.is_(None)
        )
    )


def lacks_answer(ctx: Context) -> ColumnElement[bool]:
    """Suggested, with a house for which the actor can answer and nobody has."""
    return and_(
        SharedNeedCluster.state == ClusterState.SUGGESTED,
        exists(_unanswered(ctx).where(ClusterMember.cluster_id == SharedNeedCluster.id)),
    )


def _unanswered(ctx: Context) -> Select[Any]:
    leads = organisation.visible_units(ctx, Permission.COOPERATION_CONFIRM)
    answered = exists().where(
        ClusterAnswer.cluster_id == ClusterMember.cluster_id,
        ClusterAnswer.institution_id == ClusterMember.institution_id,
    )
    return select(literal(1)).where(
        ClusterMember.left_at.is_(None), ClusterMember.institution_id.in_(leads), ~answered
    )


def asks(ctx: Context, key: str) -> Select[Any]:
    """How many suggested clusters wait for an answer that the actor can give."""
    leads = organisation.visible_units(ctx, Permission.COOPERATION_CONFIRM)
    answered = only_own(
        select(ClusterAnswer.institution_id).where(
            ClusterAnswer.cluster_id == ClusterMember.cluster_id,
            ClusterAnswer.institution_id == ClusterMember.institution_id,
        ),
        ClusterAnswer,
    ).exists()
    found: Any = (
        select(literal_column(f"'{key}'", Text), func.count(distinct(SharedNeedCluster.id)))
        .select_from(SharedNeedCluster)
        .join(ClusterMember, ClusterMember.cluster_id == SharedNeedCluster.id)
        .where(
            SharedNeedCluster.state == literal(ClusterState.SUGGESTED.value),
            ClusterMember.left_at.is_(None),
            ClusterMember.institution_id.in_(leads),
            ~answered,
        )
    )
    fenced: Select[Any] = only_own(found, SharedNeedCluster, ClusterMember)
    return fenced


def figures(ctx: Context, cluster_ids: Collection[UUID]) -> Sequence[Any]:
    """(cluster, names of houses, needs, staff, houses that said yes) of each: those in it today,
    or when it ended."""
    is_inside = inside()
    found = (
        select(
            ClusterMember.cluster_id,
            func.array_agg(distinct(Unit.name)).label("houses"),
            func.count().label("needs"),
            func.sum(Need.staff).label("staff"),
        )
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterMember.cluster_id)
        .join(Need, Need.id == ClusterMember.need_id)
        .join(Unit, Unit.id == ClusterMember.institution_id)
        .where(among(ClusterMember.cluster_id, cluster_ids), is_inside)
        .group_by(ClusterMember.cluster_id)
        .subquery()
    )
    is_in_it = exists().where(
        ClusterMember.cluster_id == ClusterAnswer.cluster_id,
        ClusterMember.institution_id == ClusterAnswer.institution_id,
        is_inside,
    )
    yes = (
        select(ClusterAnswer.cluster_id, func.count().label("yes"))
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterAnswer.cluster_id)
        .where(among(ClusterAnswer.cluster_id, cluster_ids), ClusterAnswer.joins, is_in_it)
        .group_by(ClusterAnswer.cluster_id)
        .subquery()
    )
    return ctx.session.execute(
        select(
            found.c.cluster_id,
            found.c.houses,
            found.c.needs,
            found.c.staff,
            func.coalesce(yes.c.yes, 0),
        ).outerjoin(yes, yes.c.cluster_id == found.c.cluster_id)
    ).all()


def parts(
    ctx: Context, cluster_id: UUID, readable: ColumnElement[bool], leads: Select[UUID]
) -> Sequence[Any]:
    """(institution, its name, whether the actor answers for it, need, likeness, staff, state,
    title, whether it has left) of each need of a cluster.

    A title that the actor must not read is not in the answer of the database: it is NULL there.
    """
    return ctx.session.execute(
        select(
            ClusterMember.institution_id,
            Unit.name,
            ClusterMember.institution_id.in_(leads).label("may_answer"),
            ClusterMember.need_id,
            ClusterMember.likeness,
            ClusterMember.left_at,
            Need.staff,
            Need.state,
            case((readable, Need.title), else_=null()).label("title"),
            inside().label("is_inside"),
        )
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterMember.cluster_id)
        .join(Need, Need.id == ClusterMember.need_id)
        .join(Unit, Unit.id == ClusterMember.institution_id)
        .where(ClusterMember.cluster_id == cluster_id)
        .order_by(danish(Unit.name), Unit.id, ClusterMember.likeness.desc(), ClusterMember.need_id)
    ).all()


def members(ctx: Context, cluster_id: UUID) -> Sequence[ClusterMember]:
    """Those in it now, the middle first."""
    return ctx.session.scalars(
        select(ClusterMember)
        .where(ClusterMember.cluster_id == cluster_id, ClusterMember.left_at.is_(None))
        .order_by(ClusterMember.is_centre.desc(), ClusterMember.need_id)
    ).all()


def answers(ctx: Context, cluster_id: UUID) -> Sequence[Row[ClusterAnswer, str]]:
    """(answer, who gave it)."""
    return ctx.session.execute(
        select(ClusterAnswer, User.name)
        .outerjoin(User, User.id == ClusterAnswer.answered_by)
        .where(ClusterAnswer.cluster_id == cluster_id)
        .order_by(ClusterAnswer.answered_at, ClusterAnswer.id)
    ).all()


def answer_of(ctx: Context, cluster_id: UUID, institution_id: UUID) -> ClusterAnswer | None:
    return ctx.session.scalars(
        select(ClusterAnswer).where(
            ClusterAnswer.cluster_id == cluster_id,
            ClusterAnswer.institution_id == institution_id,
        )
    ).one_or_none()


def roles_behind(ctx: Context, cluster_id: UUID) -> int:
    """How many roles have seen it, over all its needs: a number, and no house's."""
    return (
        ctx.session.scalar(
            select(func.count(distinct(Evidence.role)))
            .join(ClusterMember, ClusterMember.need_id == Evidence.need_id)
            .where(
                ClusterMember.cluster_id == cluster_id,
                ClusterMember.left_at.is_(None),
                Evidence.withdrawn_at.is_(None),
            )
        )
        or 0
    )


def houses_ever(ctx: Context, cluster_id: UUID) -> set[UUID]:
    """Institutions of which a need is or was in it."""
    return set(
        ctx.session.scalars(
            select(ClusterMember.institution_id).where(ClusterMember.cluster_id == cluster_id)
        )
    )


def name_of(ctx: Context, unit_id: UUID) -> str:
    return ctx.session.scalar(select(Unit.name).where(Unit.id == unit_id)) or ""


def titles(ctx: Context, cluster_ids: Collection[UUID], scope: ColumnElement[bool]) -> Any:
    """(cluster, competence area, title) of those in sight."""
    return ctx.session.execute(
        select(SharedNeedCluster.id, CompetenceArea.name, SharedNeedCluster.title)
        .join(CompetenceArea, CompetenceArea.id == SharedNeedCluster.area_id)
        .where(among(SharedNeedCluster.id, cluster_ids), scope)
    ).all()


def of_initiative(
    ctx: Context, initiative_id: UUID, scope: ColumnElement[bool]
) -> SharedNeedCluster | None:
    return ctx.session.scalars(
        select(SharedNeedCluster)
        .where(SharedNeedCluster.initiative_id == initiative_id, scope)
        .options(*WITH_NAMES)
        .order_by(SharedNeedCluster.id)
        .limit(1)
    ).one_or_none()


def confirmed(conditions: Sequence[ColumnElement[bool]], *, limit: int) -> Select[Any]:
    """Of which something is still to come, the ones most houses share first."""
    houses = (
        select(func.count(distinct(ClusterMember.institution_id)))
        .where(ClusterMember.cluster_id == SharedNeedCluster.id, ClusterMember.left_at.is_(None))
        .correlate(SharedNeedCluster)
        .scalar_subquery()
    )
    open_ = or_(
        SharedNeedCluster.outcome.is_(None),
        SharedNeedCluster.outcome != ClusterOutcome.NO,
    )
    return (
        select(SharedNeedCluster)
        .where(SharedNeedCluster.state.in_(WAITING), open_, *conditions)
        .options(*WITH_NAMES)
        .order_by(houses.desc(), SharedNeedCluster.confirmed_at, SharedNeedCluster.id)
        .limit(limit)
    )


def under(path: str, day: date) -> Select[UUID]:
    """Units at or below a path on a day."""
    return select(UnitPlacement.unit_id).where(
        UnitPlacement.path.bool_op("^@")(path), placed(UnitPlacement, day)
    )
