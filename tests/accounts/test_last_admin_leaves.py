"""The last administrator's employment does not end: nobody could let anybody in again."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, User
from tenant_app.accounts.rules import LastAdmin, LastAdminLeaves
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Position
from tests.organisation.conftest import everything


def bind(town, user="admin", employee="med_n1"):
    """The login belongs to the employee from now on."""
    with town.as_system() as ctx:
        ctx.session.execute(
            update(User)
            .where(User.id == town.users[user])
            .values(employee_id=town.employees[employee])
        )


def second_admin(town, employee="med_n2"):
    with town.as_system() as ctx:
        town._user(ctx, "admin2", Role.MUNICIPAL_ADMIN, "root", employee=employee)


def end(town, employee="med_n1", *, days=0, me="admin"):
    with town.as_user(me) as ctx:
        organisation.end_employment(
            ctx, town.employees[employee], on=ctx.today + timedelta(days=days)
        )


@pytest.mark.parametrize("days", [-10, 0, 1, 90])
def test_the_employment_of_the_last_administrator_does_not_end(town, days):
    bind(town)
    before = everything(town)

    with pytest.raises(LastAdminLeaves) as refusal:
        end(town, days=days)

    assert refusal.value.params["name"].startswith("admin ")
    assert "First give another user" in refusal.value.message
    assert everything(town) == before


def test_it_ends_once_another_user_is_administrator(town):
    bind(town)
    second_admin(town, employee=None)

    end(town)

    with town.as_system() as ctx:
        assert organisation.employment(ctx, town.employees["med_n1"]) is None


def test_a_second_administrator_who_leaves_later_is_no_help(town):
    bind(town)
    second_admin(town)
    end(town, "med_n2", days=30)
    before = everything(town)

    with pytest.raises(LastAdminLeaves):
        end(town, days=60)

    assert everything(town) == before


def test_nor_is_the_role_of_the_one_who_stays_taken_by_one_who_leaves(town):
    bind(town)
    second_admin(town)
    end(town, days=30, me="admin2")

    with pytest.raises(LastAdmin), town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["admin2"])

    with town.as_system() as ctx:
        assert ctx.session.scalar(select(User.is_active).where(User.id == town.users["admin2"]))


def test_nor_is_one_who_works_today_taken_when_all_leave_anyway(town):
    """Written by hand: both have a last day, one of them earlier than the other."""
    bind(town)
    second_admin(town)
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.employee_id.in_([town.employees[k] for k in ("med_n1", "med_n2")]))
            .values(to_date=ctx.today + timedelta(days=30))
        )
    end(town, "med_n2")

    with pytest.raises(LastAdminLeaves):
        end(town, "med_n1")


def test_a_closed_administrator_is_no_help(town):
    bind(town)
    second_admin(town, employee=None)
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["admin2"])

    with pytest.raises(LastAdminLeaves):
        end(town)


def test_the_last_administrator_can_change_unit_position_and_share(town):
    bind(town)

    with town.as_user("admin") as ctx:
        organisation.change_employment(
            ctx,
            town.employees["med_n1"],
            on=ctx.today + timedelta(days=5),
            unit_id=town.units["n2"],
            position=Position.PEDAGOGUE,
            fte=Decimal("0.5"),
        )

    with town.as_system() as ctx:
        assert organisation.employment(ctx, town.employees["med_n1"]) is not None


def test_a_merge_takes_the_last_administrator_along(town):
    bind(town)

    with town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["n2"], on=ctx.today)

    with town.as_user("admin") as ctx:
        kept = organisation.employment(ctx, town.employees["med_n1"])
        assert kept is not None
        assert kept.unit_id == town.units["n2"]


def test_others_leave_as_ever(town):
    bind(town)

    end(town, "ped_n1_2")

    with town.as_system() as ctx:
        assert organisation.employment(ctx, town.employees["ped_n1_2"]) is None


@pytest.mark.parametrize("module", ["tenant_app.cli", "config.wsgi", "jobs.everything"])
def test_the_check_stands_in_every_process_that_writes_employments(module):
    """It registers itself: a process that never imported it would let the last one leave."""
    asked = (
        f"import {module}; from tenant_app.organisation.service import leaving; "
        "raise SystemExit(0 if leaving.BEFORE_LEAVING else 7)"
    )
    done = subprocess.run([sys.executable, "-c", asked], check=False)
    assert done.returncode == 0
