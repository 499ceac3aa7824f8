"""Pools that may go over with a yes: from the preview to the last step, and back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolKind
from tenant_app.budgets.rules import BudgetExceeded, EarmarkExceeded, OverBlocked
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.money import kroner
from tenant_app.enrolments import rules
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalLevel, ApprovalStep, EnrolmentState, StepState
from tenant_app.enrolments.rules import Step
from tenant_app.tenancy.models import TenantSettings

L = ApprovalLevel
FEE = kroner(5_000)
LEADER_ALONE = [{"when": {}, "levels": ["institution"]}]
OWN_RULES = [{"name": "Own", "when": {}, "shares": {"default": {"institution": 10000}}}]


@pytest.fixture
def school(town, make_school):
    """The leader alone decides, the institution pays; the pool may go over with the area's yes."""
    made = make_school(town, approval_rules=LEADER_ALONE, funding_rules=OWN_RULES)
    with town.as_user("admin") as ctx:
        budgets.set_policies(
            ctx, made.pool("n1"), policy=Policy.APPROVE_OVER, over_level="area", block_bp=20000
        )
    return made


def day(school, **facts):
    return school.session(fee=FEE, ects="0", cover_hours="0", form=CourseForm.THEME_DAY, **facts)


def ask(town, who, session_id, *people):
    with town.as_user(who) as ctx:
        made = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees[each] for each in people]
        )
        return [each.id for each in made]


def steps(town, enrolment_id):
    with town.as_system() as ctx:
        rows = ctx.session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.enrolment_id == enrolment_id)
            .order_by(ApprovalStep.submission, ApprovalStep.position)
        )
        return [(row.level, row.state, row.over_pool_id is not None) for row in rows]


def left_with(school, amount):
    """The pool of n1 holds so much, and none of it is used."""
    held = school.balance("n1")
    with school.town.as_user("admin") as ctx:
        budgets.adjust_allotment(
            ctx, held.pool_id, amount=amount - held.available, reason="Ny ramme"
        )


def test_what_fits_is_decided_as_before(town, school):
    left_with(school, FEE)
    [asked] = ask(town, "leader_n1", day(school), "ped_n1_1")
    assert steps(town, asked) == [(L.INSTITUTION, StepState.APPROVED, False)]
    assert school.state(asked) is EnrolmentState.CONFIRMED


