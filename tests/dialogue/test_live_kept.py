"""What is kept for all who look at a session: the same for everybody, and nobody's own."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tenant_app.core.keeping import Kept
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import SessionState
from tests.dialogue.browsing import Browser
from tests.dialogue.test_live_pages import counted


@pytest.fixture
def going(circle):
    session = circle.open()
    circle.join(session, "ped_n1", "ped_n2", "leader_n1")
    circle.go(session.id, SessionState.NEEDS)
    return session


def test_what_is_kept_is_its_own_municipalitys_and_grows_old(town, make_town):
    kept, key = Kept(most=2, age=timedelta(seconds=2)), uuid4()

    with town.as_system() as ctx, make_town().as_system() as other:
        assert kept.get(ctx, key, lambda: "ours") == "ours"
        assert kept.get(other, key, lambda: "theirs") == "theirs"
        assert kept.get(ctx, key, lambda: "new") == "ours"
        ctx.now += timedelta(seconds=3)
        assert kept.get(ctx, key, lambda: "new") == "new"
        for number in range(3):
            kept.get(ctx, number, lambda: "more")
        assert kept.get(ctx, key, lambda: "gone") == "gone"


def test_of_forty_who_look_one_is_read_for(circle, app, going, db):
    said = circle.answer(going.id)
    one, other = Browser(app, circle.town, "ped_n1"), Browser(app, circle.town, "ped_n2")
    one.part(going.id, since=0)

    with counted(db) as seen:
        found = other.part(going.id, since=0)

    assert f"answer-{said}" in found.json["html"]
    assert len(seen) <= 6, seen


def test_each_is_shown_their_own_votes_answers_and_token(circle, app, going):
    said = circle.answer(going.id, "Mit eget svar")
    with circle.town.as_user("ped_n2") as ctx:
        dialogue.vote(ctx, said)
    writer, voter, third = (
        Browser(app, circle.town, name) for name in ("ped_n1", "ped_n2", "leader_n1")
    )
    for each in (writer, voter, third):
        each.get("/phone/", id=going.id)

    parts = [each.part(going.id, since=0).json["html"] for each in (writer, voter, third)]

    assert [f"edit-{said}" in part for part in parts] == [True, False, False]
    assert ["Træk min stemme tilbage" in part for part in parts] == [False, True, False]
    assert [re.search(r"(\d) stemmer tilbage", part)[1] for part in parts] == ["3", "2", "3"]
    assert all("1 stemme" in part for part in parts)
    tokens = [set(re.findall(r'csrf_token" value="([^"]+)"', part)) for part in parts]
    assert [len(each) for each in tokens] == [1, 1, 1]
    assert len(set.union(*tokens)) == 3


def test_whoever_is_not_in_it_is_given_nothing_that_is_kept(circle, app, going):
    circle.answer(going.id)
    inside = Browser(app, circle.town, "ped_n1").part(going.id, since=0)
    assert inside.status_code == 200

    for name in ("leader_s1", "auditor", "ped_s1"):
        refused = Browser(app, circle.town, name).part(going.id, since=0)
        assert refused.status_code in (403, 404), name


def test_what_was_undone_is_kept_for_nobody(circle, going):
    said = circle.answer(going.id)
    town = circle.town

    class Undone(Exception):
        pass

    with pytest.raises(Undone), town.as_user("ped_n2") as ctx:
        dialogue.vote(ctx, said)
        shown = dialogue.live_state(ctx, going.id, since=0)
        assert [a.votes for card in shown.cards for a in card.answers] == [1]
        raise Undone
    circle.answer(going.id, "Et andet")  # the version that the vote would have made

    with town.as_user("ped_n2") as ctx:
        shown = dialogue.live_state(ctx, going.id, since=0)
    votes = {a.text: a.votes for card in shown.cards for a in card.answers}
    assert votes == {"Vi når ikke samtalerne": 0, "Et andet": 0}
