"""How municipalities grow: measured at night, kept by month, seen by the vendor as numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from admin import vendor_home
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.core.access import VendorActor
from tenant_app.core.errors import Forbidden
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Employment, Position
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantMonth
from tenant_app.tenancy.service import Month
from tests.enrolments.conftest import School
from tests.statements import statements

MOST = 12
NOBODY_IN_PARTICULAR = VendorActor(name="test", vendor_user_id=None, permissions=frozenset())


def at(year, month, day, hour=3):
    """03:30 UTC unless another hour is said: in Denmark the night of the same date."""
    return datetime(year, month, day, hour, 30, tzinfo=UTC)


def measured(town, now):
    with town.as_system(now=now) as ctx:
        tenancy.measure_month(ctx)


def kept(town):
    with town.as_system() as ctx:
        rows = ctx.session.scalars(select(TenantMonth).order_by(TenantMonth.month))
        return [(row.month, row.employees, row.users, row.enrolments) for row in rows]


def seen(db, now):
    """What the vendor sees then. Each test looks from a year of its own: all share a database."""
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=now) as ctx:
        return tenancy.growth(ctx)


def test_who_has_left_and_who_is_shut_out_is_not_counted(town):
    with town.as_system() as ctx:
        for name, last_day in (("ped_n1_2", date(2026, 3, 2)), ("ped_n1_3", date(2026, 3, 3))):
            ctx.session.execute(
                update(Employment)
                .where(Employment.employee_id == town.employees[name])
                .values(to_date=last_day)
            )
        ctx.session.execute(
            update(User).where(User.id == town.users["ped_s2"]).values(is_active=False)
        )

    measured(town, at(2026, 3, 2))
    assert kept(town) == [(date(2026, 3, 1), 19, len(town.users) - 1, 0)]


def test_enrolments_are_those_sent_since_new_year_in_denmark(town):
    session_id = School(town).session()
    # 23:30 UTC on New Year's Eve is New Year's Day in Denmark.
    for person, sent in (("ped_n1_2", at(2025, 12, 31, 22)), ("ped_n1_3", at(2025, 12, 31, 23))):
        with town.as_user("leader_n1") as ctx:
            [made] = enrolments.request(
                ctx, session_id=session_id, employee_ids=[town.employees[person]]
            )
            ctx.session.flush()
            ctx.session.execute(
                update(Enrolment).where(Enrolment.id == made.id).values(submitted_at=sent)
            )

    measured(town, at(2026, 3, 2))
    assert [row[3] for row in kept(town)] == [1]


def test_a_month_is_one_row_and_shows_its_last_night(town, make_town):
    make_town()
    measured(town, at(2026, 3, 2))
    with town.as_system() as ctx:
        town._employee(ctx, "ny", "n1", Position.ASSISTANT)
    for _twice in range(2):
        measured(town, at(2026, 3, 31))
    # In Denmark it is April already.
    measured(town, at(2026, 3, 31, 22))

    assert [row[:2] for row in kept(town)] == [(date(2026, 3, 1), 21), (date(2026, 4, 1), 21)]


def test_the_nightly_counts_are_no_history(town):
    """Founding and the demo measure too, at times of their own."""
    with town.as_system() as ctx:
        tenancy.measure(ctx)

    assert kept(town) == []


def test_the_vendor_sees_what_all_have_together_in_the_last_twelve_months(town, make_town, db):
    other = make_town()
    for each, month in ((town, at(2031, 2, 28)), (town, at(2031, 3, 5)), (town, at(2032, 2, 1))):
        measured(each, month)
    measured(other, at(2032, 2, 2))
    users = len(town.users)

    assert seen(db, at(2032, 2, 3)) == [
        Month(date(2031, 3, 1), 1, 20, users, 0),
        Month(date(2032, 2, 1), 2, 40, users * 2, 0),
    ]


def test_whoever_may_not_see_municipalities_does_not_see_their_growth(town, db):
    measured(town, at(2034, 1, 5))

    with pytest.raises(Forbidden), db.vendor_unit_of_work(NOBODY_IN_PARTICULAR) as ctx:
        tenancy.growth(ctx)


def test_the_vendor_reads_no_more_of_a_month_than_its_numbers(db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx, pytest.raises(Exception) as refused:
        ctx.session.execute(select(TenantMonth.measured_at)).all()

    assert "permission denied" in str(refused.value)


@pytest.fixture
def in_the_year(monkeypatch):
    """The panel asks the real clock; here it shows another year."""

    def set_to(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    return set_to


def test_before_the_first_night_the_page_says_when_the_chart_begins(in_the_year, at_vendor, town):
    in_the_year(at(2036, 6, 1))

    page = at_vendor().get("/vendor/")

    assert "Diagrammet begynder med den første nats optælling" in page.words
    assert "chart-picture" not in page.text


def test_the_front_page_draws_the_growth_and_tells_it(in_the_year, at_vendor, town, make_town):
    measured(town, at(2037, 11, 30))
    measured(make_town(), at(2038, 1, 2))
    measured(town, at(2038, 1, 2))
    in_the_year(at(2038, 1, 3, 9))

    page = at_vendor().get("/vendor/")

    assert "Ansatte: fra 20 (11-2037) til 40 (01-2038)." in page.words
    assert "Kommuner: fra 1 (11-2037) til 2 (01-2038)." in page.words
    assert "12-2037 – – – –" in page.words  # nobody counted in December
    assert page.text.count('class="chart-picture"') == 1
    assert "optælling er ikke regnet tilbage" in page.words


def test_the_front_page_asks_few_statements_however_many_there_are(at_vendor, town, make_town, db):
    visitor = at_vendor()

    def asked():
        with statements(db.vendor) as heard:
            assert visitor.get("/vendor/").status == 200
        return heard

    asked()
    before = len(asked())
    for _ in range(5):
        measured(make_town(), clock.now())

    assert len(asked()) == before <= MOST


def test_a_municipality_without_anybody_is_still_counted():
    chart = vendor_home.growth([Month(date(2026, 3, 1), 1, 0, 0, 0)])

    assert chart.rows == (("03-2026", "0", "0", "0", "1"),)
