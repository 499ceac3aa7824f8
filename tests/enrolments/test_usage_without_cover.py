"""Usage with and without what pays cover, read from one run."""

from __future__ import annotations

from datetime import timedelta

from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.reports import exporting
from tenant_app.reports import service as reports
from tests.enrolments.conftest import School

FEE, COVER = kroner(12_000), kroner(17_800)


def total_of(town, *, now, as_of=None):
    with town.as_system(now=now) as ctx:
        reports.compute_usage(ctx, year=2026, as_of=as_of)
        report = reports.usage(ctx, year=2026, as_of=as_of)
        return report, report.units[0].total


def test_cover_is_told_apart_as_of_any_day(town, school: School):
    with town.as_user("leader_n1") as ctx:
        [made] = enrolments.request(
            ctx, session_id=school.session(), employee_ids=[town.employees["ped_n1_1"]]
        )
        key = made.id
    later = town.now + timedelta(days=3)
    with town.as_user("admin", now=later) as ctx:
        while enrolments.one(ctx, key).enrolment.state is not EnrolmentState.CONFIRMED:
            enrolments.approve(ctx, key)
    report, total = total_of(town, now=later)
    assert (total.reserved, total.committed) == (0, FEE + COVER)
    assert (total.cover_reserved, total.cover_committed, total.cover) == (0, COVER, COVER)
    without = total.without_cover()
    assert (without.committed, without.budget) == (FEE, total.budget)
    assert without.usage_percent < total.usage_percent

    _report, before = total_of(town, now=later, as_of=town.today)
    assert (before.reserved, before.cover_reserved, before.cover_committed) == (
        FEE + COVER,
        COVER,
        0,
    )
    table = exporting.usage_table(report, str)
    assert table.heads[-2:] == ("Of which cover", "Usage % without cover")
    assert str(table.rows[0][-2]).replace(",", ".") in {"17800", "17800.00"}
