"""Who holds what until when, and who may see and note it."""

from datetime import date

import pytest
from sqlalchemy import update

from tenant_app.competences import service as competences
from tenant_app.competences.models import HoldingSource
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.organisation.models import Employment

DAY = date(2025, 8, 31)


def note(town, user, employee, competence_id, **facts):
    with town.as_user(user) as ctx:
        return competences.note_holding(
            ctx,
            employee_id=town.employees[employee],
            competence_id=competence_id,
            **({"from_date": DAY} | facts),
        ).id


@pytest.fixture
def holding(town, language):
    return note(town, "leader_n1", "ped_n1_1", language)


def test_a_leader_notes_an_earlier_holding(town, language, first_aid, look):
    note(town, "leader_n1", "ped_n1_2", language)
    note(town, "area_north", "ped_n2_1", first_aid)
    note(town, "consultant", "ped_s1_1", first_aid, until_date=date(2026, 1, 1))
    assert [(h.until_date, h.source) for h in look.holdings(town)] == [
        (None, HoldingSource.EARLIER),
        (date(2027, 8, 31), HoldingSource.EARLIER),
        (date(2026, 1, 1), HoldingSource.EARLIER),
    ]


@pytest.mark.parametrize(
    ("user", "refused"),
    [
        ("leader_n2", NotFound),
        ("area_south", NotFound),
        ("ped_s1", NotFound),
        ("ped_n1", Forbidden),
        ("auditor", Forbidden),
    ],
)
def test_others_cannot_note_and_nothing_changes(town, language, user, refused, look):
    before = look.trail(town)
    with pytest.raises(refused):
        note(town, user, "ped_n1_1", language)
    assert look.holdings(town) == []
    assert look.trail(town) == before


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"from_date": date(2026, 3, 3)}, "from_date"),
        ({"from_date": date(1825, 8, 31)}, "from_date"),
        ({"until_date": date(2025, 8, 30)}, "until_date"),
        ({"until_date": date(2925, 8, 30)}, "until_date"),
    ],
)
def test_absurd_dates_are_refused(town, language, facts, field, look):
    with pytest.raises(Invalid) as refusal:
        note(town, "leader_n1", "ped_n1_1", language, **facts)
    assert refusal.value.field == field
    assert look.holdings(town) == []


def test_the_same_holding_twice_is_refused(town, language, holding, look):
    with pytest.raises(Conflict) as refusal:
        note(town, "leader_n1", "ped_n1_1", language)
    assert refusal.value.field == "from_date"
    assert [h.id for h in look.holdings(town)] == [holding]


def test_someone_who_has_left_is_refused(town, language, look):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.employee_id == town.employees["ped_n1_1"])
            .values(to_date=date(2026, 2, 1))
        )
    with pytest.raises(Conflict, match="not employed today"):
        note(town, "admin", "ped_n1_1", language)
    with pytest.raises(NotFound):
        note(town, "leader_n1", "ped_n1_1", language)
    assert look.holdings(town) == []


def test_ids_of_another_municipality_are_not_there(
    town, make_town, make_competence, language, look
):
    elsewhere = make_town()
    foreign = make_competence(elsewhere)
    with pytest.raises(NotFound) as refusal:
        note(town, "leader_n1", "ped_n1_1", foreign)
    assert refusal.value.field == "competence_id"
    with town.as_user("admin") as ctx:
        for unknown in (elsewhere.employees["ped_n1_1"], uuid7()):
            with pytest.raises(NotFound) as refusal:
                competences.note_holding(
                    ctx, employee_id=unknown, competence_id=language, from_date=DAY
                )
            assert refusal.value.field == "employee_id"
    assert look.holdings(town) == look.holdings(elsewhere) == []


def test_a_holding_is_ended_with_a_reason(town, holding, look):
    with town.as_user("leader_n1") as ctx:
        competences.end_holding(ctx, holding, until_date=date(2025, 12, 31), reason="Bevis udløbet")
    assert [h.until_date for h in look.holdings(town)] == [date(2025, 12, 31)]
    assert look.trail(town)[-1] == "holding.ended"


@pytest.mark.parametrize(
    ("user", "refused"),
    [("leader_n2", NotFound), ("area_south", NotFound), ("ped_n1", Forbidden)],
)
def test_others_cannot_end_a_holding(town, holding, user, refused, look):
    with town.as_user(user) as ctx, pytest.raises(refused):
        competences.end_holding(ctx, holding, until_date=date(2025, 12, 31), reason="x")
    assert [h.until_date for h in look.holdings(town)] == [None]


@pytest.mark.parametrize(
    ("until", "reason"), [(date(2025, 8, 30), "Fejl"), (date(2025, 12, 31), " ")]
)
def test_a_holding_ends_after_it_began_and_for_a_reason(town, holding, until, reason, look):
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        competences.end_holding(ctx, holding, until_date=until, reason=reason)
    assert [h.until_date for h in look.holdings(town)] == [None]


