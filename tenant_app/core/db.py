"""Base classes of the tables. PostgreSQL is the only dialect.

Database key `(tenant_id, id)`, ORM identity `id`; foreign keys are composite, since foreign-key
checks ignore row-level security and a single-column key can point into another tenant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
    collate,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from tenant_app.core.money import Money

TENANT_SETTING = "app.tenant_id"
CURRENT_TENANT = f"(NULLIF(current_setting('{TENANT_SETTING}'::text, true), ''::text))::bigint"
"""After its first use in a session an unset setting is '' and not NULL. Spelled as PostgreSQL
prints it, so that models and database can be compared."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class StrEnumText(TypeDecorator[StrEnum]):
    """A StrEnum kept as text: adding a value needs no ALTER TYPE."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: Any, dialect: Any) -> StrEnum | None:
        return None if value is None else self.enum(value)


def uuid7() -> UUID:
    """Time-ordered, so that new rows land at the end of the index."""
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        Money: BigInteger,
        int: BigInteger,
        str: Text,
        bool: Boolean,
        UUID: Uuid,
        date: Date,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(10, 4),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def _tenant_of_connection(context: DefaultExecutionContext) -> int | None:
    """The tenant whose fence is raised on this very connection; none gives NULL, refused."""
    return context.root_connection.info.get("tenant_id")


class TenantOwned(Base):
    """A row inside a tenant's fence. Subclasses name the tables they point at in `belongs_to`."""

    __abstract__ = True
    __mapper_args__ = {"primary_key": ["id"]}

    belongs_to: ClassVar[dict[str, str]] = {}
    """column → table; becomes a composite foreign key."""
    extras: ClassVar[Sequence[Any]] = ()
    """Further constraints and indexes, made with the helpers below."""

    # A Python-side default, or 2,000 inserts are 2,000 statements; a server default for raw SQL.
    tenant_id: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        default=_tenant_of_connection,
        server_default=text(CURRENT_TENANT),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        keys = [
            ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                ondelete="RESTRICT",
            )
            for column, table in cls.belongs_to.items()
        ]
        owner = ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="RESTRICT")
        return (*keys, owner, *(extra() for extra in cls.extras))


def unique(*columns: str, where: str | None = None) -> Any:
    """No two rows of one tenant share these columns. Always led by the tenant: uniqueness
    ignores row-level security, and would otherwise tell what another tenant has."""

    def make() -> Any:
        if where is None:
            return UniqueConstraint("tenant_id", *columns)
        return Index(None, "tenant_id", *columns, unique=True, postgresql_where=text(where))

    return make


def index(
    *columns: str, where: str | None = None, name: str | None = None, include: Sequence[str] = ()
) -> Any:
    """An index led by the tenant. `name` where the made one would pass 63 characters; `include`
    are columns carried along, so that rows need not be fetched for them."""

    def make() -> Any:
        options: dict[str, Any] = {} if where is None else {"postgresql_where": text(where)}
        if include:
            options["postgresql_include"] = list(include)
        return Index(name, "tenant_id", *columns, **options)

    return make


def check(name: str, condition: str) -> Any:
    """A fact that the database itself upholds."""
    return lambda: CheckConstraint(condition, name=name)


def danish(column: Any) -> ColumnElement[str]:
    """What to order names by: the Danish alphabet of `core.danish`, whatever the server's own."""
    return func.danish_sort(collate(column, "C"), type_=Text())


def danish_index(name: str, column: str) -> Any:
    """An index that gives one tenant's rows by name, without sorting them. `name` is its own."""
    key = text(f'danish_sort({column} COLLATE "C")')  # as PostgreSQL prints it
    return lambda: Index(name, "tenant_id", key, "id")
