"""A round of talks is given other days, and is ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin import talks as screens
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Invalid, NotFound
from tenant_app.talks import service as talks
from tenant_app.talks.models import TalkKind, TalkMember, TalkRound, TalkState
from tests.catalogue.door import panel_of
from tests.talks.conftest import TODAY

LATER = {"to_date": TODAY + timedelta(days=90), "due_on": TODAY + timedelta(days=80)}


def test_a_round_is_given_other_days_and_words(town, house):
    round_id = house.round(invitation="Kom glad")
    with town.as_user("leader_n1") as ctx:
        talks.change_round(ctx, round_id, **LATER)
        found = talks.round_(ctx, round_id)
        assert (found.to_date, found.due_on) == (LATER["to_date"], LATER["due_on"])
        assert talks.invitation(ctx, round_id) == "Kom glad"
        talks.change_round(ctx, round_id, **LATER, invitation="Kom gladere")
        assert talks.invitation(ctx, round_id) == "Kom gladere"


def test_an_ended_round_cancels_what_lies_ahead_and_keeps_what_was_held(town, house):
    round_id = house.round()
    held = house.held(house.talk_of(round_id))
    other = house.talk_of(round_id, "ped_n1_2")
    with town.as_user("leader_n1") as ctx:
        assert talks.end_round(ctx, round_id, reason="Vi begynder forfra") == 3
    with town.as_system() as ctx:
        assert talks.talk(ctx, held).state is TalkState.HELD
        assert talks.talk(ctx, other).state is TalkState.CANCELLED
        members = ctx.session.scalars(select(TalkMember).where(TalkMember.left_at.is_(None)))
        assert [each.talk_id for each in members] == [held]
        assert ctx.session.get_one(TalkRound, round_id).ended_at == ctx.now
    before = house.everything()
    with town.as_user("leader_n1") as ctx:
        for again in (
            lambda: talks.end_round(ctx, round_id, reason="Igen"),
            lambda: talks.change_round(ctx, round_id, **LATER),
            lambda: talks.invite(ctx, round_id, employee_ids=[town.employees["ped_n1_2"]]),
        ):
            with pytest.raises(Conflict):
                again()
    assert house.everything() == before
    with town.as_user("leader_n1") as ctx:  # in a new one everybody can be invited
        talks.open_round(ctx, unit_id=town.units["n1"], kind=TalkKind.MUS, from_date=TODAY, **LATER)


def test_others_and_wrong_days_change_nothing(town, house):
    round_id = house.round()
    before = house.everything()
    for who, error in (("leader_s1", NotFound), ("ped_n1", NotFound), ("area_north", NotFound)):
        with pytest.raises(error), town.as_user(who) as ctx:
            talks.change_round(ctx, round_id, **LATER)
        with pytest.raises(error), town.as_user(who) as ctx:
            talks.end_round(ctx, round_id, reason="x")
    with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
        talks.end_round(ctx, uuid7(), reason="x")
    with pytest.raises(Invalid) as refusal, town.as_user("leader_n1") as ctx:
        talks.change_round(ctx, round_id, to_date=TODAY, due_on=LATER["due_on"])
    assert refusal.value.field == "due_on"
    for wrong in (" ", "x" * 100_000):
        with pytest.raises(Invalid), town.as_user("leader_n1") as ctx:
            talks.end_round(ctx, round_id, reason=wrong)
    assert house.everything() == before


def test_the_page_of_a_round_changes_and_ends_it(town, house, settings):
    round_id = house.round()
    leader = panel_of(town, "leader_n1", settings, screens.views())
    form = leader.get(f"/admin/talk-rounds/change/?id={round_id}").text
    assert (TODAY + timedelta(days=30)).strftime("%d-%m-%Y") in form
    days = {name: day.strftime("%d-%m-%Y") for name, day in LATER.items()}
    url = f"/admin/talk-rounds/change/?id={round_id}"
    assert leader.post(url, data=days | {"invitation": ""}).status_code == 302
    end = f"/admin/talk-rounds/end/?id={round_id}"
    assert leader.post(end, data={"reason": " "}).status_code == 422
    assert leader.post(end, data={"reason": "Ny ramme"}).status_code == 302
    page = leader.get(f"/admin/talk-rounds/details/?id={round_id}").text
    assert "Afsluttet 02-03-2026" in page
    assert LATER["due_on"].strftime("%d-%m-%Y") in page
    assert "/admin/talk-rounds/end/" not in page
