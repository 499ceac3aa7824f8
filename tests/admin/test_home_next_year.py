"""A leader's home names the year its money is of, and says what next year holds already."""

import pytest

from tenant_app.accounts.models import Role, RoleAssignment
from tenant_app.budgets import service as budgets
from tenant_app.core.money import kroner
from tests.admin.test_homes import MOST, look, school, section, start, town
from tests.town import START

__all__ = ["look", "school", "start", "town"]


@pytest.fixture
def next_year(town, school):
    """Adopted and open: 6.000 kr for each institution's share of four."""
    year = town.now.year + 1
    with town.as_user("admin") as ctx:
        made = budgets.create_year(ctx, year=year, frame=kroner(40_000), central_bp=4000)
        budgets.adopt(ctx, made.id)
        budgets.open_year(ctx, made.id)
    return year


def test_next_years_money_is_said_in_one_line(town, look, next_year):
    shown = section(look("leader_n1")[0], "institution").replace("\xa0", " ")

    assert f"Budget {town.now.year}" in shown
    assert f"I {next_year}: 6.000,00 kr til rådighed af 6.000,00 kr" in shown


def test_without_a_next_year_nothing_is_said_of_it(town, look, school):
    shown = section(look("leader_n1")[0], "institution")

    assert f"I {town.now.year + 1}:" not in shown


def test_an_area_leader_who_leads_an_institution_too_stays_within_the_statements(
    town, look, next_year
):
    with town.as_system() as ctx:
        ctx.session.add(
            RoleAssignment(
                user_id=town.users["leader_n1"],
                role=Role.AREA_LEADER,
                unit_id=town.units["north"],
                from_date=START,
                to_date=None,
            )
        )

    assert len(look("leader_n1")[1]) <= MOST
