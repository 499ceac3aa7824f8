"""A year with requests in it, in a municipality where houses pay for themselves."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind, ProviderKind
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.scenarios import service as scenarios
from tenant_app.tenancy import profiles
from tests.town import Town

OWN = {"scenarios", "scenario_rows", "outbox", "job_progress"}
"""What the job may touch: its own tables, and those that say how far it is."""


class Lab:
    """`ask` sends a request as a leader; `run` makes a scenario and computes it."""

    def __init__(self, town: Town, *, frame: int = 400_000) -> None:
        self.town = town
        with town.as_user("admin") as ctx:
            budgets.set_rules(
                ctx, profiles.load("decentral").funding_rules, valid_from=date(2026, 1, 1)
            )
            year = budgets.create_year(
                ctx,
                year=2026,
                frame=kroner(frame),
                central_bp=2000,
                allocation=[{"key": "equal", "weight": 100}],
                policy=Policy.STOP,
            )
            budgets.adopt(ctx, year.id)
            budgets.open_year(ctx, year.id)
            self.year_id = year.id
            provider = catalogue.create_provider(
                ctx, name="KP", kind=ProviderKind.UNIVERSITY_COLLEGE
            )
            self.sessions = {
                "module": self._session(ctx, provider.id, "M1", CourseForm.DIPLOMA_MODULE, 10),
                "day": self._session(ctx, provider.id, "D1", CourseForm.THEME_DAY, 0),
            }

    @staticmethod
    def _session(ctx, provider_id, code, form, ects):
        course = catalogue.create_course(
            ctx,
            code=code,
            title=f"Forløb {code}",
            provider_id=provider_id,
            form=form,
            ects=Decimal(ects),
            hours=Decimal(100 if ects else 7),
            cover_hours=Decimal(50 if ects else 7),
            price_kind=PriceKind.PER_PERSON,
            price=kroner(12_000 if ects else 2_000),
            materials=kroner(501),
        )
        return catalogue.create_session(
            ctx,
            course_id=course.id,
            starts_on=date(2026, 5, 4),
            ends_on=date(2026, 5, 8),
            deadline=date(2026, 4, 1),
            seats=50,
            place="Byen",
        ).id

    def ask(self, who: str, what: str):
        """`ped_n1_2` asks through the leader of n1; the enrolment's id."""
        house = who.split("_")[1]
        with self.town.as_user(f"leader_{house}") as ctx:
            [made] = enrolments.request(
                ctx,
                session_id=self.sessions[what],
                employee_ids=[self.town.employees[who]],
                motivation="Fordi",
            )
            return made.id

    def make(self, **facts):
        facts = {"name": "Prøve", "year": 2026, "profile": "ects_central"} | facts
        with self.town.as_user("admin") as ctx:
            return scenarios.make(ctx, **facts).id

    def run(self, **facts):
        made = self.make(**facts)
        with self.town.as_system() as ctx:
            scenarios.compute(ctx, made)
        return made

    def seen(self, scenario_id):
        """(the scenario, unit's name in the town or "root" → its row)."""
        names = {unit_id: name for name, unit_id in self.town.units.items()}
        with self.town.as_user("admin") as ctx:
            found = scenarios.scenario(ctx, scenario_id)
            rows = {names[row.unit_id]: row for row in scenarios.result(ctx, scenario_id)}
            ctx.session.expunge_all()
        return found, rows

    def digest(self) -> dict[str, str]:
        """Table → what stands in it of this municipality, byte by byte."""
        with self.town.as_system() as ctx:
            tables = ctx.session.scalars(
                text(
                    "SELECT table_name FROM information_schema.columns WHERE table_schema = "
                    "'public' AND column_name = 'tenant_id' ORDER BY 1"
                )
            ).all()
            assert len(tables) > 50
            found = {}
            for table in set(tables) - OWN:
                rows = ctx.session.scalars(
                    text(f"SELECT t::text FROM {table} t WHERE tenant_id = :me ORDER BY t::text"),
                    {"me": self.town.tenant_id},
                ).all()
                found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found


@pytest.fixture
def lab(town) -> Lab:
    return Lab(town)
