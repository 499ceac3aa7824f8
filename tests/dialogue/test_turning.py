"""Answers become needs, an initiative and a plan draft, and each tells where it came from."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import Phase, SessionState
from tenant_app.dialogue.service import AgreementDraft
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeNeed, InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Evidence, Need, NeedState, SourceType

S = SessionState


def agreement(answer_id, text="Vi deler det på stuemødet", **facts):
    facts.setdefault("due_on", date(2026, 4, 1))
    return AgreementDraft(answer_id, PlanPhase.AFTER, Owner.PARTICIPANT, text, **facts)


def qualify(circle, need_id):
    with circle.town.as_user("leader_n1") as ctx:
        needs.add_evidence(
            ctx, need_id, source=SourceType.SCREENING, role=ActorRole.CONSULTANT, text="Målt"
        )
        needs.analyse(ctx, need_id)
        needs.qualify(ctx, need_id)


def test_answers_of_the_first_phase_are_needs_in_one_step(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session)
    one, two, three = (circle.answer(session.id, f"Svar {number}") for number in range(3))
    circle.go(session.id, S.CLOSED)

    with town.as_user("leader_n1") as ctx:
        made = dialogue.make_needs(
            ctx,
            session.id,
            [
                circle.need_draft(one, title="Vi mangler tid til sprog"),
                circle.need_draft(two, title="Vi mangler  tid til sprog "),
                circle.need_draft(three, title="Vi mangler ro", staff=2),
            ],
        )
        ids = [need.id for need in made]
    assert len(ids) == 2
    with town.as_user("leader_n1") as ctx:
        found = {need.title: need for need in ctx.session.scalars(select(Need))}
        assert found["Vi mangler tid til sprog"].unit_id == town.units["n1"]
        assert found["Vi mangler tid til sprog"].state is NeedState.REPORTED
        seen = ctx.session.execute(
            select(Evidence.source, Evidence.role, Evidence.found_on).where(
                Evidence.need_id == ids[0]
            )
        ).all()
        told = needs.evidence(ctx, ids[0])
        story = dialogue.details(ctx, session.id)
        [first, second] = dialogue.origins(ctx, need_id=ids[0])
    assert sorted(finding.text for finding in told) == ["Svar 0", "Svar 1"]
    assert set(seen) == {(SourceType.GROUP_DIALOGUE, ActorRole.PEDAGOGUE, session.held_on)}
    assert (first.session_id, first.text, second.text) == (session.id, "Svar 0", "Svar 1")
    assert first.card_da == "Det, der udfordrer os"
    became = {said.text: said.became.title for _card, answers in story.cards for said in answers}
    assert became == {
        "Svar 0": "Vi mangler tid til sprog",
        "Svar 1": "Vi mangler tid til sprog",
        "Svar 2": "Vi mangler ro",
    }


def test_an_answer_becomes_one_thing_only(town, circle):
    session, said = circle.held()
    with town.as_user("leader_n1") as ctx:
        dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.NEEDS])])
    before = circle.everything()

    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict, match="already"):
        dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.NEEDS])])
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.INITIATIVE])])
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        dialogue.make_needs(ctx, session.id, [])
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        ids = [said[Phase.PLANNING]] * 2
        dialogue.make_plan(ctx, session.id, [agreement(each) for each in ids])

    assert circle.everything() == before


def test_a_phase_that_is_on_makes_nothing(town, circle):
    session, said = circle.held(to=S.PLANNING)
    before = circle.everything()

    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict, match="over"):
        dialogue.make_plan(ctx, session.id, [agreement(said[Phase.PLANNING])])

    assert circle.everything() == before
    with town.as_user("leader_n1") as ctx:
        assert dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.NEEDS])])
    used = said[Phase.NEEDS]
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(Conflict, match="became something"):
        dialogue.remove_answer(ctx, used)
    circle.back(session.id, S.NEEDS)
    before = circle.everything()
    with town.as_user("ped_n1") as ctx, pytest.raises(Conflict, match="became something"):
        dialogue.edit_answer(ctx, used, text="Noget andet")
    assert circle.everything() == before


@pytest.mark.parametrize("facts", [{"title": "  "}, {"staff": 0}, {"title": "x" * 102_400}])
def test_all_needs_are_made_or_none(town, circle, facts):
    session = circle.open(S.NEEDS)
    circle.join(session)
    one, two = circle.answer(session.id, "Et"), circle.answer(session.id, "To")
    circle.go(session.id, S.CLOSED)
    before = circle.everything()

    with pytest.raises(Invalid), town.as_user("leader_n1") as ctx:
        drafts = [circle.need_draft(one, title="Fint"), circle.need_draft(two, **facts)]
        dialogue.make_needs(ctx, session.id, drafts)

    assert circle.everything() == before


@pytest.mark.parametrize(
    ("who", "refusal"), [("ped_n1", Forbidden), ("auditor", Forbidden), ("leader_s1", NotFound)]
)
def test_only_those_who_lead_there_make_something_of_it(town, circle, who, refusal):
    session, said = circle.held()
    before = circle.everything()

    for act in (
        lambda ctx: dialogue.make_needs(ctx, session.id, [circle.need_draft(said[Phase.NEEDS])]),
        lambda ctx: dialogue.make_initiative(
            ctx, session.id, answer_ids=[said[Phase.INITIATIVE]], title="Indsats", people=3
        ),
        lambda ctx: dialogue.make_plan(ctx, session.id, [agreement(said[Phase.PLANNING])]),
    ):
        with town.as_user(who) as ctx, pytest.raises(refusal):
            act(ctx)

    assert circle.everything() == before


def test_the_initiative_answers_the_needs_that_are_qualified(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session)
    one, two = circle.answer(session.id, "Et"), circle.answer(session.id, "To")
    circle.go(session.id, S.INITIATIVE)
    choice = circle.answer(session.id, "Kursus sammen", phase=Phase.INITIATIVE)
    circle.go(session.id, S.CLOSED)
    with town.as_user("leader_n1") as ctx:
        drafts = [circle.need_draft(one, title="Først"), circle.need_draft(two, title="Senere")]
        first, later = (need.id for need in dialogue.make_needs(ctx, session.id, drafts))
    qualify(circle, first)

    with town.as_user("leader_n1") as ctx:
        made = dialogue.make_initiative(
            ctx, session.id, answer_ids=[choice], title="Sprog sammen", people=6
        )
        initiative_id = made.id
        assert (made.state, made.unit_id) == (InitiativeState.IDEA, town.units["n1"])

    def tied():
        with town.as_system() as ctx:
            found = select(InitiativeNeed.need_id).where(
                InitiativeNeed.initiative_id == initiative_id
            )
            return set(ctx.session.scalars(found))

    assert tied() == {first}
    with town.as_user("leader_n1") as ctx:
        assert dialogue.untied(ctx, dialogue.one(ctx, session.id)) == set()
        assert dialogue.tie_needs(ctx, session.id, initiative_id) == 0
    qualify(circle, later)
    with town.as_user("leader_n1") as ctx:
        assert dialogue.untied(ctx, dialogue.one(ctx, session.id)) == {initiative_id}
        assert dialogue.tie_needs(ctx, session.id, initiative_id) == 1
    assert tied() == {first, later}
    with town.as_user("leader_n1") as ctx:
        [origin] = dialogue.origins(ctx, initiative_id=initiative_id)
        assert (origin.session_id, origin.text) == (session.id, "Kursus sammen")
        made = initiatives.create(ctx, unit_id=town.units["n1"], title="En anden", people=2)
        stranger = made.id
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        dialogue.tie_needs(ctx, session.id, stranger)


def test_the_plan_draft_stands_on_the_session_and_its_initiative(town, circle):
    session, said = circle.held()
    with town.as_user("leader_n1") as ctx:
        made = dialogue.make_initiative(
            ctx, session.id, answer_ids=[said[Phase.INITIATIVE]], title="Sprog", people=6
        )
        initiative_id = made.id
        stranger = initiatives.create(ctx, unit_id=town.units["n1"], title="Anden", people=2).id
    before = circle.everything()
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound) as refused:
        dialogue.make_plan(
            ctx, session.id, [agreement(said[Phase.PLANNING])], initiative_id=stranger
        )
    assert refused.value.field == "initiative_id"
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        dialogue.make_plan(ctx, session.id, [agreement(said[Phase.PLANNING], text="x" * 501)])
    with town.as_user("leader_n1") as ctx, pytest.raises(Invalid):
        far = agreement(said[Phase.PLANNING], due_on=date(1026, 4, 1))
        dialogue.make_plan(ctx, session.id, [far])
    assert circle.everything() == before

    with town.as_user("leader_n1") as ctx:
        dialogue.make_plan(
            ctx, session.id, [agreement(said[Phase.PLANNING])], initiative_id=initiative_id
        )
    with town.as_user("ped_n1") as ctx:
        story = dialogue.details(ctx, session.id)
        [kept] = story.agreements
        [[_card, [answer]]] = [pair for pair in story.of(Phase.PLANNING) if pair[1]]
        assert (answer.agreement.id, answer.became) == (kept.id, None)
        assert not story.left(Phase.PLANNING)
        assert [each.text for each in dialogue.plan_of(ctx, initiative_id)] == [kept.text]
    with town.as_user("leader_s1") as ctx:
        assert list(dialogue.plan_of(ctx, initiative_id)) == []


def test_those_who_were_not_there_read_no_names(town, circle):
    session, _said = circle.held()

    with town.as_user("ped_n1") as ctx:
        told = dialogue.details(ctx, session.id)
        assert told.is_named
        assert {said.author for _card, answers in told.cards for said in answers} == {
            f"ped_n1 {town.slug}"
        }
    for reader in ("auditor",):
        with town.as_user(reader) as ctx:
            told = dialogue.details(ctx, session.id)
            assert (told.people, told.names, told.is_named) == (2, (), False)
            assert {said.author for _card, answers in told.cards for said in answers} == {None}
    with town.as_user("ped_s1") as ctx, pytest.raises(NotFound):
        dialogue.details(ctx, session.id)


def test_what_the_reader_may_not_see_is_told_without_its_title(town, circle):
    session = circle.open(S.NEEDS, unit="north", who="area_north")
    circle.join(session, "leader_s1")
    with town.as_user("leader_s1") as ctx:
        card_id = dialogue.live_state(ctx, session.id).cards[0].id
        answer_id = dialogue.answer(ctx, session.id, card_id=card_id, text="Fælles behov").id
    circle.go(session.id, S.CLOSED, who="area_north")
    with town.as_user("area_north") as ctx:
        dialogue.make_needs(ctx, session.id, [circle.need_draft(answer_id, title="I nord")])

    with town.as_user("leader_s1") as ctx:
        [need] = dialogue.details(ctx, session.id).needs
        assert need.title is None
    with town.as_user("area_north") as ctx:
        assert dialogue.details(ctx, session.id).needs[0].title == "I nord"


def origins(town, need_id):
    with town.as_user("leader_n1") as ctx:
        return [each.text for each in dialogue.origins(ctx, need_id=need_id)]


def test_a_need_tells_the_answers_of_what_was_merged_into_it(town, circle):
    session = circle.open(S.NEEDS)
    circle.join(session)
    one, two = circle.answer(session.id, "Et"), circle.answer(session.id, "To")
    circle.go(session.id, S.CLOSED)
    with town.as_user("leader_n1") as ctx:
        drafts = [
            circle.need_draft(one, title="Det ene"),
            circle.need_draft(two, title="Det andet"),
        ]
        first, second = (need.id for need in dialogue.make_needs(ctx, session.id, drafts))
    with town.as_user("leader_n1") as ctx:
        needs.merge(ctx, first, into_id=second)

    assert origins(town, second) == ["Et", "To"]
    assert origins(town, first) == ["Et"]


def test_an_answer_that_is_withdrawn_as_evidence_is_free_again(town, circle):
    session, said = circle.held()
    answer_id = said[Phase.NEEDS]
    with town.as_user("leader_n1") as ctx:
        [made] = dialogue.make_needs(ctx, session.id, [circle.need_draft(answer_id)])
        first = made.id
    with town.as_user("leader_n1") as ctx:
        [found] = needs.evidence(ctx, first)
        needs.withdraw_evidence(ctx, found.id, why="Det var en misforståelse")

    assert origins(town, first) == []
    with town.as_user("leader_n1") as ctx:
        story = dialogue.details(ctx, session.id)
        assert [said.id for _card, said in story.left(Phase.NEEDS)] == [answer_id]
        assert dialogue.yields(ctx, [session.id])[session.id].needs == 0
        [made] = dialogue.make_needs(ctx, session.id, [circle.need_draft(answer_id, title="Nyt")])
        second = made.id
    assert (origins(town, first), origins(town, second)) == ([], ["Svar om needs"])
