"""A need on its way: reported, qualified, merged, covered; and every refusal on it."""

from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, NeedState, SourceType, Urgency
from tenant_app.tenancy import service as tenancy


def test_an_employee_reports_with_a_first_finding(needing):
    need_id = needing.need(source=SourceType.DIALOGUE, role=ActorRole.PEDAGOGUE, text="Set i går")
    row = needing.row(need_id)
    assert (row.state, row.staff, row.urgency) == (NeedState.REPORTED, 4, Urgency.NORMAL)
    assert row.reported_by == needing.town.users["ped_n1"]
    assert needing.counting(need_id) == 1
    assert [entry.action for entry in needing.trail()] == ["need.reported", "need.evidence_added"]
    assert "Set i går" not in str([vars(entry) for entry in needing.trail()])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 100_000}, "description"),
        ({"staff": 0}, "staff"),
        ({"staff": 10_001}, "staff"),
        ({"area_id": uuid4()}, "area_id"),
        ({"competence_id": uuid4()}, "competence_id"),
        ({"goal_id": uuid4()}, "goal_id"),
        ({"unit_id": uuid4()}, "unit_id"),
        ({"text": "Uden kilde"}, "source"),
        ({"source": SourceType.MUS, "text": ""}, "text"),
        ({"source": SourceType.MUS, "text": "x" * 100_000}, "text"),
    ],
)
def test_a_report_that_cannot_be_names_its_field_and_leaves_nothing(needing, facts, field):
    with pytest.raises((Invalid, NotFound)) as refused:
        needing.need(**facts)
    assert refused.value.field == field
    assert needing.trail() == []


def test_nobody_reports_elsewhere_and_an_auditor_nowhere(needing):
    with pytest.raises(NotFound):
        needing.need(unit="s1")
    with pytest.raises(NotFound):
        needing.need(by="leader_n1", unit="n2")
    with pytest.raises(Forbidden):
        needing.need(by="auditor")
    assert needing.trail() == []


def test_a_need_of_another_municipality_is_not_there(needing, make_town, make_needing):
    elsewhere = make_needing(make_town())
    foreign = elsewhere.qualified()
    own = needing.need()
    with needing.town.as_user("admin") as ctx:
        for ask in (needs.get, needs.analyse, needs.qualify, needs.close, needs.one):
            with pytest.raises(NotFound):
                ask(ctx, foreign)
        with pytest.raises(NotFound) as refused:
            needs.merge(ctx, own, into_id=foreign)
        assert refused.value.field == "into_id"
        with pytest.raises(NotFound):
            needs.report(ctx, **needing.facts(area_id=elsewhere.area))
        assert needs.cover(ctx, [foreign]) == []
    assert elsewhere.state(foreign) is NeedState.QUALIFIED
    assert needing.state(own) is NeedState.REPORTED


def test_one_source_is_too_little_and_two_of_two_roles_are_enough(needing):
    need_id = needing.analysed()
    needing.evidence(need_id)
    with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict) as refused:
        needs.qualify(ctx, need_id)
    assert "Screening" in str(refused.value)
    assert needing.state(need_id) is NeedState.ANALYSED
    needing.evidence(need_id, source=SourceType.SUPERVISION, role=ActorRole.CONSULTANT)
    with needing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)
    assert needing.state(need_id) is NeedState.QUALIFIED
    with needing.town.as_user("leader_n1") as ctx:
        needs.prioritise(ctx, need_id)
    assert needing.state(need_id) is NeedState.PRIORITISED


def test_the_municipality_may_ask_for_more(needing):
    need_id, _found = needing.supported()
    with needing.town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, limits={"sources_at_least": 3})
    with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        needs.qualify(ctx, need_id)
    needing.evidence(need_id, source=SourceType.MUS)
    with needing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)


@pytest.mark.parametrize("who", ["ped_n1", "colleague", "auditor", "leader_n2", "area_south"])
def test_others_move_nothing(needing, who):
    need_id, _found = needing.supported()
    moves = (needs.qualify, needs.analyse, needs.prioritise, needs.close)
    user = "ped_n1" if who == "colleague" else who
    for move in moves:
        with needing.town.as_user(user) as ctx, pytest.raises((Forbidden, NotFound)):
            move(ctx, need_id)
    for move in (needs.park, needs.reject):
        with needing.town.as_user(user) as ctx, pytest.raises((Forbidden, NotFound)):
            move(ctx, need_id, reason="Nej")
    with needing.town.as_user(user) as ctx, pytest.raises((Forbidden, NotFound)):
        needs.change(ctx, need_id, title="Noget andet")
    assert needing.state(need_id) is NeedState.ANALYSED


