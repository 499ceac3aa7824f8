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


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column = ANY(:ids)`: one parameter however many they are."""
    held: ColumnElement[bool] = column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid())))
    return held


def placed(row: Any, day: date) -> ColumnElement[bool]:
    return and_(row.from_date <= day, or_(row.to_date.is_(None), row.to_date > day))
