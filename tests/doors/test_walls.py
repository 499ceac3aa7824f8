"""Each of the two walls holds alone; with neither, the very same looking finds canaries."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from tenant_app.budgets.models import Pool
from tenant_app.reports import service as reports
from tenant_app.reports.models import UsageRow
from tests.doors.knocking import NEVER, Caller
from tests.doors.rows import INSIDE
from tests.doors.table import with_field
from tests.doors.walls import STRUCK, without_own_filters, without_row_level_security

WALLS = {
    "with row-level security alone": without_own_filters,
    "with the app's filters alone": without_row_level_security,
}
READS = [row for row in INSIDE if row.is_read]


def named(row):
    return row.name


@pytest.fixture(scope="module", params=WALLS, ids=lambda name: name.replace(" ", "_"))
def wall(request, settings, here, there, work):
    """One wall stands."""
    with WALLS[request.param](settings):
        yield request.param


@pytest.fixture
def way(wall, house):
    """Requests are counted for the wall that stands."""
    house.way, before = wall, house.way
    yield wall
    house.way = before


@pytest.mark.parametrize("row", INSIDE, ids=named)
def test_one_wall_is_enough(row, way, house, here, there, unchanged):
    own = here.the(row.thing) if row.thing else None
    foreign = there.the(row.thing) if row.thing else None
    # Who may, and who sees most: every role asks with both walls up, in `test_callers`.
    callers = [Caller(here, name) for name in dict.fromkeys((row.may, "admin"))]
    pretender = Caller(there, row.may, claims=here)
    house.prepare(row, pretender, *callers)
    body = row.body_for(here, own)

    with unchanged(here, there):
        for caller in callers:
            if row.is_read:
                house.knock(row, caller, own, of=here, body=body)
            if row.thing is not None:
                found = house.knock(row, caller, foreign, of=here, body=body)
                never = house.knock(row, caller, NEVER, of=here, body=body)
                assert found.status_code in (403, 404)
                house.check_alike(found, foreign, never)
        assert house.knock(row, pretender, own, of=here, body=body).status_code in (302, 401)


@pytest.mark.parametrize(
    "field",
    [(row, name) for row in INSIDE if not row.is_read for name in row.refs],
    ids=lambda field: f"{field[0].name} {field[1]}",
)
def test_one_wall_takes_no_id_of_elsewhere(field, way, house, here, there, unchanged):
    row, name = field
    thing = here.the(row.thing) if row.thing else None
    foreign, caller = there.the(row.refs[name].removeprefix("+")), Caller(here, row.may)
    house.prepare(row, caller)
    body = row.body_for(here, thing)

    with unchanged(here, there, but=("idempotency_keys",) if row.each else ()):
        found, never = (
            house.knock(
                row,
                caller,
                thing or value,
                of=here,
                body=with_field(body, name, row.wrap.format(value)),
            )
            for value in (foreign, NEVER)
        )
    house.check_alike(found, foreign, never)


def test_one_wall_keeps_reports_to_the_own_pools(wall, work, here, there, unchanged):
    year = work.today.year
    with unchanged(here, there), work.as_system() as ctx:
        run_id = reports.compute_usage(ctx, year=year)
        reports.compute_coverage(ctx, year=year)
        ctx.session.flush()
        rows = ctx.session.scalar(
            select(func.count()).select_from(UsageRow).where(UsageRow.run_id == run_id)
        )
        pools = ctx.session.scalar(
            select(func.count()).select_from(Pool).where(Pool.year_id == work.the("year"))
        )
    assert rows == pools
    if wall == "with row-level security alone":
        assert len(STRUCK) > 4, "statements built once kept their own filter: nothing was shown"


def test_the_control_with_neither_wall_finds_canaries(settings, house, here, there):
    caller = Caller(here, "admin")
    opened, leaking = set(), set()
    house.way, house.crashes_matter = "with neither wall (the control)", False
    try:
        with without_row_level_security(settings), without_own_filters(settings):
            for row in READS:
                house.prepare(row, caller)
                thing = there.the(row.thing) if row.thing else None
                if house.knock(row, caller, thing, of=here).status_code == 200 and row.thing:
                    opened.add(row.name)
                if house.leaks:
                    leaking.add(row.name)
                    house.leaks.clear()
    finally:
        house.way, house.crashes_matter = "with both walls", True

    assert {"GET units.details_view", "GET api_budgets.get_year"} <= opened
    assert {"GET courses.index_view", "GET api_catalogue.list_sessions"} <= leaking
    assert len(opened) > 20, opened
    assert len(leaking) > 20, leaking


def test_both_walls_stand_again(settings, db, here):
    query = "SELECT count(*) FROM units WHERE tenant_id <> :own"
    with here.as_system() as ctx:
        assert ctx.session.scalar(text(query), {"own": here.tenant_id}) == 0
