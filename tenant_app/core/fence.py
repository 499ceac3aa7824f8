"""The tenant fence: the only code that names the tenant to PostgreSQL.

`SET LOCAL` with a literal, in `after_begin`, so that every transaction has it and none keeps it.
`set_config()` and session-level SET leaked or went stale in trials (trust.md, rules 1-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Delete,
    Select,
    Update,
    and_,
    bindparam,
    event,
)
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    SessionTransaction,
    with_loader_criteria,
)
from sqlalchemy.util import immutabledict

from tenant_app.core.db import TENANT_SETTING, TenantOwned

_SAYS_WHOSE = "says whose"


class TenantSession(Session):
    """A session that belongs to one tenant for life.

    The identity map would otherwise hand out another tenant's object without any SQL.
    """

    def __init__(self, *args: Any, tenant_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tenant_id = tenant_id
        self.only_own_rows: LoaderCriteriaOption | None = None
        """What `_only_own_rows` adds to a statement: the same for every one of the session's."""

    @property
    def tenant_id(self) -> int | None:
        return self._tenant_id

    @tenant_id.setter
    def tenant_id(self, _: object) -> NoReturn:
        raise RuntimeError("A session keeps its tenant. Open a new unit of work.")


@event.listens_for(TenantSession, "after_begin")
def _raise_fence(
    session: TenantSession, transaction: SessionTransaction, connection: Connection
) -> None:
    if transaction.nested:
        return
    connection.info["tenant_id"] = session.tenant_id
    if session.tenant_id is not None:
        connection.exec_driver_sql(f"SET LOCAL {TENANT_SETTING} = '{int(session.tenant_id)}'")


@event.listens_for(TenantSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    """The second wall: every ORM statement also says whose rows it means."""
    if state.is_column_load or state.is_relationship_load or state.is_insert:
        return
    if _SAYS_WHOSE in state.execution_options:
        return
    session = cast(TenantSession, state.session)
    tenant_id = session.tenant_id
    if tenant_id is None:
        return  # vendor sessions: row-level security decides
    if session.only_own_rows is None:
        session.only_own_rows = with_loader_criteria(
            TenantOwned,
            lambda cls: cls.tenant_id == tenant_id,
            include_aliases=True,
            track_closure_variables=True,
        )
    state.statement = state.statement.options(session.only_own_rows)


SAYS_WHOSE: Mapping[str, Any] = immutabledict({_SAYS_WHOSE: True})
"""With these options `Context.load` runs what `only_own` has fenced already."""
OWNER = bindparam("owner", type_=BigInteger())
"""Whose rows a statement built once means; said by `Context.execute` at each running."""
Fenced = TypeVar("Fenced", bound=Select[*tuple[Any, ...]] | Update | Delete)


def own(*models: Any) -> ColumnElement[bool]:
    """The condition of `only_own` alone, for a join or a part of such a statement."""
    return and_(*(model.tenant_id == OWNER for model in models))


def only_own(statement: Fenced, *models: Any) -> Fenced:
    """The second wall, for each of the models or their aliases, of statements built once, and of
    the SELECT inside an INSERT … SELECT, which the criterion above does not reach.

    `Context.execute` runs them, and `Context.load` those that read mapped objects."""
    return cast(Fenced, statement.where(own(*models)))


def only_own_rows(statement: Fenced) -> Fenced:
    """The same for a statement of another room, whatever it reads from."""
    tables = statement.get_final_froms() if isinstance(statement, Select) else ()
    return cast(Fenced, statement.where(*(table.c.tenant_id == OWNER for table in tables)))
