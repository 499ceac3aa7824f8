"""A small municipality of its own for each test: real commits, real fences, no cleaning up.

Two areas (north, south) with two institutions each, staff and logins in every role. The rows are
written bare, so that a test of one room does not lean on the verbs of another.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import system
from tenant_app.core.clock import danish_date
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.uow import Database
from tenant_app.organisation.models import (
    Employee,
    Employment,
    Position,
    Unit,
    UnitKind,
    UnitPlacement,
)
from tenant_app.tenancy.models import Tenant, TenantSettings, TenantState

_COUNT = itertools.count(1)
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""Now, in tests that need a fixed day: Monday 2 March 2026, noon in Denmark."""
START = date(2020, 1, 1)

APPROVAL_RULES = [
    {"when": {"ects_over": 0}, "levels": ["institution", "area", "central"]},
    {"when": {}, "levels": ["institution", "area"]},
]
COVER_RULES = {"rate": 20000, "share_taught": {"diploma_module": 30, "default": 100}}


class Town:
    """Names of everything in it: `town.units["north"]`, `town.users["leader_n1"]`."""

    def __init__(self, db: Database, *, areas: bool = True, now: datetime = NOON) -> None:
        number = next(_COUNT)
        self.db = db
        self.now = now
        # No letters that a test might search for, such as the "n1" in "town1".
        self.slug = f"by{os.getpid()}x{number}"
        self.code = f"{os.getpid()}-{number}"
        self.units: dict[str, UUID] = {}
        self.employees: dict[str, UUID] = {}
        self.users: dict[str, UUID] = {}
        self._paths: dict[str, str] = {}
        self._below: list[UnitPlacement | Employment | RoleAssignment] = []
        """Rows that point at others, which must stand in the database before them."""
        self._is_founded = False
        with db.app.connect() as connection:
            self.tenant_id = int(connection.scalar(text("SELECT nextval('tenants_id_seq')")) or 0)
        with db.unit_of_work(self.tenant_id, system("test"), now=now) as ctx:
            self._build(ctx, areas)

    def _build(self, ctx: Context, areas: bool) -> None:
        ctx.session.add(
            Tenant(
                id=self.tenant_id,
                slug=self.slug,
                code=self.code,
                name=f"By {self.slug}",
                profile="ects_central",
                state=TenantState.ACTIVE,
                created_at=ctx.now,
            )
        )
        ctx.session.flush()  # the fence's foreign keys point at this row
        ctx.session.add(
            TenantSettings(
                approval_rules=APPROVAL_RULES,
                cover_rules=COVER_RULES,
                limits={},
                locale="da",
                changed_at=ctx.now,
            )
        )
        self._unit(ctx, "root", UnitKind.MUNICIPALITY, None)
        if areas:
            for area in ("north", "south"):
                self._unit(ctx, area, UnitKind.AREA, "root")
        for name in ("n1", "n2", "s1", "s2"):
            parent = {"n": "north", "s": "south"}[name[0]] if areas else "root"
            self._unit(ctx, name, UnitKind.INSTITUTION, parent)
            self._employee(ctx, f"leder_{name}", name, Position.LEADER)
            for i in (1, 2, 3):
                self._employee(ctx, f"ped_{name}_{i}", name, Position.PEDAGOGUE)
            self._employee(ctx, f"med_{name}", name, Position.ASSISTANT)
        self._write(ctx)
        self._user(ctx, "admin", Role.MUNICIPAL_ADMIN, "root")
        self._user(ctx, "consultant", Role.CONSULTANT, "root")
        self._user(ctx, "auditor", Role.AUDITOR, "root")
        if areas:
            self._user(ctx, "area_north", Role.AREA_LEADER, "north")
            self._user(ctx, "area_south", Role.AREA_LEADER, "south")
        else:
            self._user(ctx, "area_root", Role.AREA_LEADER, "root")
        for name in ("n1", "n2", "s1", "s2"):
            self._user(
                ctx, f"leader_{name}", Role.INSTITUTION_LEADER, name, employee=f"leder_{name}"
            )
            self._user(ctx, f"ped_{name}", Role.EMPLOYEE, name, employee=f"ped_{name}_1")
        self._write(ctx)
        self._is_founded = True

    def _add(
        self,
        ctx: Context,
        row: Unit | Employee | User,
        below: UnitPlacement | Employment | RoleAssignment,
    ) -> None:
        ctx.session.add(row)
        self._below.append(below)
        if self._is_founded:
            self._write(ctx)

    def _write(self, ctx: Context) -> None:
        """All rows in a few statements: those that others point at, and then the others."""
        ctx.session.flush()
        ctx.session.add_all(self._below)
        self._below.clear()
        ctx.session.flush()

    def _unit(self, ctx: Context, name: str, kind: UnitKind, parent: str | None) -> None:
        seq = len(self.units) + 1
        unit = Unit(id=uuid7(), number=f"U{seq}", seq=seq, name=f"{name} {self.slug}", kind=kind)
        self.units[name] = unit.id
        self._paths[name] = (self._paths[parent] if parent else "") + f"{seq}."
        self._add(
            ctx,
            unit,
            UnitPlacement(
                unit_id=unit.id,
                parent_id=self.units[parent] if parent else None,
                path=self._paths[name],
                from_date=START,
                to_date=None,
            ),
        )

    def _employee(self, ctx: Context, name: str, unit: str, position: Position) -> None:
        employee = Employee(id=uuid7(), number=f"E-{name}", name=f"{name} {self.slug}", email=None)
        self.employees[name] = employee.id
        self._add(
            ctx,
            employee,
            Employment(
                employee_id=employee.id,
                unit_id=self.units[unit],
                position=position,
                fte=Decimal("1"),
                from_date=START,
                to_date=None,
            ),
        )

    def _user(
        self, ctx: Context, name: str, role: Role, unit: str, *, employee: str | None = None
    ) -> None:
        user = User(
            id=uuid7(),
            email=f"{name}@{self.slug}.dk",
            name=f"{name} {self.slug}",
            employee_id=self.employees[employee] if employee else None,
            password_hash=None,
        )
        self.users[name] = user.id
        self._add(
            ctx,
            user,
            RoleAssignment(
                user_id=user.id,
                role=role,
                unit_id=self.units[unit],
                from_date=START,
                to_date=None,
            ),
        )

    @property
    def today(self) -> date:
        """The Danish day, which is another than UTC's for an hour or two each night."""
        return danish_date(self.now)

    @contextmanager
    def as_user(self, name: str, *, now: datetime | None = None) -> Iterator[Context]:
        """A unit of work as one of the town's users; commits at the end."""
        user_id = self.users[name]
        with self.db.unit_of_work(
            self.tenant_id, lambda ctx: accounts.actor_of(ctx, user_id), now=now or self.now
        ) as ctx:
            yield ctx

    @contextmanager
    def as_system(self, *, now: datetime | None = None) -> Iterator[Context]:
        """A unit of work as a named system actor; commits at the end."""
        with self.db.unit_of_work(self.tenant_id, system("test"), now=now or self.now) as ctx:
            yield ctx