@pytest.mark.parametrize(
    ("user", "sees"),
    [
        ("admin", ["ped_n1_1", "ped_n2_1", "ped_s1_1"]),
        ("auditor", ["ped_n1_1", "ped_n2_1", "ped_s1_1"]),
        ("area_north", ["ped_n1_1", "ped_n2_1"]),
        ("leader_n1", ["ped_n1_1"]),
        ("ped_n1", ["ped_n1_1"]),
        ("ped_n2", ["ped_n2_1"]),
        ("ped_s2", []),
    ],
)
def test_each_sees_the_holdings_of_own_staff_and_own(town, language, user, sees):
    for employee in ("ped_n1_1", "ped_n2_1", "ped_s1_1"):
        note(town, "admin", employee, language)
    with town.as_user(user) as ctx:
        items = competences.holdings(ctx).items
    assert sorted(held.employee.name.split()[0] for held in items) == sees


def test_holdings_of_the_neighbour_municipality_are_not_there(town, make_town, holding):
    with make_town().as_user("admin") as ctx:
        assert competences.holdings(ctx).items == []
        with pytest.raises(NotFound):
            competences.end_holding(ctx, holding, until_date=DAY, reason="x")


def test_who_moved_away_is_seen_by_the_new_leader(town, holding):
    with town.as_system() as ctx:
        ctx.session.execute(
            update(Employment)
            .where(Employment.employee_id == town.employees["ped_n1_1"])
            .values(unit_id=town.units["s1"])
        )
    with town.as_user("leader_n1") as ctx:
        assert competences.holdings(ctx).items == []
    with town.as_user("leader_s1") as ctx:
        assert [held.holding.id for held in competences.holdings(ctx).items] == [holding]


def test_the_list_is_filtered_and_paged(town, language, first_aid):
    for employee in ("ped_n1_1", "ped_n1_2", "ped_n1_3"):
        note(town, "leader_n1", employee, language)
    note(town, "leader_n1", "ped_n1_1", first_aid, until_date=date(2026, 1, 1))
    with town.as_user("leader_n1") as ctx:
        page = competences.holdings(ctx, competence_id=language, page_size=2)
        assert (len(page.items), page.has_more) == (2, True)
        rest = competences.holdings(ctx, competence_id=language, page=2, page_size=2)
        assert (len(rest.items), rest.has_more) == (1, False)
        one = town.employees["ped_n1_1"]
        assert len(competences.holdings(ctx, employee_id=one).items) == 2
        assert len(competences.holdings(ctx, employee_id=one, on=ctx.today).items) == 1


def test_a_competence_is_held_from_its_first_to_its_last_day(town, first_aid):
    note(town, "leader_n1", "ped_n1_1", first_aid, until_date=date(2026, 1, 31))
    one = town.employees["ped_n1_1"]
    with town.as_user("ped_n1") as ctx:
        held = {
            day: bool(competences.held_on(ctx, employee_id=one, on=day))
            for day in (date(2025, 8, 30), DAY, date(2026, 1, 31), date(2026, 2, 1))
        }
    assert list(held.values()) == [False, True, True, False]


def test_a_course_gives_its_competences_once(town, language, first_aid, look):
    source, on = uuid7(), date(2024, 2, 29)
    with town.as_system() as ctx:
        facts = {"employee_id": town.employees["ped_n1_1"], "source_id": source}
        facts |= {"competence_ids": [language, first_aid]}
        assert len(competences.grant(ctx, on=on, **facts)) == 2
        assert competences.grant(ctx, on=on, **facts) == []
        assert competences.grant(ctx, on=date(2024, 3, 1), **facts) == []
    held = {h.competence_id: h for h in look.holdings(town)}
    assert held[language].until_date is None
    assert held[first_aid].until_date == date(2026, 2, 28)
    assert {h.source for h in held.values()} == {HoldingSource.COURSE}
    assert {h.source_id for h in held.values()} == {source}
    assert look.trail(town).count("holding.granted") == 2


def test_a_later_course_renews(town, first_aid, look):
    with town.as_system() as ctx:
        for on in (date(2023, 1, 31), date(2025, 1, 31)):
            competences.grant(
                ctx,
                employee_id=town.employees["ped_n1_1"],
                competence_ids=[first_aid],
                on=on,
                source_id=uuid7(),
            )
    assert [h.until_date for h in look.holdings(town)] == [date(2025, 1, 31), date(2027, 1, 31)]


def test_what_begins_the_same_day_is_one_holding(town, language, look):
    note(town, "leader_n1", "ped_n1_1", language)
    with town.as_system() as ctx:
        made = competences.grant(
            ctx,
            employee_id=town.employees["ped_n1_1"],
            competence_ids=[language],
            on=DAY,
            source_id=uuid7(),
        )
    assert made == []
    assert [h.source for h in look.holdings(town)] == [HoldingSource.EARLIER]


def test_a_course_cannot_give_what_another_municipality_has(town, make_town, make_competence, look):
    foreign = make_competence(make_town())
    with town.as_system() as ctx:
        made = competences.grant(
            ctx,
            employee_id=town.employees["ped_n1_1"],
            competence_ids=[foreign],
            on=DAY,
            source_id=uuid7(),
        )
    assert made == []
    assert look.holdings(town) == []
