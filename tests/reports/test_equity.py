"""Money per FTE of the institutions flagged weak, beside the middle of all."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import update

from tenant_app.core.money import Money
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation.models import Unit
from tenant_app.reports import service as reports
from tenant_app.reports.rules import PerFte, equity
from tests.enrolments.conftest import School


def row(name: str, used: int, fte: str, *, weak: bool = False, relieved: int = 0) -> PerFte:
    return PerFte(uuid4(), name, weak, Decimal(fte), Money(used), Money(relieved))


@pytest.mark.parametrize(
    ("amounts", "median"),
    [([100], 100), ([100, 200], 150), ([100, 201], 151), ([300, 100, 200], 200), ([], None)],
)
def test_the_median_is_the_middle_or_the_mean_of_the_two_in_the_middle(amounts, median):
    found = equity([row(str(n), amount, "1") for n, amount in enumerate(amounts)])
    assert found.median == median


def test_weak_institutions_come_least_first_and_those_without_staff_not_at_all():
    found = equity(
        [
            row("a", 9_000, "3", weak=True, relieved=6_000),
            row("b", 5_000, "2.5", weak=True),
            row("c", 100_000, "10"),
            row("d", 500, "0", weak=True),
        ]
    )
    assert [(each.name, each.per_fte) for each in found.weak] == [("b", 2_000), ("a", 3_000)]
    assert (found.median, found.institutions) == (3_000, 3)
    assert [each.relieved_percent for each in found.weak] == [0, 66]


def test_it_is_counted_for_whoever_pays_and_shown_to_those_who_follow_the_whole(town):
    school = School(town)
    with town.as_system() as ctx:
        assert reports.equity(ctx, year=2026) is None  # nobody is weak
        ctx.session.execute(
            update(Unit).where(Unit.id == town.units["n1"]).values(weak_economy=True)
        )
    session_id = school.session()  # 12,000 kr centrally, 17,800 kr of cover half and half
    approved(town, session_id, "ped_n1_1")
    with town.as_user("admin") as ctx:
        found = reports.equity(ctx, year=2026)
    [weak] = found.weak
    assert (weak.used, weak.relieved) == (2_980_000, 2_090_000)
    assert (weak.fte, weak.per_fte) == (5, 596_000)
    assert (found.median, found.institutions) == (0, 4)
    with town.as_user("leader_n1") as ctx:
        assert reports.equity(ctx, year=2026) is None


def approved(town, session_id, person):
    with town.as_user("leader_n1") as ctx:
        [made] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees[person]]
        )
        key = made.id
    for who in ("area_north", "admin"):
        with town.as_user(who) as ctx:
            enrolments.approve(ctx, key)