def test_parking_and_rejecting_need_a_reason_that_is_kept(needing):
    need_id = needing.need()
    with needing.town.as_user("leader_n1") as ctx, pytest.raises(Invalid) as refused:
        needs.park(ctx, need_id, reason="  ")
    assert refused.value.field == "reason"
    assert needing.state(need_id) is NeedState.REPORTED
    with needing.town.as_user("leader_n1") as ctx:
        needs.park(ctx, need_id, reason="Vi venter på normeringen")
    assert needing.row(need_id).reason == "Vi venter på normeringen"
    with needing.town.as_user("leader_n1") as ctx:
        needs.analyse(ctx, need_id)
    assert needing.row(need_id).reason == ""
    with needing.town.as_user("leader_n1") as ctx:
        needs.reject(ctx, need_id, reason="Løst på personalemødet")
    for move in (needs.analyse, needs.qualify, needs.close):
        with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
            move(ctx, need_id)
    assert needing.state(need_id) is NeedState.REJECTED


def test_a_merged_need_counts_for_the_other(needing):
    """Two needs with one source each are one with two."""
    one, other = needing.analysed(), needing.analysed()
    needing.evidence(one, source=SourceType.MUS)
    needing.evidence(other, source=SourceType.SCREENING, role=ActorRole.CONSULTANT)
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, one, into_id=other)
    row = needing.row(one)
    assert (row.state, row.merged_into_id) == (NeedState.MERGED, other)
    assert (needing.counting(one), needing.counting(other)) == (1, 1)
    with needing.town.as_user("leader_n1") as ctx:
        assert needs.standing(ctx, [other])[other].index == 2
        assert {finding.need_id for finding in needs.evidence(ctx, other)} == {one, other}
        needs.qualify(ctx, other)
    assert needing.state(other) is NeedState.QUALIFIED


def test_a_merged_need_is_not_merged_again_nor_a_target(needing):
    one, other, third = needing.need(), needing.need(), needing.need()
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, one, into_id=other)
    for from_id, into_id in ((one, third), (third, one), (other, one), (one, one)):
        with needing.town.as_user("leader_n1") as ctx, pytest.raises((Conflict, Invalid)):
            needs.merge(ctx, from_id, into_id=into_id)
    assert needing.row(one).merged_into_id == other
    assert (needing.state(other), needing.state(third)) == (NeedState.REPORTED, NeedState.REPORTED)


def test_what_was_merged_before_goes_along(needing):
    one, other, third = needing.need(), needing.need(), needing.need()
    needing.evidence(one, source=SourceType.MUS)
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, one, into_id=other)
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, other, into_id=third)
    assert needing.row(one).merged_into_id == third
    with needing.town.as_user("leader_n1") as ctx:
        assert needs.standing(ctx, [third])[third].index == 1


def test_nothing_is_added_to_or_changed_in_what_is_over(needing):
    merged, into = needing.need(), needing.need()
    rejected = needing.need()
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, merged, into_id=into)
        needs.reject(ctx, rejected, reason="Nej tak")
    for need_id in (merged, rejected):
        with pytest.raises(Conflict):
            needing.evidence(need_id)
        with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
            needs.change(ctx, need_id, title="Noget andet")
        with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
            needs.merge(ctx, into, into_id=need_id)
        assert needing.counting(need_id) == 0


def test_a_leader_merges_own_needs_only(needing):
    here = needing.need()
    there = needing.need(by="ped_s1", unit="s1")
    near = needing.need(by="leader_n2", unit="n2")
    for into in (there, near):
        with needing.town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
            needs.merge(ctx, here, into_id=into)
    assert needing.state(here) is NeedState.REPORTED
    with needing.town.as_user("area_north") as ctx:
        needs.merge(ctx, here, into_id=near)
    assert needing.row(here).merged_into_id == near


def test_an_initiative_covers_what_waited_for_it(needing):
    qualified, reported = needing.qualified(), needing.need()
    with needing.town.as_user("leader_n1") as ctx:
        assert [need_id for need_id, _title in needs.choices(ctx)] == [qualified]
        needs.check_answerable(ctx, [qualified])
        with pytest.raises(Invalid) as refused:
            needs.check_answerable(ctx, [qualified, reported])
        assert refused.value.field == "need_ids"
        covered = needs.cover(ctx, [qualified, reported, qualified])
        assert [need.id for need in covered] == [qualified]
    assert needing.state(qualified) is NeedState.COVERED
    assert needing.state(reported) is NeedState.REPORTED
    with needing.town.as_user("leader_n1") as ctx:
        needs.close(ctx, qualified)
    assert needing.state(qualified) is NeedState.CLOSED


def test_a_leader_says_it_better(needing):
    need_id = needing.need()
    with needing.town.as_user("leader_n1") as ctx:
        needs.change(ctx, need_id, title="Fælles legesprog", area_id=needing.play, staff=7)
    row = needing.row(need_id)
    assert (row.title, row.area_id, row.staff) == ("Fælles legesprog", needing.play, 7)
    with needing.town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        needs.change(ctx, need_id, staff=0, title="Må ikke stå")
    assert needing.row(need_id).title == "Fælles legesprog"
