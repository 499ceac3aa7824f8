"""At night the figures are held against the ledger: what does not agree is told, and stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, select, text

import jobs.budgets
from jobs import schedule
from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.alarm_models import BudgetAlarm, DriftKind
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules import Cost
from tenant_app.core.access import VendorActor, VendorPermission
from tenant_app.core.errors import Forbidden
from tenant_app.core.money import kroner
from tenant_app.tenancy import service as tenancy
from tests.budgets.test_earmarks import INFORMAL, card
from tests.closing import let_years_close

MODULE = Cost(fee=kroner(12_000), cover=kroner(17_800))


@pytest.fixture
def busy(money):
    """A bit of everything that leaves derived figures behind. Returns the money, with what it made
    in `made`."""
    town, made = money.town, {}
    with town.as_user("admin") as ctx:
        state = budgets.open_named_pool(
            ctx, money.year_id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        ).id
        budgets.receive(ctx, pool_id=state, amount=kroner(90_000), note="Tilsagn", link_id=uuid4())
        [strings] = budgets.set_constraints(ctx, state, [INFORMAL])
        cap = budgets.set_cap(ctx, name="Pr. person", payer="central", most=kroner(99_000))
        made |= {"constraint": strings.id, "cap": cap.id}
        money.pools["state"] = state
    with town.as_user("area_north") as ctx:
        asked = budgets.ask_transfer(
            ctx,
            from_pool_id=money.pools["n1"],
            to_pool_id=money.pools["n2"],
            amount=kroner(1_000),
            reason="Fælles forløb",
        )
        made["transfer"] = asked.id
    with town.as_user("admin") as ctx:
        budgets.approve_transfer(ctx, asked.id)
        budgets.adjust_allotment(ctx, money.pools["n1"], amount=kroner(500), reason="Flere børn")
    for verbs in ((), ("commit",), ("commit", "charge"), ("release",), ("commit", "settle")):
        made["-".join(["reserve", *verbs])] = source = uuid4()
        with town.as_system() as ctx:
            budgets.reserve(
                ctx,
                source_id=source,
                submission=1,
                card=money.card(ctx, "n1", MODULE),
                employee_id=town.employees[f"ped_n1_{len(made) % 3 + 1}"],
            )
            for verb in verbs:
                if verb == "settle":
                    budgets.settle(ctx, source_id=source, amount=kroner(31_001), link_id=uuid4())
                else:
                    getattr(budgets, verb)(ctx, source_id=source)
    made["informal"] = uuid4()
    with town.as_system() as ctx:
        asked_for = card(state, kroner(5_000))
        budgets.reserve(ctx, source_id=made["informal"], submission=1, card=asked_for)
    money.made = made
    return money


def reconcile(money, *, days: int = 0) -> int:
    with money.town.as_system(now=money.town.now + timedelta(days=days)) as ctx:
        jobs.budgets.reconcile(ctx)
        return len(budgets.alarms(ctx))


def found(money):
    with money.town.as_system() as ctx:
        rows = ctx.session.scalars(select(BudgetAlarm).order_by(BudgetAlarm.raised_at)).all()
        return [
            (row.kind, row.about_id, row.part, row.pool_id, row.expected, row.found) for row in rows
        ]


@pytest.fixture
def tamper(settings):
    """As the owner of the tables, past every verb and every grant."""
    engine = create_engine(settings.database_url)

    def do(statement: str, **values: object) -> None:
        table = statement.split()[1]
        with engine.begin() as connection:
            # Nobody is beside the fence, not even the owner: it is lowered for the one statement.
            connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            assert connection.execute(text(statement), values).rowcount
            connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))

    yield do
    engine.dispose()


def test_what_the_verbs_leave_behind_agrees(busy):
    assert reconcile(busy) == 0
    assert found(busy) == []


def close(money):
    """The year is closed into the next one; what nobody answered is released."""
    with money.town.as_user("admin") as ctx:
        following = budgets.create_year(ctx, year=2027, frame=kroner(800_000), central_bp=4000)
        budgets.adopt(ctx, following.id)
        budgets.open_named_pool(
            ctx, following.id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
    with money.town.as_system() as ctx:
        budgets.release(ctx, source_id=money.made["reserve"])
        budgets.release(ctx, source_id=money.made["informal"])
    with money.town.as_user("admin") as ctx:
        let_years_close(ctx)
        budgets.begin_closing(ctx, money.year_id)
        budgets.approve_carry_overs(ctx, money.year_id)
        budgets.close_year(ctx, money.year_id)


def test_a_closed_year_agrees_also_when_it_is_closed_again(busy):
    close(busy)
    with busy.town.as_system() as ctx:
        budgets.release(ctx, source_id=busy.made["reserve-commit"])
    with busy.town.as_user("admin") as ctx:
        budgets.make_up(ctx, busy.year_id)
        budgets.approve_carry_overs(ctx, busy.year_id)
        budgets.close_year(ctx, busy.year_id)
    assert reconcile(busy) == 0


def test_a_balance_that_somebody_wrote_past_the_ledger_is_told_once_and_not_put_right(busy, tamper):
    pool = busy.pools["central"]
    before = busy.position("central").allotted
    tamper("UPDATE pool_balances SET allotted = allotted + 1 WHERE pool_id = :pool", pool=pool)
    alarm = (DriftKind.BALANCE, pool, "allotted", pool, before, before + 1)

    assert reconcile(busy) == 1
    assert found(busy) == [alarm]
    assert reconcile(busy, days=1) == 1
    assert found(busy) == [alarm]
    assert busy.position("central").allotted == before + 1
    with busy.town.as_system() as ctx:
        noted = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action.like("budgets.alarm%"))
        ).all()
    assert [(each.action, each.object_id) for each in noted] == [("budgets.alarm_raised", pool)]
    assert noted[0].changes["new"]["expected"] == before


def test_an_alarm_ends_when_the_figures_agree_again_and_comes_anew(busy, tamper):
    pool = busy.pools["n1"]
    wrong = "UPDATE pool_balances SET allotted = allotted + :by WHERE pool_id = :pool"
    tamper(wrong, pool=pool, by=7)
    assert reconcile(busy) == 1
    tamper(wrong, pool=pool, by=-7)
    assert reconcile(busy, days=1) == 0
    tamper(wrong, pool=pool, by=7)
    assert reconcile(busy, days=2) == 1
    assert len(found(busy)) == 2


def test_each_derived_figure_is_held_against_the_ledger(busy, tamper):
    close(busy)
    assert reconcile(busy) == 0
    for statement in (
        "UPDATE money_lines SET state = 'committed' WHERE source_id = :charged",
        "UPDATE pool_constraints SET used = used + 1 WHERE id = :constraint",
        "UPDATE person_uses SET used = used + 1 WHERE cap_id = :cap AND used > 0",
        "UPDATE carry_overs SET posted = posted + 1 WHERE pool_id = :n1",
        "UPDATE ledger_entries SET transferred = transferred - 1 "
        "WHERE link_id = :transfer AND pool_id = :n1",
    ):
        tamper(
            statement,
            charged=busy.made["reserve-commit-charge"],
            constraint=busy.made["constraint"],
            cap=busy.made["cap"],
            n1=busy.pools["n1"],
            transfer=busy.made["transfer"],
        )
    reconcile(busy)
    kinds = {row[0] for row in found(busy)}
    # The transfer's half is also an entry of the pool: its balance tells of it too.
    assert kinds == {
        DriftKind.BALANCE,
        DriftKind.LINE,
        DriftKind.TRANSFER,
        DriftKind.CARRY_OVER,
        DriftKind.CONSTRAINT,
        DriftKind.PERSON,
        # Made up of what was written past the ledger.
        DriftKind.CLOSING,
    }


def test_money_freed_after_the_closing_is_told_until_the_year_is_closed_again(busy):
    close(busy)
    left = busy.position("n1").available
    with busy.town.as_system() as ctx:
        budgets.release(ctx, source_id=busy.made["reserve-commit"])
    more = busy.position("n1").available - left

    reconcile(busy)
    told = [row for row in found(busy) if row[3] == busy.pools["n1"]]
    assert told == [
        (DriftKind.CLOSING, busy.pools["n1"], "result", busy.pools["n1"], left + more, left)
    ]
    assert {row[0] for row in found(busy)} == {DriftKind.CLOSING}
    with busy.town.as_system() as ctx:
        tenancy.measure(ctx)
    staff = VendorActor("staff", None, frozenset({VendorPermission.TENANT_VIEW}))
    with busy.town.db.vendor_unit_of_work(staff) as vendor:
        # Nothing is wrong in the house: the municipality settles it itself.
        counts = {each.tenant.slug: each.budget_alarms for each in tenancy.overview(vendor)}
    assert counts[busy.town.slug] == 0
    with busy.town.as_user("admin") as ctx:
        budgets.make_up(ctx, busy.year_id)
    assert reconcile(busy, days=1) > 0
    with busy.town.as_user("admin") as ctx:
        budgets.approve_carry_overs(ctx, busy.year_id)
        budgets.close_year(ctx, busy.year_id)
    assert reconcile(busy, days=2) == 0


def test_a_constraint_that_is_broken_is_told(busy):
    with busy.town.as_user("admin") as ctx:
        budgets.set_constraints(ctx, busy.pools["state"], [INFORMAL | {"most_bp": 100}])
    assert reconcile(busy) == 1
    [row] = found(busy)
    assert row[0] is DriftKind.STRING
    assert row[4:] == (kroner(900), kroner(5_000))


def test_another_municipality_has_no_part_in_it(busy, make_town, make_money, tamper):
    other = make_money(make_town())
    tamper(
        "UPDATE pool_balances SET allotted = allotted + 1 WHERE pool_id = :pool",
        pool=other.pools["n1"],
    )
    assert reconcile(busy) == 0
    assert reconcile(other) == 1


def test_those_who_manage_all_of_the_budget_are_told_and_nobody_else(busy, tamper):
    pool = busy.pools["central"]
    tamper("UPDATE pool_balances SET allotted = allotted + 1 WHERE pool_id = :pool", pool=pool)
    reconcile(busy)
    with busy.town.as_user("leader_n1") as ctx:
        assert budgets.alarm_asks(ctx) == []
    with pytest.raises(Forbidden), busy.town.as_user("leader_n1") as ctx:
        budgets.alarms(ctx)
    with busy.town.as_user("admin") as ctx:
        [asked] = budgets.alarm_asks(ctx)
        assert ctx.execute(asked, {}).one() == (budgets.ALARMS, 1)


def test_the_vendor_sees_how_many_and_nothing_more(busy, tamper):
    for name in ("central", "n1"):
        tamper(
            "UPDATE pool_balances SET allotted = allotted + 1 WHERE pool_id = :pool",
            pool=busy.pools[name],
        )
    reconcile(busy)
    with busy.town.as_system() as ctx:
        tenancy.measure(ctx)
    staff = VendorActor("staff", None, frozenset({VendorPermission.TENANT_VIEW}))
    with busy.town.db.vendor_unit_of_work(staff) as vendor:
        counts = {each.tenant.slug: each.budget_alarms for each in tenancy.overview(vendor)}
    assert counts[busy.town.slug] == 2


def test_it_happens_every_night_before_the_vendor_s_counts(busy):
    at = {line.job: line.at for line in schedule.TIMETABLE}
    assert at["jobs.budgets.reconcile"] < at["jobs.tenancy.measure"]
