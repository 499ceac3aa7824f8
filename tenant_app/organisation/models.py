"""Units and employees. Adjacency over time is the truth; `path` is how it is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Computed, Text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, danish_index, index, unique


class UnitKind(StrEnum):
    MUNICIPALITY = "municipality"
    AREA = "area"
    INSTITUTION = "institution"
    HOUSE = "house"


class Position(StrEnum):
    PEDAGOGUE = "pedagogue"
    ASSISTANT = "assistant"
    LEADER = "leader"
    OTHER = "other"


class Unit(TenantOwned):
    """A node of the hierarchy. Where it hangs is in its placements."""

    __tablename__ = "units"
    extras = (unique("number"), unique("seq"), danish_index("ix_units_danish_name", "name"))

    number: Mapped[str]
    """The municipality's own number of the unit: the natural key of files."""
    seq: Mapped[int]
    """Its step in paths; small, given once."""
    name: Mapped[str]
    kind: Mapped[UnitKind] = mapped_column(StrEnumText(UnitKind))
    weak_economy: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Flagged by the municipality: its staff should be able to go all the same."""


class UnitPlacement(TenantOwned):
    """Under which parent a unit hangs from `from_date` up to but not including `to_date`."""

    __tablename__ = "unit_placements"
    belongs_to = {"unit_id": "units", "parent_id": "units"}
    extras = (
        unique("unit_id", "from_date"),
        unique("unit_id", where="to_date IS NULL"),
        index("path"),
        index("parent_id"),
        check("ends_after_it_begins", "to_date IS NULL OR to_date > from_date"),
    )

    unit_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    path: Mapped[str] = mapped_column(Text(collation="C"))
    """'1.2.17.': the seq of each ancestor and its own, with a trailing dot."""
    from_date: Mapped[date]
    to_date: Mapped[date | None]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(UnitPlacement.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class Employee(TenantOwned):
    """A person employed by the municipality. Where and how is in the employments."""

    __tablename__ = "employees"
    extras = (
        unique("number"),
        index("name"),
        danish_index("ix_employees_danish_name", "name"),
    )

    number: Mapped[str]
    """Payroll number: the natural key of files."""
    name: Mapped[str]
    email: Mapped[str | None]
    sought: Mapped[str] = mapped_column(
        Computed(
            "danish_sort(name || ' ' || number || ' ' || coalesce(email, ''))", persisted=True
        ),
        deferred=True,
    )
    """Name, number and e-mail as `core.searching` compares them; the database keeps it."""


class Employment(TenantOwned):
    """A person's unit, position and FTE from `from_date` up to but not including `to_date`."""

    __tablename__ = "employments"
    belongs_to = {"employee_id": "employees", "unit_id": "units"}
    extras = (
        unique("employee_id", "from_date"),
        unique("employee_id", where="to_date IS NULL"),
        index("unit_id"),
        check("ends_after_it_begins", "to_date IS NULL OR to_date > from_date"),
        check("fte_is_a_share", "fte > 0 AND fte <= 1.5"),
    )

    employee_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    position: Mapped[Position] = mapped_column(StrEnumText(Position))
    fte: Mapped[Decimal]
    from_date: Mapped[date]
    to_date: Mapped[date | None]

    employee: Mapped[Employee] = relationship(
        primaryjoin=lambda: foreign(Employment.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Employment.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class UnitFigures(TenantOwned):
    """An institution's children from `from_date` until the next: what keys divide money by."""

    __tablename__ = "unit_figures"
    belongs_to = {"unit_id": "units"}
    extras = (
        unique("unit_id", "from_date"),
        check("counts_are_not_negative", "children_0_2 >= 0 AND children_3_5 >= 0"),
        check("index_is_sane", "socio_index BETWEEN 0 AND 1000"),
    )

    unit_id: Mapped[UUID]
    from_date: Mapped[date]
    children_0_2: Mapped[int]
    children_3_5: Mapped[int]
    socio_index: Mapped[int] = mapped_column(default=100, server_default="100")
    """The socio-economic index in hundredths: 100 is the municipality's average."""

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(UnitFigures.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
