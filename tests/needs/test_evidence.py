"""Evidence is added, withdrawn, and never deleted; a need stands no firmer than its evidence."""

from datetime import date, timedelta

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, NeedState, SourceType


def withdraw(needing, evidence_id, *, by="leader_n1", why="Det var en misforståelse"):
    with needing.town.as_user(by) as ctx:
        return needs.withdraw_evidence(ctx, evidence_id, why=why).fell_back


def test_withdrawn_after_qualifying_the_need_falls_back_and_says_so(needing):
    need_id, found = needing.supported()
    with needing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)
    assert withdraw(needing, found[0]) is True
    assert needing.state(need_id) is NeedState.ANALYSED
    assert needing.counting(need_id) == 1
    assert [entry.action for entry in needing.trail()][-2:] == [
        "need.evidence_withdrawn",
        "need.fell_back",
    ]
    with needing.town.as_user("leader_n1") as ctx, pytest.raises(Conflict):
        needs.qualify(ctx, need_id)


def test_withdrawn_where_enough_is_left_the_need_stays(needing):
    need_id = needing.qualified()
    spare = needing.evidence(need_id, source=SourceType.MUS)
    assert withdraw(needing, spare) is False
    assert needing.state(need_id) is NeedState.QUALIFIED


def test_withdrawn_from_a_merged_need_its_target_falls_back(needing):
    one, into = needing.analysed(), needing.analysed()
    finding = needing.evidence(one, source=SourceType.MUS, role=ActorRole.LEADER)
    needing.evidence(into)
    with needing.town.as_user("leader_n1") as ctx:
        needs.merge(ctx, one, into_id=into)
        needs.qualify(ctx, into)
    assert withdraw(needing, finding) is True
    assert needing.state(into) is NeedState.ANALYSED


def test_what_is_covered_stays_covered(needing):
    need_id, found = needing.supported()
    with needing.town.as_user("leader_n1") as ctx:
        needs.qualify(ctx, need_id)
        needs.cover(ctx, [need_id])
    assert withdraw(needing, found[0]) is False
    assert needing.state(need_id) is NeedState.COVERED


def test_a_finding_is_withdrawn_once_and_with_a_reason(needing):
    need_id = needing.need()
    finding = needing.evidence(need_id)
    with pytest.raises(Invalid) as refused:
        withdraw(needing, finding, why=" ")
    assert refused.value.field == "why"
    with pytest.raises(Invalid):
        withdraw(needing, finding, why="x" * 100_000)
    assert needing.counting(need_id) == 1
    withdraw(needing, finding)
    with pytest.raises(Conflict):
        withdraw(needing, finding)
    with needing.town.as_user("leader_n1") as ctx:
        (kept,) = needs.evidence(ctx, need_id)
    assert kept.withdrawn_why == "Det var en misforståelse"
    assert kept.text == "Set på stuen"


def test_who_wrote_it_withdraws_it_and_others_do_not(needing):
    need_id = needing.need()
    mine = needing.evidence(need_id, by="ped_n1")
    leaders = needing.evidence(need_id, by="leader_n1")
    with pytest.raises(Forbidden):
        withdraw(needing, leaders, by="ped_n1")
    with pytest.raises(Forbidden):
        withdraw(needing, mine, by="auditor")
    for stranger in ("leader_n2", "ped_s1"):
        with pytest.raises(NotFound):
            withdraw(needing, mine, by=stranger)
    assert needing.counting(need_id) == 2
    withdraw(needing, mine, by="ped_n1")
    assert needing.counting(need_id) == 1


def test_a_coming_day_a_long_text_and_none_are_refused(needing):
    need_id = needing.need()
    facts = {"source": SourceType.MUS, "role": ActorRole.LEADER, "text": "Aftalt"}
    tomorrow = needing.town.today + timedelta(days=1)
    for more, field in (
        ({"found_on": tomorrow}, "found_on"),
        ({"found_on": date(1899, 1, 1)}, "found_on"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": ""}, "text"),
    ):
        with needing.town.as_user("leader_n1") as ctx, pytest.raises(Invalid) as refused:
            needs.add_evidence(ctx, need_id, **facts | more)
        assert refused.value.field == field
    assert needing.counting(need_id) == 0


def test_an_auditor_reads_and_adds_nothing(needing):
    need_id = needing.need()
    with pytest.raises(Forbidden):
        needing.evidence(need_id, by="auditor")
    with pytest.raises(NotFound):
        needing.evidence(need_id, by="leader_s1")
    assert needing.counting(need_id) == 0


def texts(needing, need_id, user):
    with needing.town.as_user(user) as ctx:
        return {finding.text for finding in needs.evidence(ctx, need_id)}


def test_a_confidential_text_reaches_those_it_is_for_and_nobody_else(needing):
    need_id = needing.need(by="leader_n1")
    said = {level: f"Sagt {level.value}" for level in Confidentiality}
    for level, text in said.items():
        needing.evidence(need_id, by="consultant", text=text, confidentiality=level)
    everything = set(said.values())
    inside = everything - {said[Confidentiality.AUTHOR]} | {None}
    only_open = {said[Confidentiality.OPEN], None}
    assert texts(needing, need_id, "consultant") == everything
    assert texts(needing, need_id, "leader_n1") == inside
    for user in ("admin", "area_north", "auditor", "ped_n1"):
        assert texts(needing, need_id, user) == only_open, user
    for user in ("leader_n2", "leader_s1", "ped_n2", "area_south"):
        with pytest.raises(NotFound):
            texts(needing, need_id, user)
    with needing.town.as_system() as ctx:
        assert {finding.text for finding in needs.evidence(ctx, need_id)} == only_open


def test_the_areas_own_finding_is_its_leaders(needing):
    need_id = needing.need(by="area_north", unit="north")
    needing.evidence(
        need_id, by="consultant", text="Hemmelig", confidentiality=Confidentiality.INSTITUTION
    )
    assert texts(needing, need_id, "area_north") == {"Hemmelig"}
    for user in ("admin", "auditor"):
        assert texts(needing, need_id, user) == {None}


def test_merging_opens_no_finding_to_the_other_institution(needing):
    one = needing.need()
    near = needing.need(by="leader_n2", unit="n2")
    for level in Confidentiality:
        needing.evidence(one, text=f"Fra n1 {level.value}", confidentiality=level)
    with needing.town.as_user("area_north") as ctx:
        needs.merge(ctx, one, into_id=near)
    assert texts(needing, near, "leader_n2") == {None}
    assert texts(needing, near, "area_north") == {"Fra n1 open", None}
    with needing.town.as_user("leader_n2") as ctx:
        assert needs.standing(ctx, [near])[near].findings == 3
        assert needs.story(ctx, needs.get(ctx, near)).merged == []
