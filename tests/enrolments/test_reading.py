"""What one can look at, and that looking costs the same however much there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tests.statements import statements

CENTRAL, LOCAL = kroner(20_900), kroner(8_900)


def ask(town, who, session_id, *people, now=None):
    ids = [town.employees[person] for person in people]
    with town.as_user(who, now=now) as ctx:
        return [
            made.id for made in enrolments.request(ctx, session_id=session_id, employee_ids=ids)
        ]


def seen_by(town, who, **filters):
    with town.as_user(who) as ctx:
        return [row.id for row in enrolments.listing(ctx, **filters).items]


def waiting_for(town, who):
    with town.as_user(who) as ctx:
        return [row.enrolment.id for row in enrolments.inbox(ctx).items]


def test_the_inbox_shows_what_one_must_know_to_answer(town, school):
    session_id = school.session(seats=5)
    ask(town, "leader_n1", session_id, "ped_n1_2", "ped_n1_3")
    [enrolment_id] = ask(town, "ped_n1", session_id, "ped_n1_1")

    with town.as_user("leader_n1", now=town.now + timedelta(days=4)) as ctx:
        [row] = enrolments.inbox(ctx).items

    assert row.enrolment.id == enrolment_id
    assert row.enrolment.employee.name.startswith("ped_n1_1")
    assert row.colleagues == 2
    assert row.seats_left == 2
    assert row.age_days == 4
    pools = {pool.pool_id: pool for pool in row.pools}
    local = pools[school.balance("n1").pool_id]
    assert local.amount == LOCAL
    assert local.after == school.balance("n1").available
    assert local.before == local.after + LOCAL
    assert pools[school.balance("root").pool_id].amount == CENTRAL


def test_each_level_sees_its_own_inbox_oldest_first(town, school):
    [second] = ask(town, "ped_n1", school.session(), "ped_n1_1", now=town.now + timedelta(hours=1))
    [first] = ask(town, "ped_n2", school.session(), "ped_n2_1")
    [area] = ask(town, "leader_n1", school.session(), "ped_n1_2", now=town.now - timedelta(1))

    assert waiting_for(town, "leader_n1") == [second]
    assert waiting_for(town, "leader_n2") == [first]
    assert waiting_for(town, "area_north") == [area, first, second]
    assert waiting_for(town, "area_south") == []
    assert waiting_for(town, "admin") == [area]


def test_the_inbox_costs_the_same_for_one_and_for_many(town, school):
    session_ids = [school.session() for _ in range(3)]
    counts = []
    for person in ("ped_n1_1", "ped_n1_2", "ped_n1_3"):
        for session_id in session_ids:
            ask(town, "leader_n1", session_id, person)
        with town.as_user("area_north") as ctx, statements(ctx.session.get_bind()) as seen:
            assert enrolments.inbox(ctx).items
        counts.append(len(seen))

    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_the_list_costs_the_same_for_one_and_for_many(town, school):
    counts = []
    for person in ("ped_n1_1", "ped_n1_2", "ped_n1_3"):
        ask(town, "leader_n1", school.session(), person)
        with town.as_user("area_north") as ctx, statements(ctx.session.get_bind()) as seen:
            for row in enrolments.listing(ctx).items:
                assert row.session.course.provider.name
                assert row.unit.name
        counts.append(len(seen))

    assert len(set(counts)) == 1
    assert counts[0] <= 2


def test_those_who_answer_nothing_have_no_inbox(town, school):
    for who in ("ped_n1", "auditor", "consultant"):
        with pytest.raises(Forbidden), town.as_user(who) as ctx:
            enrolments.inbox(ctx)


def test_the_size_of_the_inbox_is_counted(town, school):
    ask(town, "leader_n1", school.session(), "ped_n1_1", "ped_n1_2")

    for who, size in (("area_north", 2), ("area_south", 0)):
        with town.as_user(who) as ctx:
            assert enrolments.inbox(ctx).size == size


def test_each_page_of_the_inbox_goes_on_where_the_one_before_ended(town, school):
    asked = ask(town, "leader_n1", school.session(), "ped_n1_1", "ped_n1_2", "ped_n1_3")

    with town.as_user("area_north") as ctx:
        pages = [enrolments.inbox(ctx, page=page, page_size=2) for page in (1, 2, 3)]

    assert [[row.enrolment.id for row in page.items] for page in pages] == [
        sorted(asked)[:2],
        sorted(asked)[2:],
        [],
    ]
    assert [page.has_more for page in pages] == [True, False, False]
    assert {page.size for page in pages} == {3}


def test_no_more_of_the_inbox_is_counted_than_somebody_would_read(town, school):
    ask(town, "leader_n1", school.session(), "ped_n1_1", "ped_n1_2", "ped_n1_3")

    with town.as_user("area_north") as ctx:
        page = enrolments.inbox(ctx, page_size=1, counted_to=1)

    assert (len(page.items), page.size, page.has_more) == (1, 2, True)


def test_each_sees_the_enrolments_of_their_own_branch_and_self(town, school):
    session_id = school.session()
    [n1] = ask(town, "leader_n1", session_id, "ped_n1_1")
    [s1] = ask(town, "leader_s1", session_id, "ped_s1_1")

    assert seen_by(town, "admin") == [s1, n1]
    assert seen_by(town, "auditor") == [s1, n1]
    assert seen_by(town, "area_north") == seen_by(town, "leader_n1") == [n1]
    assert seen_by(town, "ped_n1") == [n1]
    assert seen_by(town, "ped_n2") == []


def test_an_employee_sees_their_own_and_no_colleagues(town, school):
    session_id = school.session()
    [own] = ask(town, "leader_n1", session_id, "ped_n1_1")
    [other] = ask(town, "leader_n1", session_id, "ped_n1_2")

    with town.as_user("ped_n1") as ctx:
        assert [row.id for row in enrolments.own(ctx).items] == [own]
        assert enrolments.one(ctx, own).enrolment.id == own
        with pytest.raises(NotFound):
            enrolments.one(ctx, other)


def test_a_login_without_employment_has_no_enrolments_of_its_own(town, school):
    ask(town, "leader_n1", school.session(), "ped_n1_1")

    with town.as_user("admin") as ctx:
        assert enrolments.own(ctx).items == []


def test_the_list_is_filtered(town, school):
    one, two = school.session(), school.session()
    [a] = ask(town, "leader_n1", one, "ped_n1_1")
    [b] = ask(town, "leader_n2", two, "ped_n2_2")
    with town.as_user("admin") as ctx:
        course_id = enrolments.one(ctx, b).enrolment.session.course_id

    assert seen_by(town, "admin", unit_id=town.units["n1"]) == [a]
    assert seen_by(town, "admin", unit_id=town.units["north"]) == [b, a]
    assert seen_by(town, "admin", unit_id=town.units["south"]) == []
    assert seen_by(town, "admin", course_id=course_id) == [b]
    assert seen_by(town, "admin", employee="ped_n2") == [b]
    assert seen_by(town, "admin", employee="n2") == []
    assert seen_by(town, "admin", year=2026) == [b, a]
    assert seen_by(town, "admin", year=2025) == []
    assert seen_by(town, "admin", state=EnrolmentState.LEADER_APPROVED) == [b, a]
    assert seen_by(town, "admin", state=EnrolmentState.CONFIRMED) == []


def test_a_filter_on_a_unit_elsewhere_is_not_found(town, school):
    with pytest.raises(NotFound):
        seen_by(town, "leader_n1", unit_id=town.units["south"])


def test_the_list_comes_in_pages(town, school):
    made = [ask(town, "leader_n1", school.session(), "ped_n1_1")[0] for _ in range(3)]

    with town.as_user("admin") as ctx:
        first = enrolments.listing(ctx, page_size=2)
        second = enrolments.listing(ctx, page=2, page_size=2)

    assert [row.id for row in (*first.items, *second.items)] == made[::-1]
    assert (first.has_more, second.has_more) == (True, False)


def test_one_enrolment_is_shown_with_money_steps_and_movements(town, school):
    [enrolment_id] = ask(town, "leader_n1", school.session(), "ped_n1_1")

    with town.as_user("auditor") as ctx:
        shown = enrolments.one(ctx, enrolment_id)

    assert sum(line.amount for line in shown.lines) == kroner(29_800)
    assert [step.level.value for step in shown.steps] == ["institution", "area", "central"]
    assert shown.unit_names[town.units["north"]].startswith("north")
    assert shown.user_names[town.users["leader_n1"]].startswith("leader_n1")
    assert {entry.kind.value for entry, _ in shown.entries} == {"reserved"}


def test_offers_are_those_one_can_still_ask_for(town, school):
    session_id = school.session(seats=2)
    school.session(deadline=town.today - timedelta(1))
    ask(town, "leader_n1", session_id, "ped_n1_1")

    with town.as_user("ped_n1") as ctx:
        [offer] = enrolments.offers(ctx, words="course").items
        assert enrolments.offers(ctx, words="100 % nothing").items == []

    assert offer.session.id == session_id
    assert offer.seats_left == 1


def test_a_leader_asks_for_those_of_the_house(town, school):
    with town.as_user("leader_n1") as ctx:
        names = [each.employee.name.split()[0] for each in enrolments.staff_to_ask_for(ctx).items]
    with town.as_user("admin") as ctx:
        assert enrolments.staff_to_ask_for(ctx).items == []

    assert names == ["leder_n1", "med_n1", "ped_n1_1", "ped_n1_2", "ped_n1_3"]


def test_the_effect_on_pools_is_summed_over_a_group(town, school):
    people = [town.employees["ped_n1_1"], town.employees["ped_n1_2"]]
    with town.as_user("leader_n1") as ctx:
        drafts = enrolments.preview(ctx, session_id=school.session(), employee_ids=people)
        pools = enrolments.effect(ctx, [draft.card for draft in drafts])

    assert sorted(pool.amount for pool in pools) == [2 * LOCAL, 2 * CENTRAL]
    assert all(pool.before - pool.after == pool.amount for pool in pools)
