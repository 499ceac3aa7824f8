"""One step from a finding or a score to a need, and never a second."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, SourceType
from tenant_app.supervision import service as supervision
from tests.supervision.conftest import NEW, TODAY


def use(inspectorate, who, finding_id, **facts):
    with inspectorate.town.as_user(who) as ctx:
        return supervision.use_finding(ctx, finding_id, **facts).need_id


def use_score(inspectorate, who, result_id, **facts):
    with inspectorate.town.as_user(who) as ctx:
        return supervision.use_result(ctx, result_id, **facts).need_id


def evidence_of(inspectorate, need_id):
    with inspectorate.town.as_user("leader_n1") as ctx:
        return needs.evidence(ctx, need_id)


def test_a_finding_stands_behind_a_need_that_is_there(inspectorate):
    finding, need_id = inspectorate.found(inspectorate.held()), inspectorate.need()
    assert use(inspectorate, "leader_n1", finding, need_id=need_id) == need_id

    [found] = evidence_of(inspectorate, need_id)
    assert (found.source, found.role) == (SourceType.SUPERVISION, ActorRole.CONSULTANT)
    assert (found.text, found.found_on) == ("Legen afbrydes", TODAY)


def test_a_finding_raises_a_new_need_of_its_unit_and_area(town, inspectorate):
    finding = inspectorate.found(inspectorate.held())
    need_id = use(inspectorate, "consultant", finding, new=NEW)

    with town.as_user("leader_n1") as ctx:
        made = needs.get(ctx, need_id)
        assert (made.unit_id, made.area_id) == (town.units["n1"], inspectorate.area_id)
        assert (made.title, made.staff) == (NEW.title, 4)
    assert len(evidence_of(inspectorate, need_id)) == 1


def test_a_score_is_evidence_with_its_scale(inspectorate):
    result = inspectorate.score_of(inspectorate.screened(score="2,5"))
    need_id = inspectorate.need()
    use_score(inspectorate, "leader_n1", result, need_id=need_id, role=ActorRole.LEADER)

    [found] = evidence_of(inspectorate, need_id)
    assert found.source is SourceType.SCREENING
    assert found.text == "KIDS, Relationer: 2,5 (1–5, n = 4)"
    assert found.found_on == date(2026, 1, 12)


def test_a_score_of_an_area_that_leads_nowhere_asks_for_the_competence_area(inspectorate):
    result = inspectorate.score_of(inspectorate.screened(område="Leg og aktivitet"))
    error = inspectorate.refused(
        Invalid, lambda: use_score(inspectorate, "leader_n1", result, new=NEW)
    )
    assert error.field == "area_id"
    new = supervision.NewNeed(title="Leg", area_id=inspectorate.area_id)
    assert use_score(inspectorate, "leader_n1", result, new=new)


def test_nothing_is_used_twice(inspectorate):
    finding = inspectorate.found(inspectorate.held())
    result = inspectorate.score_of(inspectorate.screened())
    need_id = use(inspectorate, "leader_n1", finding, new=NEW)
    use_score(inspectorate, "leader_n1", result, need_id=need_id)

    for again in (
        lambda: use(inspectorate, "consultant", finding, need_id=need_id),
        lambda: use(inspectorate, "leader_n1", finding, new=NEW),
        lambda: use_score(inspectorate, "leader_n1", result, new=NEW),
    ):
        inspectorate.refused(Conflict, again)


def test_two_who_use_it_at_once_raise_one_need(town, inspectorate):
    finding = inspectorate.found(inspectorate.held())
    outcomes = []

    def click(who):
        try:
            outcomes.append(use(inspectorate, who, finding, new=NEW) is not None)
        except Conflict:
            outcomes.append(False)

    threads = [
        threading.Thread(target=click, args=(who,)) for who in ("leader_n1", "consultant") * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    with town.as_user("leader_n1") as ctx:
        assert len(needs.needs(ctx).items) == 1


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        *(("auditor", Forbidden), ("leader_n2", NotFound)),
        *(("ped_n1", NotFound), ("area_south", NotFound)),
    ],
)
def test_others_make_no_evidence(inspectorate, who, kind):
    finding = inspectorate.found(inspectorate.held())
    result = inspectorate.score_of(inspectorate.screened())
    inspectorate.refused(kind, lambda: use(inspectorate, who, finding, new=NEW))
    inspectorate.refused(kind, lambda: use_score(inspectorate, who, result, new=NEW))


def test_a_need_elsewhere_or_closed_or_none_is_refused(town, inspectorate):
    finding = inspectorate.found(inspectorate.held())
    foreign, closed = inspectorate.need("s1"), inspectorate.need()
    with town.as_user("leader_n1") as ctx:
        needs.reject(ctx, closed, reason="Ikke nu")
    for kind, facts in (
        (NotFound, {"need_id": foreign}),
        (Conflict, {"need_id": closed}),
        (Invalid, {}),
        (Invalid, {"need_id": closed, "new": NEW}),
        (Invalid, {"new": supervision.NewNeed(title=" ")}),
        (Invalid, {"new": supervision.NewNeed(title="x" * 102_400)}),
    ):
        inspectorate.refused(
            kind, lambda facts=facts: use(inspectorate, "leader_n1", finding, **facts)
        )


def test_the_need_tells_where_it_comes_from_to_those_who_see_it(town, inspectorate):
    visit_id, screening_id = inspectorate.held(), inspectorate.screened(score="2,5")
    need_id = use(inspectorate, "leader_n1", inspectorate.found(visit_id), new=NEW)
    result = inspectorate.score_of(screening_id)
    use_score(inspectorate, "leader_n1", result, need_id=need_id)

    with town.as_user("leader_n1") as ctx:
        found = supervision.origins(ctx, need_id)
        assert [(each.kind, each.id) for each in found] == [
            ("screening", screening_id),
            ("supervision", visit_id),
        ]
        assert needs.standing(ctx, [need_id])[need_id].index == 2
    for who in ("leader_s1", "ped_n1"):
        with town.as_user(who) as ctx:
            assert supervision.origins(ctx, need_id) == []


def test_open_needs_of_the_unit_and_of_those_above_it_are_offered(town, inspectorate):
    own, other = inspectorate.need(), inspectorate.need("n2")
    with town.as_user("area_north") as ctx:
        offered = {key for key, _text in supervision.need_choices(ctx, town.units["n1"])}
    assert own in offered
    assert other not in offered


def withdraw(inspectorate, evidence_id):
    with inspectorate.town.as_user("leader_n1") as ctx:
        needs.withdraw_evidence(ctx, evidence_id, why="Det var ikke her")


def origins(inspectorate, need_id):
    with inspectorate.town.as_user("leader_n1") as ctx:
        return [each.kind for each in supervision.origins(ctx, need_id)]


def test_a_need_tells_the_origins_of_what_was_merged_into_it(town, inspectorate):
    own = use(inspectorate, "leader_n1", inspectorate.found(inspectorate.held()), new=NEW)
    other = inspectorate.need()
    with town.as_user("leader_n1") as ctx:
        needs.merge(ctx, own, into_id=other)
    assert origins(inspectorate, other) == ["supervision"]


def test_what_is_withdrawn_is_free_again(town, inspectorate):
    visit_id = inspectorate.held()
    finding = inspectorate.found(visit_id)
    result = inspectorate.score_of(inspectorate.screened())
    first = use(inspectorate, "leader_n1", finding, new=NEW)
    use_score(inspectorate, "leader_n1", result, need_id=first)
    for each in evidence_of(inspectorate, first):
        withdraw(inspectorate, each.id)

    assert origins(inspectorate, first) == []
    with town.as_user("leader_n1") as ctx:
        assert not supervision.details(ctx, visit_id).behind
    # The score may be corrected, too.
    assert not inspectorate.read_in(inspectorate.line(score="2", observationer="7")).errors
    second = use(inspectorate, "leader_n1", finding, new=NEW)
    use_score(inspectorate, "leader_n1", result, need_id=second)
    assert origins(inspectorate, second) == ["screening", "supervision"]
    inspectorate.refused(Conflict, lambda: use(inspectorate, "leader_n1", finding, new=NEW))


def test_a_finding_whose_evidence_is_withdrawn_can_be_removed(town, inspectorate):
    finding = inspectorate.found(inspectorate.held())
    need_id = use(inspectorate, "leader_n1", finding, new=NEW)

    def remove():
        with town.as_user("consultant") as ctx:
            supervision.remove_finding(ctx, finding)

    inspectorate.refused(Conflict, remove)
    withdraw(inspectorate, evidence_of(inspectorate, need_id)[0].id)
    remove()


def test_who_may_read_the_evidence_is_chosen(inspectorate):
    readers = Confidentiality.INSTITUTION
    finding = inspectorate.found(inspectorate.held())
    need_id = use(inspectorate, "leader_n1", finding, new=NEW, confidentiality=readers)
    result = inspectorate.score_of(inspectorate.screened())
    use_score(inspectorate, "leader_n1", result, need_id=need_id, confidentiality=readers)
    found = evidence_of(inspectorate, need_id)
    assert [each.confidentiality for each in found] == [readers] * 2


def test_a_need_that_the_reader_does_not_see_has_no_title_there(town, inspectorate):
    visit_id, screening_id = inspectorate.held(), inspectorate.screened()
    finding, result = inspectorate.found(visit_id), inspectorate.score_of(screening_id)
    with town.as_user("area_north") as ctx:
        need_id = needs.report(
            ctx,
            unit_id=town.units["north"],
            area_id=inspectorate.area_id,
            title="I hele nord",
            urgency=NEW.urgency,
            staff=3,
        ).id
    use(inspectorate, "area_north", finding, need_id=need_id)
    use_score(inspectorate, "area_north", result, need_id=need_id)

    def titles(who):
        with town.as_user(who) as ctx:
            behind = {**supervision.details(ctx, visit_id).behind}
            behind |= supervision.behind(
                ctx, supervision.results(ctx, supervision.screening(ctx, screening_id))
            )
        assert set(behind) == {finding, result}
        return {each.title for each in behind.values()}

    assert titles("area_north") == {"I hele nord"}
    assert titles("leader_n1") == {None}
