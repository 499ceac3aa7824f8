"""Conditions that every SELECT of this room is made of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    and_,
    any_,
    bindparam,
    or_,
)

from tenant_app.cooperation.models import ClusterMember, SharedNeedCluster


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column = ANY(:ids)`: one parameter however many they are."""
    held: ColumnElement[bool] = column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid())))
    return held


def placed(row: Any, day: date) -> ColumnElement[bool]:
    return and_(row.from_date <= day, or_(row.to_date.is_(None), row.to_date > day))


def inside() -> ColumnElement[bool]:
    """A need that is in the cluster, or was when it ended."""
    return or_(ClusterMember.left_at.is_(None), ClusterMember.left_at == SharedNeedCluster.ended_at)
