"""The demo is a year that the services themselves allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import func, select

from tenant_app.accounts import service as accounts
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan, PlanItem
from tenant_app.audit.models import AuditEntry
from tenant_app.budgets.models import (
    BudgetYear,
    EntryKind,
    LedgerEntry,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.catalogue.models import Course
from tenant_app.cli.demo import load, plan, sign_ins
from tenant_app.competences.models import Holding, HoldingSource
from tenant_app.cooperation.models import CapacityStatement, ClusterState, SharedNeedCluster
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.uow import Database
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import SessionState as DialogueState
from tenant_app.enrolments.models import ApprovalLevel, Enrolment, EnrolmentState
from tenant_app.forums.models import (
    Decision,
    Meeting,
    MeetingPack,
    MeetingState,
    RankingRound,
)
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.needs.models import Evidence, Need, NeedState, SourceType
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState, ResourceHours
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import Screening, SupervisionVisit, VisitState
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantMonth, TenantState, VendorUser

GLOSTRUP, RUDERSDAL, FREDERIKSBERG = plan.MUNICIPALITIES
COLUMNS = ("allotted", "carried", "transferred", "reserved", "committed", "actual")


def tenant_id_of(db: Database, place: plan.Municipality) -> int:
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        found = tenancy.find_by_slug(ctx.session, place.slug)
        assert found is not None
        return found.id


@pytest.fixture(params=[GLOSTRUP, RUDERSDAL], ids=lambda place: place.slug)
def inside(
    told: object, db: Database, request: pytest.FixtureRequest
) -> Iterator[tuple[Context, plan.Municipality]]:
    """A look inside each municipality on the day the story ends."""
    place: plan.Municipality = request.param
    with db.unit_of_work(tenant_id_of(db, place), system("test"), now=plan.STORY_ENDS) as ctx:
        yield ctx, place


def test_dialogue_sessions_became_needs_an_initiative_and_a_plan_draft(inside):
    ctx, _place = inside
    found = dialogue.listing(ctx).items
    assert {session.state for session in found} == {
        DialogueState.CLOSED,
        DialogueState.DRAFT,
        DialogueState.NEEDS,
    }
    [held] = [session for session in found if session.state is DialogueState.CLOSED]
    told = dialogue.details(ctx, held.id)
    assert len(told.needs) == 2
    [initiative] = told.initiatives
    assert {each.initiative_id for each in told.agreements} == {initiative.id}
    assert len(initiatives.tied(ctx, initiative.id)["need_ids"]) == 1
    assert {origin.session_id for origin in dialogue.origins(ctx, need_id=told.needs[0].id)} == {
        held.id
    }
    assert all(dialogue.yields(ctx, [held.id])[held.id].__dict__.values())


def test_no_history_of_growth_is_invented(inside):
    ctx, _place = inside
    assert ctx.session.scalars(select(TenantMonth)).all() == []


def test_loading_again_changes_nothing(told, db):
    def counted() -> list[int]:
        counts = []
        for place in (GLOSTRUP, RUDERSDAL):
            with db.unit_of_work(tenant_id_of(db, place), system("test")) as ctx:
                counts.append(ctx.session.scalar(select(func.count()).select_from(AuditEntry)) or 0)
        return counts

    before = counted()

    assert load(db, (GLOSTRUP, RUDERSDAL)) == {"glostrup": None, "rudersdal": None}
    assert counted() == before


def test_every_balance_is_the_sum_of_its_entries(inside):
    ctx, _ = inside
    sums = {
        row[0]: tuple(int(value) for value in row[1:])
        for row in ctx.session.execute(
            select(
                LedgerEntry.pool_id, *(func.sum(getattr(LedgerEntry, name)) for name in COLUMNS)
            ).group_by(LedgerEntry.pool_id)
        )
    }
    balances = {
        balance.pool_id: tuple(getattr(balance, name) for name in COLUMNS)
        for balance in ctx.session.scalars(select(PoolBalance))
    }

    assert balances == sums


def test_the_frame_is_divided_to_the_ore(inside):
    ctx, place = inside
    rows = ctx.session.execute(
        select(BudgetYear.year, BudgetYear.frame, func.sum(LedgerEntry.allotted))
        .join(Pool, Pool.year_id == BudgetYear.id)
        .join(LedgerEntry, LedgerEntry.pool_id == Pool.id)
        # What came from outside, or was adjusted later, is no part of the frame.
        .where(Pool.kind.not_in((PoolKind.EARMARKED, PoolKind.FUND)))
        .where(LedgerEntry.kind == EntryKind.ALLOTTED)
        .group_by(BudgetYear.year, BudgetYear.frame)
    ).all()

    frames = {year: (frame, int(allotted)) for year, frame, allotted in rows}
    assert set(frames) == {2025, 2026, 2027}
    for frame, allotted in frames.values():
        assert frame == allotted
    assert frames[2026][0] == place.frame * 100


def test_requests_stand_in_every_state(inside):
    ctx, place = inside
    states = set(ctx.session.scalars(select(Enrolment.state).distinct()))

    # Glostrup's chain ends with the area leader: their yes confirms.
    assert set(EnrolmentState) - states == (
        {EnrolmentState.AREA_APPROVED} if place is GLOSTRUP else set()
    )


def test_requests_wait_at_every_level_of_rudersdals_chain(told, db):
    with db.unit_of_work(tenant_id_of(db, RUDERSDAL), system("test")) as ctx:
        waiting = Counter(
            ctx.session.scalars(
                select(Enrolment.waiting_level).where(Enrolment.waiting_level.is_not(None))
            )
        )
        [first_area] = ctx.session.scalars(select(Unit.id).where(Unit.number == "A1"))
        in_first = ctx.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(
                Enrolment.waiting_level == ApprovalLevel.AREA,
                Enrolment.waiting_unit_id == first_area,
            )
        )

    assert set(waiting) == set(ApprovalLevel)
    assert in_first is not None
    assert in_first >= 3


def test_the_sizes_are_those_of_the_field(inside):
    ctx, place = inside
    figures = organisation.staff_figures(ctx, on=date(2026, 1, 1))

    assert len(figures) == place.institutions
    assert 14 <= sum(each.fte for each in figures) / len(figures) <= 18
    assert 5.5 <= sum(each.pedagogue_fte for each in figures) / len(figures) <= 7.5
    assert len(organisation.areas(ctx)) == len(place.areas)


def test_a_glostrup_house_with_a_weak_economy_is_helped_by_the_centre(told, db):
    with db.unit_of_work(tenant_id_of(db, GLOSTRUP), system("test")) as ctx:
        weak = ctx.session.scalars(select(Unit).where(Unit.weak_economy)).all()
        assert [unit.number for unit in weak] == ["107"]
        central = ctx.session.scalars(
            select(PoolBalance)
            .join(Pool, Pool.id == PoolBalance.pool_id)
            .where(Pool.kind == PoolKind.CENTRAL)
        ).all()
        assert any(balance.actual > 0 for balance in central)


def test_a_rudersdal_house_moved_on_1_august(told, db):
    with db.unit_of_work(tenant_id_of(db, RUDERSDAL), system("test")) as ctx:
        unit = ctx.session.scalars(select(Unit).where(Unit.number == "108")).one()
        before = organisation.ancestor(ctx, unit.id, UnitKind.AREA, on=date(2026, 7, 31))
        after = organisation.ancestor(ctx, unit.id, UnitKind.AREA, on=date(2026, 8, 1))

    assert before is not None
    assert after is not None
    assert (before.number, after.number) == ("A1", "A2")


def test_completed_courses_gave_their_competences(inside):
    ctx, _ = inside
    given = ctx.session.scalar(
        select(func.count()).select_from(Holding).where(Holding.source == HoldingSource.COURSE)
    )

    assert given is not None
    assert given > 10


def test_a_diploma_module_costs_what_the_field_says(inside):
    ctx, _ = inside
    for course in ctx.session.scalars(select(Course).where(Course.ects > 0)):
        assert 950_00 <= course.price / course.ects <= 1_420_00, course.title


def test_everyone_documented_can_sign_in(told, db):
    for place, _role, email, password in sign_ins():
        if place == "Rød Tråd":
            with db.vendor_unit_of_work(tenancy.NOBODY) as ctx:
                assert tenancy.sign_in_staff(ctx, email=email, password=password)
            continue
        [municipality] = [each for each in plan.MUNICIPALITIES if each.name == place]
        if municipality is FREDERIKSBERG:
            continue
        with db.unit_of_work(tenant_id_of(db, municipality)) as ctx:
            assert accounts.sign_in(ctx, email=email, password=password)


def test_the_deputy_acts_for_the_leader(told, db):
    with db.unit_of_work(tenant_id_of(db, RUDERSDAL), system("test"), now=plan.STORY_ENDS) as ctx:
        user = accounts.user_named(ctx, email="stedfortraeder@rudersdal.dk")
        actor = accounts.actor_of(ctx, user.id)

    assert any(grant.deputy_for is not None for grant in actor.grants)


def test_the_municipalities_are_active_and_the_vendor_is_named(told, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        states = {item.tenant.slug: item.tenant.state for item in tenancy.overview(ctx)}
        emails = set(ctx.session.scalars(select(VendorUser.email)))

    assert states["glostrup"] is TenantState.ACTIVE
    assert plan.VENDOR_EMAIL in emails


def test_each_role_is_documented_once_per_municipality():
    first, second = sign_ins(), sign_ins()

    assert first == second
    assert len({(place, email) for place, _, email, _ in first}) == 25


def test_a_house_in_glostrup_has_two_under_way_and_one_was_let_in_above(told, db):
    with db.unit_of_work(tenant_id_of(db, GLOSTRUP), system("test"), now=plan.STORY_ENDS) as ctx:
        lanes = {
            lane.unit.number: lane
            for lane in initiatives.portfolio(
                ctx, first=date(2026, 1, 1), last=date(2026, 12, 31), page_size=100
            ).items
        }
        assert (lanes["101"].running, lanes["101"].most, lanes["101"].is_over) == (2, 2, False)
        assert (lanes["105"].running, lanes["105"].is_over) == (3, True)
        [above] = [bar for bar in lanes["105"].bars if bar.override]
        assert "kan ikke vente" in above.override
        assert any(bar.initiative.state is InitiativeState.PLANNED for bar in lanes["101"].bars)


def test_enrolments_are_part_of_initiatives_and_initiatives_in_every_state(inside):
    ctx, _ = inside
    states = set(ctx.session.scalars(select(Initiative.state).distinct()))
    part, alone = (
        ctx.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.initiative_id.is_(None) == x)
        )
        for x in (False, True)
    )

    assert states >= {
        *(InitiativeState.IDEA, InitiativeState.PLANNED, InitiativeState.RUNNING),
        *(InitiativeState.ANCHORED, InitiativeState.STOPPED),
    }
    assert part >= 3
    assert alone > part


def test_supervision_is_told_from_plan_to_report_and_screenings_over_time(inside):
    ctx, place = inside
    states = set(ctx.session.scalars(select(SupervisionVisit.state)))
    found = supervision.due(ctx, as_of=plan.STORY_ENDS.date())
    assert states >= {VisitState.PLANNED, VisitState.REPORTED}
    assert len(found.lines) == place.institutions
    assert 0 < len(found.due) < place.institutions / 2
    assert found.never > 0
    late = supervision.visits(ctx, late=True).items
    assert late
    rounds = ctx.session.scalars(select(Screening.held_on)).all()
    assert {day.year for day in rounds} == {2024, 2025, 2026}


def test_needs_are_told_from_every_source_and_stand_in_every_state(inside):
    ctx, _place = inside
    states = set(ctx.session.scalars(select(Need.state)))
    sources = set(ctx.session.scalars(select(Evidence.source)))
    assert states == set(NeedState)
    assert sources == set(SourceType)
    served = ctx.session.scalar(select(func.count()).where(Need.goal_id.is_not(None)))
    assert served >= 5


def test_courses_are_followed_through_in_some_houses_more_than_in_others(inside):
    ctx, _ = inside
    found = anchoring.follow_through(ctx, as_of=plan.STORY_ENDS.date())
    shares = {each.figures.percent for each in found.units if each.figures.completed}

    assert len(shares) >= 4
    assert 0 < (found.total.percent or 0) < 100
    assert found.total.overdue > 0
    plans = ctx.session.scalar(select(func.count()).select_from(AnchoringPlan))
    won = (EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED)
    lost = (EnrolmentState.NO_SHOW, EnrolmentState.CANCELLED)
    enrolled = select(func.count()).select_from(Enrolment)
    assert plans == ctx.session.scalar(enrolled.where(Enrolment.state.in_((*won, *lost))))
    left = (
        select(func.count())
        .select_from(PlanItem)
        .join(AnchoringPlan, AnchoringPlan.id == PlanItem.plan_id)
        .join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .where(Enrolment.state.in_(lost), PlanItem.done_on.is_(None), PlanItem.dropped_why == "")
    )
    assert ctx.session.scalar(left) == 0


def test_needs_are_shared_and_one_of_them_has_its_initiative(inside):
    ctx, _place = inside
    states = set(ctx.session.scalars(select(SharedNeedCluster.state)))
    offered = ctx.session.scalar(
        select(func.count()).where(CapacityStatement.to_date >= plan.STORY_ENDS.date())
    )

    assert states >= {ClusterState.SUGGESTED, ClusterState.STAFFED}
    assert offered >= 3


def test_forums_have_met_ranked_and_decided_by_frozen_packs(inside):
    ctx, _place = inside
    met = set(ctx.session.scalars(select(Meeting.state)))
    assert met >= {MeetingState.CLOSED, MeetingState.CALLED}
    outcomes = set(ctx.session.scalars(select(Decision.outcome)))
    closed = select(func.count()).where(RankingRound.closed_at.is_not(None))
    assert len(outcomes) > 1
    assert ctx.session.scalar(closed) > 0
    assert ctx.session.scalar(select(func.count()).select_from(MeetingPack)) > 1


def test_resource_persons_are_booked_in_every_state_and_never_beyond_their_hours(inside):
    ctx, _place = inside
    assert set(ctx.session.scalars(select(Booking.state))) == set(BookingState)
    booked = dict(
        ctx.session.execute(
            select(Booking.person_id, func.sum(Booking.minutes))
            .where(
                Booking.year == plan.YEAR,
                Booking.state.not_in((BookingState.CANCELLED, BookingState.DECLINED)),
            )
            .group_by(Booking.person_id)
        ).all()
    )
    hours = ctx.session.scalars(select(ResourceHours).where(ResourceHours.year == plan.YEAR)).all()
    assert len(hours) == 4
    assert {row.person_id: row.booked for row in hours if row.booked} == booked
    assert all(row.booked <= row.minutes for row in hours)
    told = resource_persons.compared(ctx, year=plan.YEAR)
    assert told.total.bought > told.total.internal > 0