def test_what_is_over_waits_for_the_named_level_though_the_leader_could_decide(town, school):
    left_with(school, FEE - 1)
    session_id = day(school)
    with town.as_user("leader_n1") as ctx:
        [draft] = enrolments.preview(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
        assert [(each.level, each.answered) for each in draft.steps] == [
            (L.INSTITUTION, True),
            (L.AREA, False),
        ]
    [asked] = ask(town, "leader_n1", session_id, "ped_n1_1")
    assert steps(town, asked) == [
        (L.INSTITUTION, StepState.APPROVED, False),
        (L.AREA, StepState.WAITING, True),
    ]
    assert school.money("n1") == (FEE, 0, 0)
    with town.as_user("area_north") as ctx:
        [row] = enrolments.inbox(ctx).items
        [pool] = row.pools
        assert (pool.said.verdict.value, pool.said.level.value) == ("over", "area")
        assert pool.lacks == 0
        enrolments.approve(ctx, asked)
    assert school.state(asked) is EnrolmentState.CONFIRMED
    assert school.money("n1") == (0, FEE, 0)


def test_above_the_block_nobody_can_say_yes(town, school):
    left_with(school, FEE // 2 - 1)
    before = school.everything()
    with pytest.raises(OverBlocked):
        ask(town, "leader_n1", day(school), "ped_n1_1")
    assert school.everything() == before


def test_a_pool_that_goes_over_meanwhile_asks_at_the_step(town, school):
    """Set aside while it fitted; then the pool is cut, and the leader's yes is not enough."""
    [asked] = ask(town, "ped_n1", day(school), "ped_n1_1")
    assert steps(town, asked) == [(L.INSTITUTION, StepState.WAITING, False)]
    left_with(school, -1000)  # the pool holds 10 kr less than is set aside
    with town.as_user("leader_n1") as ctx:
        enrolments.approve(ctx, asked)
    assert steps(town, asked) == [
        (L.INSTITUTION, StepState.APPROVED, False),
        (L.AREA, StepState.WAITING, True),
    ]
    assert school.money("n1") == (FEE, 0, 0)
    with town.as_user("area_north") as ctx:
        enrolments.approve(ctx, asked)
    assert school.state(asked) is EnrolmentState.CONFIRMED


def test_the_one_who_answers_at_that_level_answers_for_it(town, school):
    """The area is asked anyway: its step is marked, and no other is added."""
    with town.as_system() as ctx:
        both = [{"when": {}, "levels": ["institution", "area"]}]
        ctx.session.execute(update(TenantSettings).values(approval_rules=both))
    [asked] = ask(town, "leader_n1", day(school), "ped_n1_1")
    left_with(school, -1000)
    with town.as_user("area_north") as ctx:
        enrolments.approve(ctx, asked)
    assert steps(town, asked) == [
        (L.INSTITUTION, StepState.APPROVED, False),
        (L.AREA, StepState.APPROVED, True),
    ]
    assert school.state(asked) is EnrolmentState.CONFIRMED


def test_a_step_is_refused_when_the_pool_could_not_pay_in_the_end(town, school):
    """Set aside under approve over; then the pool stops, and another was approved first."""
    left_with(school, 2 * FEE)
    session_id = day(school)
    [first] = ask(town, "ped_n1", session_id, "ped_n1_1")
    with town.as_user("admin") as ctx:
        budgets.set_policies(ctx, school.pool("n1"), policy=Policy.WARN)
    left_with(school, -1)
    with town.as_user("admin") as ctx:
        budgets.set_policies(ctx, school.pool("n1"), policy=Policy.STOP)
    before = school.everything()
    with pytest.raises(BudgetExceeded), town.as_user("leader_n1") as ctx:
        enrolments.approve(ctx, first)
    assert school.everything() == before
    with town.as_user("leader_n1") as ctx:
        enrolments.reject(ctx, first, note="Der er ikke penge")
    assert school.money("n1") == (0, 0, 0)


def test_a_group_goes_over_from_the_one_who_passes_the_threshold(town, school):
    left_with(school, 2 * FEE)
    made = ask(town, "leader_n1", day(school), "ped_n1_1", "ped_n1_2", "ped_n1_3")
    assert [school.state(each) for each in made] == [
        EnrolmentState.CONFIRMED,
        EnrolmentState.CONFIRMED,
        EnrolmentState.LEADER_APPROVED,
    ]


def test_a_leader_who_goes_does_not_answer_for_the_pool(town, school):
    with town.as_user("admin") as ctx:
        budgets.set_policies(ctx, school.pool("n1"), over_level="institution")
    left_with(school, FEE - 1)
    [asked] = ask(town, "leader_n1", day(school), "leder_n1")
    assert steps(town, asked) == [(L.AREA, StepState.WAITING, True)]


def test_those_who_answer_for_the_pool_read_of_it_in_its_trail_and_on_the_home_page(town, school):
    left_with(school, FEE * 5 // 4)
    ask(town, "leader_n1", day(school), "ped_n1_1")
    with town.as_system() as ctx:
        [entry] = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "budgets.threshold_passed")
        )
        assert entry.changes["new"] == {"used": "80 %", "notify": "80 %"}
    counts = {}
    for who in ("leader_n1", "leader_s1", "ped_n1"):
        with town.as_user(who) as ctx:
            asked = budgets.asks(ctx)
            counts[who] = [tuple(row) for each in asked for row in ctx.execute(each, {})]
    assert counts == {
        "leader_n1": [(budgets.NEAR_END, 1)],
        "leader_s1": [(budgets.NEAR_END, 0)],
        "ped_n1": [],
    }


def test_next_years_pool_is_told_of_too_and_named_with_its_year(town, school):
    """A request in December draws on next year's pool: nobody waits for January to hear of it."""
    with town.as_user("admin") as ctx:
        year = budgets.create_year(ctx, year=2027, frame=kroner(100_000), central_bp=4000)
        budgets.adopt(ctx, year.id)
        budgets.open_year(ctx, year.id)
        budgets.set_rules(ctx, OWN_RULES, valid_from=ctx.today)
    session_id = school.session(
        fee=kroner(14_000),
        ects="0",
        cover_hours="0",
        form=CourseForm.THEME_DAY,
        starts_on=date(2027, 2, 1),
        deadline=date(2026, 12, 1),
    )
    with town.as_user("leader_n1") as ctx:
        [draft] = enrolments.preview(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
        [pool] = enrolments.effect(ctx, [draft.card])
        assert pool.year == 2027
    ask(town, "leader_n1", session_id, "ped_n1_1")
    with town.as_user("leader_n1") as ctx:
        counts = [tuple(row) for each in budgets.asks(ctx) for row in ctx.execute(each, {})]
    assert counts == [(budgets.NEAR_END, 1)]


@pytest.mark.parametrize(
    ("before", "overs", "own", "after"),
    [
        ([(L.INSTITUTION, True)], [L.CENTRAL], (), [(L.INSTITUTION, True), (L.CENTRAL, False)]),
        ([(L.INSTITUTION, True)], [L.INSTITUTION], (), [(L.INSTITUTION, False)]),
        (
            [(L.INSTITUTION, True), (L.AREA, True), (L.CENTRAL, False)],
            [L.AREA],
            (),
            [(L.INSTITUTION, True), (L.AREA, False), (L.CENTRAL, False)],
        ),
        ([(L.AREA, True)], [L.INSTITUTION], (), [(L.INSTITUTION, False), (L.AREA, False)]),
        ([(L.CENTRAL, False)], [L.AREA], (L.INSTITUTION, L.AREA), [(L.CENTRAL, False)]),
    ],
)
def test_the_chain_with_those_who_answer_for_pools(town, before, overs, own, after):
    pool = town.units["n1"]  # any id will do
    found = rules.with_overs(
        [Step(level, answered) for level, answered in before],
        [(level, pool) for level in overs],
        participant_decides=own,
    )
    assert [(step.level, step.answered) for step in found] == after


# -- the state pool of the issue


@pytest.fixture
def state(town, make_school):
    """A state pool pays all; of its 100,000 kr 10 % may go to informal training."""
    made = make_school(town, approval_rules=LEADER_ALONE, funding_rules=OWN_RULES)
    with town.as_user("admin") as ctx:
        [year] = budgets.years(ctx).items
        pool = budgets.open_named_pool(
            ctx, year.id, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
        budgets.adjust_allotment(ctx, pool.id, amount=kroner(100_000), reason="Tilsagn")
        informal = {"name": "Uformel læring", "when": {"form": "network"}, "most_bp": 1000}
        budgets.set_constraints(ctx, pool.id, [informal])
        rule = {"name": "Stat", "when": {}, "shares": {"default": {"pool:STAT": 10000}}}
        budgets.set_rules(ctx, [rule], valid_from=ctx.today)
    return made, pool.id


def test_the_enrolment_that_would_break_the_cap_is_stopped_and_the_statement_tells_all(town, state):
    school, pool = state
    network = school.session(fee=FEE, ects="0", cover_hours="0", form=CourseForm.NETWORK)
    module = school.session(fee=FEE, ects="10", cover_hours="0")
    ask(town, "leader_n1", network, "ped_n1_1", "ped_n1_2")
    ask(town, "leader_s1", module, "ped_s1_1")
    before = school.everything()
    with pytest.raises(EarmarkExceeded) as refused:
        ask(town, "leader_n1", network, "ped_n1_3")
    assert "Uformel læring" in str(refused.value)
    assert school.everything() == before
    with town.as_user("leader_n1") as ctx:
        [draft] = enrolments.preview(
            ctx, session_id=network, employee_ids=[town.employees["ped_n1_3"]]
        )
        foreseen = budgets.foresee_limits(ctx, [(draft.employment.employee_id, draft.card)])
        assert [str(each) for each in foreseen] == [str(refused.value)]

    with town.as_user("auditor") as ctx:
        told = enrolments.pool_statement(ctx, pool)
        [informal] = told.constraints
        assert (informal.cap, informal.used, informal.left) == (kroner(10_000), 2 * FEE, 0)
        assert (informal.used_bp, informal.lines, informal.spent) == (10_000, 2, 0)
        rows = list(enrolments.whole_statement(ctx, pool))
        page = enrolments.statement_rows(ctx, pool, page_size=200)
        assert [row.entry.id for row in page.items] == [row.entry.id for row in rows]
        entries = budgets.entries_of(ctx, pool, page_size=200).items
        assert {row.entry.id for row in rows} == {entry.id for entry in entries}
        for column in ("reserved", "committed", "actual"):
            whole = sum(getattr(row.entry, column) for row in rows)
            assert whole == getattr(told.position, column)
        assert sum(row.income for row in rows) == told.held
        named = [row for row in rows if row.title]
        assert {row.unit_name for row in named} == {f"n1 {town.slug}", f"s1 {town.slug}"}
        counted = [row for row in named if row.constraints == ["Uformel læring"]]
        assert {row.form for row in counted} == {CourseForm.NETWORK}
        assert all(row.person for row in named)


def test_names_are_for_those_who_may_see_them(town, make_school):
    """The area's pool is seen by the leaders below it; whom it paid for elsewhere is not."""
    school = make_school(town, approval_rules=LEADER_ALONE, funding_rules=OWN_RULES)
    with town.as_user("admin") as ctx:
        [year] = budgets.years(ctx).items
        area = budgets.open_pool(ctx, year.id, unit_id=town.units["north"])
        budgets.adjust_allotment(ctx, area.id, amount=kroner(50_000), reason="Ramme")
        rule = {"name": "Area", "when": {}, "shares": {"default": {"area": 10000}}}
        budgets.set_rules(ctx, [rule], valid_from=ctx.today)
    session_id = day(school)
    [own] = ask(town, "leader_n1", session_id, "ped_n1_1")
    ask(town, "leader_n2", session_id, "ped_n2_1")
    with town.as_user("leader_n1") as ctx:
        rows = [row for row in enrolments.whole_statement(ctx, area.id) if row.form]
        assert {row.unit_name for row in rows} == {f"n1 {town.slug}", f"n2 {town.slug}"}
        assert {(row.person, row.enrolment_id) for row in rows} == {
            (f"ped_n1_1 {town.slug}", own),
            (None, None),
        }
        assert {row.person is None: row.title is None and row.by is None for row in rows} == {
            False: False,
            True: True,
        }
        # The pool's page and the ledger say no more than the statement does.
        turned = enrolments.statement_rows(ctx, area.id, page_size=200, newest_first=True).items
        told = list(enrolments.whole_statement(ctx, area.id))
        assert [row.entry.id for row in turned] == [row.entry.id for row in reversed(told)]
        lines = enrolments.what_for(ctx, {row.entry.line_id for row in rows})
        assert {(each.person, each.enrolment_id) for each in lines.values()} == {
            (f"ped_n1_1 {town.slug}", own),
            (None, None),
        }
        assert {each.person is None: each.title is None for each in lines.values()} == {
            False: False,
            True: True,
        }
