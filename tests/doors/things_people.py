"""Units, people, logins and what belongs to the municipality itself."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import ApiToken, Role, RoleAssignment, User
from tenant_app.audit.models import AuditEntry
from tenant_app.core.access import VendorActor, VendorPermission
from tenant_app.core.outbox import Outbox
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Position, UnitKind
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import SupportSession
from tests.town import Town

STAFF = VendorActor(
    name="Vendor Person",
    vendor_user_id=UUID(int=7),
    permissions=frozenset(VendorPermission),
)


class PeopleThings(Town):
    """Makes units, employees, users, roles, deputies, tokens, jobs and the trail."""

    _days: itertools.count[int]

    def make_unit(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return organisation.found_unit(
                ctx,
                number=self.word("units", "number"),
                name=self.word("units", "name"),
                kind=UnitKind.INSTITUTION,
                parent_id=self.units[self.area(where)],
                from_date=self.day(-20),
            ).id

    def name_of(self, where: str) -> str:
        with self.as_system() as ctx:
            return organisation.unit(ctx, self.units[where]).name

    def make_employee(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return organisation.hire(
                ctx,
                number=self.word("employees", "number"),
                name=self.word("employees", "name"),
                email=f"{self.word('employees', 'email').lower()}@example.dk",
                unit_id=self.units[where],
                position=Position.PEDAGOGUE,
                fte=Decimal(1),
                from_date=self.day(-300),
            ).id

    def make_left(self, where: str) -> UUID:
        """An employee who has left."""
        employee_id: UUID = self.make("employee", where)
        with self.as_system() as ctx:
            organisation.end_employment(ctx, employee_id, on=self.day(-10))
        return employee_id

    def new_email(self) -> str:
        return f"{self.word('users', 'email').lower()}@example.dk"

    def email_of(self, user_id: UUID) -> str:
        with self.as_system() as ctx:
            return ctx.session.get_one(User, user_id).email

    def number_of(self, employee_id: UUID) -> str:
        with self.as_system() as ctx:
            return organisation.employee(ctx, employee_id).number

    def make_user(self, where: str) -> UUID:
        email = self.new_email()
        with self.as_system() as ctx:
            accounts.invite(
                ctx,
                email=email,
                name=self.word("users", "name"),
                role=Role.EMPLOYEE,
                unit_id=self.units[where],
            )
            ctx.session.flush()
            return ctx.session.scalars(select(User.id).where(User.email == email)).one()

    def make_closed_user(self, where: str) -> UUID:
        user_id: UUID = self.make("user", where)
        with self.as_system() as ctx:
            accounts.close_user(ctx, user_id)
        return user_id

    def role_of(self, user_id: UUID) -> UUID | None:
        """The one role of a user; None when there is no such user here."""
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(RoleAssignment.id).where(RoleAssignment.user_id == user_id)
            ).one_or_none()

    def make_role(self, where: str) -> UUID:
        role_id = self.role_of(self.make("user", where))
        assert role_id is not None
        return role_id

    def make_delegation(self, where: str) -> UUID:
        """The institution's leader has a deputy."""
        deputy = self.make("user", where)
        with self.as_user(f"leader_{where}") as ctx:
            return accounts.delegate(
                ctx,
                deputy_id=deputy,
                from_date=self.day(1),
                to_date=self.day(9),
                reason=self.word("delegations", "reason"),
            ).id

    def make_token(self, where: str) -> UUID:
        """One of the institution leader's own."""
        name = self.word("api_tokens", "name")
        with self.as_user(f"leader_{where}") as ctx:
            accounts.make_token(ctx, name=name, days=30)
            ctx.session.flush()
            return ctx.session.scalars(select(ApiToken.id).where(ApiToken.name == name)).one()

    def make_saved_view(self, where: str) -> UUID:
        """One of the institution leader's own ways to see the employees."""
        with self.as_user(f"leader_{where}") as ctx:
            kept = accounts.save_view(
                ctx,
                view="employees",
                name=self.word("saved_views", "name"),
                query=f"{self.word('saved_views', 'query')}=1",
            )
            return kept.id

    def make_job(self, where: str) -> UUID:
        """A job that waits, asked for by the administrator."""
        with self.as_user("admin") as ctx:
            job_id = ctx.enqueue(
                "jobs.tenancy.measure", unique=self.word("outbox", "unique_key"), note="x"
            )
            assert job_id is not None
            return job_id

    def make_dead(self, where: str) -> UUID:
        """A job that was given up."""
        with self.as_system() as ctx:
            row = Outbox(
                job="jobs.tenancy.measure",
                args={},
                unique_key=self.word("outbox", "unique_key"),
                created_at=ctx.now,
                due_at=ctx.now,
                requested_by=None,
                tries=5,
                last_error=self.word("outbox", "last_error"),
                dead_at=ctx.now,
            )
            ctx.session.add(row)
            ctx.session.flush()
            return row.id

    def make_trail(self, where: str) -> UUID:
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(AuditEntry.id).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1)
            ).one()

    def make_support(self, where: str) -> UUID:
        reason = self.word("support_sessions", "reason")
        self.support_token(reason)
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(SupportSession.id).where(SupportSession.reason == reason)
            ).one()

    def support_token(self, reason: str) -> str:
        """Vendor staff may look inside for a while."""
        with self.db.vendor_unit_of_work(STAFF) as ctx:
            return tenancy.open_support(
                ctx, self.tenant_id, database=self.db, reason=reason, minutes=60
            )

    def day(self, days: int) -> date:
        raise NotImplementedError

    def word(self, table: str, column: str) -> str:
        raise NotImplementedError

    def area(self, where: str) -> str:
        raise NotImplementedError

    def make(self, key: str, where: str = "n1") -> Any:
        raise NotImplementedError

    def the(self, key: str, where: str = "n1") -> Any:
        raise NotImplementedError
