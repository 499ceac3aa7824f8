"""What every service receives first: a session behind the fence, who acts, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import CursorResult, Executable, Result, Select, insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from tenant_app.core.access import Actor, Permission, VendorActor, VendorPermission
from tenant_app.core.clock import danish_date
from tenant_app.core.db import TenantOwned, uuid7
from tenant_app.core.errors import N_, Forbidden
from tenant_app.core.fence import SAYS_WHOSE, TenantSession
from tenant_app.core.outbox import Outbox

Columns = TypeVarTuple("Columns")


@dataclass
class Context:
    """One unit of work inside one tenant."""

    session: TenantSession
    tenant_id: int
    actor: Actor
    now: datetime
    report_progress: Callable[[int, int, str], None] = lambda done, total, note: None
    """Tell those who wait how far a job has come: (done, total, note). Never part of the result."""
    memo: dict[Any, Any] = field(default_factory=dict)
    """Answers that hold for this unit of work, such as the path of a unit today."""
    rings: list[UUID] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The date in Denmark."""
        return danish_date(self.now)

    def require(self, permission: Permission, *, at: str | None = None) -> None:
        """Go on only if the actor has the permission (at the unit with path `at`). Else 403."""
        if not self.actor.may(permission, at=at):
            raise Forbidden()

    def enqueue(
        self, job: str, *, unique: str | None = None, due: datetime | None = None, **args: Any
    ) -> UUID | None:
        """Leave a job to run after commit. With `unique`, one undone job of that name and key.

        Returns its id, or None when such a job already waits.
        """
        if due is None:
            due = self.now
        row = {"id": uuid7(), "job": job, "args": args, "unique_key": unique, "due_at": due}
        row |= {"created_at": self.now, "requested_by": self.actor.user_id}
        made = self.session.execute(
            insert_or_skip(Outbox, row, skip=unique is not None)
        ).scalar_one_or_none()
        if made is not None:
            self.rings.append(made)
        return made

    def insert_many(self, model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
        """Add many rows in a few statements."""
        if rows:
            self.session.execute(insert(model), list(rows))

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement built once with `core.fence.only_own`, on this tenant's rows.

        Past the ORM, whose work on each running cost more than the statement.
        """
        whose = {"owner": self.tenant_id}
        if isinstance(values, Mapping):
            return self.session.connection().execute(statement, {**values, **whose})
        return self.session.connection().execute(statement, [{**row, **whose} for row in values])

    def read(self, statement: Select[*Columns], values: Mapping[str, Any]) -> Result[*Columns]:
        """The same for columns that must show what the session has not written yet."""
        self.session.flush()
        return self.session.connection().execute(statement, {**values, "owner": self.tenant_id})

    def load(self, statement: Select[*Columns], values: Mapping[str, Any]) -> Result[*Columns]:
        """The same for mapped objects, by joins written out and each of them fenced: the
        criterion that the session adds to others costs as much again as the reading."""
        said = {**values, "owner": self.tenant_id}
        return self.session.execute(statement, said, execution_options=SAYS_WHOSE)


def insert_or_skip(model: type[TenantOwned], row: dict[str, Any], *, skip: bool) -> Any:
    """An INSERT that returns the id, or nothing where a unique constraint already holds."""
    statement = pg_insert(model).values(**row)
    if skip:
        statement = statement.on_conflict_do_nothing()
    return statement.returning(model.id)


@dataclass
class VendorContext:
    """One unit of work of vendor staff. Another type, so that no tenant service accepts it."""

    session: Session
    actor: VendorActor
    now: datetime

    def require(self, permission: VendorPermission) -> None:
        """Go on only if the staff member has the permission. Else 403."""
        if permission not in self.actor.permissions:
            raise Forbidden(N_("Your role at the vendor does not allow this."))
