"""A municipality with something of everything, every free text of it marked as its own.

`the(key, where)` is looked at and never changed; `make(key, where)` is new each time. `where` is
an institution: n1 lies in the north, s1 in the south, so that one is the other's foreign branch.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Text, literal, text, update

from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.core import clock
from tenant_app.core.db import StrEnumText, TenantOwned
from tenant_app.core.uow import Database
from tests.doors.things_anchoring import AnchoringThings
from tests.doors.things_cooperation import CooperationThings
from tests.doors.things_dialogue import DialogueThings
from tests.doors.things_forums import ForumThings
from tests.doors.things_funds import FundThings
from tests.doors.things_goals import GoalThings
from tests.doors.things_initiatives import InitiativeThings
from tests.doors.things_invoices import InvoiceThings
from tests.doors.things_learning import LearningThings
from tests.doors.things_money import MoneyThings
from tests.doors.things_needs import NeedThings
from tests.doors.things_people import PeopleThings
from tests.doors.things_resource import ResourceThings
from tests.doors.things_rounds import RoundThings
from tests.doors.things_scenarios import ScenarioThings
from tests.doors.things_supervision import SupervisionThings
from tests.doors.things_talks import TalkThings
from tests.doors.things_years import YearThings
from tests.town import Town

AREAS = {"n1": "north", "s1": "south"}
BRANCHES = tuple(AREAS)
NOT_FREE = {
    "unit_placements.path",
    "users.password_hash",
    "users.locale",
    "tenant_settings.locale",
    "invitations.token_hash",
    "user_sessions.token_hash",
    "api_tokens.token_hash",
    "support_sessions.token_hash",
    "idempotency_keys.request_hash",
    "import_runs.file_hash",
    "outbox.job",
    "employees.sought",
    "saved_views.view",
    "person_caps.payer",
    "person_caps.rule_name",
    "dialogue_sessions.join_code",
    "shared_need_clusters.rule_version",
    *("orders.requisition", "orders.supplier_cvr", "orders.gln"),
    *("invoices.supplier_cvr", "invoices.gln", "account_strings.gln"),
    "invoices.number_key",
    "scenario_rows.name",
    "budget_alarms.part",
    "scenarios.rules_name",
    *("pools.code", "account_strings.pool_code"),
    "state_grants.code",
    "fund_schemes.code",
}
"""Texts that nobody types freely: hashes, paths, names of jobs, lists and languages, and numbers
with check digits."""
APPEND_ONLY = {
    *("audit_entries", "ledger_entries", "goal_versions", "form_choices", "limit_overrides"),
    *("sharings", "observations"),
    "person_overrides",
    *("dialogue_session_cards", "dialogue_agreements"),
    "meeting_packs",
    *("budget_revisions", "budget_revision_lines"),
    "invoice_postings",
}


def tenant_models() -> list[type[TenantOwned]]:
    """Every table behind the fence."""
    return sorted(TenantOwned.__subclasses__(), key=lambda model: str(model.__tablename__))


def free_texts(model: type[TenantOwned]) -> list[str]:
    """The columns of a table that hold what people typed."""
    return [
        column.name
        for column in model.__table__.columns
        if isinstance(column.type, Text)
        and not isinstance(column.type, StrEnumText)
        and f"{model.__tablename__}.{column.name}" not in NOT_FREE
    ]


class Place(
    PeopleThings,
    YearThings,
    MoneyThings,
    AnchoringThings,
    DialogueThings,
    SupervisionThings,
    TalkThings,
    ForumThings,
    CooperationThings,
    ResourceThings,
    ScenarioThings,
    InitiativeThings,
    InvoiceThings,
    RoundThings,
    FundThings,
    NeedThings,
    LearningThings,
    GoalThings,
    Town,
):
    """One municipality, marked `T8`, with users in every role and one without any."""

    def __init__(self, db: Database, mark: str) -> None:
        self.mark = mark
        self.made = 0
        """How many things were made here: more ids are known since."""
        self.app: Flask | None = None
        self._words = itertools.count(1)
        self._days = itertools.count(0)
        self._years = itertools.count(2040)
        self._known: dict[tuple[str, str], Any] = {}
        self._sums: tuple[str, dict[str, tuple[int, int]]] | None = None
        super().__init__(db, now=clock.now())
        self._extra_users()
        self._mark_texts()
        self.open_money()
        for name in BRANCHES:
            self._known["unit", name] = self.units[name]
            self._known["area", name] = self.units[AREAS[name]]
            self._known["other_area", name] = self.units["south" if name == "n1" else "north"]
            self._known["employee", name] = self.employees[f"ped_{name}_2"]

    @property
    def today(self) -> date:
        """The real date in Denmark: the doors ask the real clock."""
        return clock.danish_date(self.now)

    def day(self, days: int) -> date:
        """So many days from today."""
        return self.today + timedelta(days=days)

    def word(self, table: str, column: str) -> str:
        """A text that is found again wherever it leaks to."""
        return f"{self.mark}-{table}-{column}-{next(self._words):05x}"

    def area(self, where: str) -> str:
        """The area of the institution."""
        return AREAS[where]

    def make(self, key: str, where: str = "n1") -> Any:
        """A new one, for a test to change. Returns its id."""
        self.made += 1
        return getattr(self, f"make_{key}")(where)

    def the(self, key: str, where: str = "n1") -> Any:
        """The one that stays as it is. Returns its id."""
        if (key, where) not in self._known:
            self._known[key, where] = self.make(key, where)
        return self._known[key, where]

    def fill(self, keys: set[str]) -> None:
        """Have one of each in both branches."""
        for key in sorted(keys):
            for where in BRANCHES:
                self.the(key, where)
        self.report()

    def _extra_users(self) -> None:
        """Two whose roles reach only the south, a colleague, and one without any role."""
        with self.as_system() as ctx:
            self._user(ctx, "consultant_south", Role.CONSULTANT, "south")
            self._user(ctx, "auditor_south", Role.AUDITOR, "south")
            for name in BRANCHES:
                self._user(ctx, f"union_{name}", Role.UNION_REPRESENTATIVE, name)
            # No verb gives this role below the top; were it there, it must not reach beyond.
            self._user(ctx, "admin_south", Role.MUNICIPAL_ADMIN, "south")
            self._user(ctx, "colleague_n1", Role.EMPLOYEE, "n1", employee="ped_n1_3")
            self._user(ctx, "bare", Role.EMPLOYEE, "n1")
            ctx.session.flush()
            ctx.session.execute(
                update(RoleAssignment)
                .where(RoleAssignment.user_id == self.users["bare"])
                .values(to_date=RoleAssignment.from_date)
            )

    def _mark_texts(self) -> None:
        """The town's bare rows get marks like all that comes after."""
        for model in tenant_models():
            for column in free_texts(model):
                if model.__tablename__ not in APPEND_ONLY:
                    self._mark_column(model, column)

    def _mark_column(self, model: type[TenantOwned], name: str) -> None:
        column = model.__table__.columns[name]
        start = f"{self.mark}-{model.__tablename__}-{name}-"
        tail = text("right(replace(id::text, '-', ''), 12)")
        marked = literal(start).op("||")(tail)
        if name == "email":
            marked = literal(start.lower()).op("||")(tail).op("||")(literal("@example.dk"))
        with self.as_system() as ctx:
            ctx.session.execute(
                update(model)
                .where(column.is_not(None) if not column.nullable else literal(True))
                .values({name: marked})
                .execution_options(synchronize_session=False)
            )

    def sums(self) -> dict[str, tuple[int, int]]:
        """Rows and a checksum of each table of the municipality.

        They are not read again while PostgreSQL's own snapshot is the one of the last reading:
        whatever writes or locks a row, from wherever, takes a number that moves it on.
        """
        with self.db.app.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_current_snapshot()::text"))
        if self._sums is None or self._sums[0] != snapshot:
            self._sums = (snapshot, self._read_sums())
        return self._sums[1]

    def _read_sums(self) -> dict[str, tuple[int, int]]:
        parts = [
            f"SELECT '{model.__tablename__}', count(*), "
            "coalesce(sum(hashtextextended(t::text, 0)), 0) "
            f"FROM {model.__tablename__} t WHERE tenant_id = {self.tenant_id}"
            for model in tenant_models()
        ]
        parts.append(
            "SELECT 'tenants', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) "
            f"FROM tenants t WHERE id = {self.tenant_id}"
        )
        with self.as_system() as ctx:
            rows = ctx.session.execute(text(" UNION ALL ".join(parts)))
            return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    def ids(self) -> set[str]:
        """The id of every row."""
        parts = [
            f"SELECT id::text FROM {model.__tablename__} WHERE tenant_id = {self.tenant_id}"
            for model in tenant_models()
        ]
        with self.as_system() as ctx:
            return {row[0] for row in ctx.session.execute(text(" UNION ALL ".join(parts)))}


__all__ = ["BRANCHES", "NOT_FREE", "Place", "free_texts", "tenant_models"]
