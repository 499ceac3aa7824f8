"""Both sides sign at once, and one writes while the other signs: the second sees the first. The
controls look without waiting, and leave a talk that all have signed and nobody agreed on."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tenant_app.core.errors import Conflict, Refusal
from tenant_app.talks import queries
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentTalk, TalkState
from tests.races.waiting import until_it_waits_or_ends
from tests.talks.conftest import AGREED, House

pytestmark = pytest.mark.races


@pytest.fixture
def written(town):
    """A held talk whose agreement waits for both signatures."""
    house = House(town)
    talk_id = house.held()
    with town.as_user("leader_n1") as ctx:
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
    return house, talk_id


def at_once(town, first, second):
    """The pedagogue acts while the leader has acted and is not committed. Returns the refusal."""
    caught: list[Refusal] = []

    def act():
        try:
            with town.as_user("ped_n1") as ctx:
                second(ctx)
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=act)
    with town.as_user("leader_n1") as ctx:
        first(ctx)
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return caught[0] if caught else None


def without_lock(ctx, talk_id):
    """The control's way to read a talk: as it was before the other side acted."""
    return ctx.session.scalar(
        select(DevelopmentTalk).where(DevelopmentTalk.id == talk_id, queries.visible(ctx))
    )


def test_the_last_of_two_signatures_freezes_the_talk(town, written):
    house, talk_id = written

    def sign(ctx):
        talks.sign(ctx, talk_id, revision=1)

    assert at_once(town, sign, sign) is None
    assert house.row(talk_id).state is TalkState.AGREED


def test_without_the_lock_all_have_signed_and_nothing_is_agreed(town, written, monkeypatch):
    house, talk_id = written
    monkeypatch.setattr(queries, "talk_to_change", without_lock)

    def sign(ctx):
        talks.sign(ctx, talk_id, revision=1)

    assert at_once(town, sign, sign) is None
    assert house.row(talk_id).state is TalkState.HELD
    assert house.seen(talk_id, "ped_n1").signatures == 2


def test_nobody_signs_what_is_written_anew_meanwhile(town, written):
    house, talk_id = written
    refusal = at_once(
        town,
        lambda ctx: talks.write_agreement(ctx, talk_id, agreement="Noget andet"),
        lambda ctx: talks.sign(ctx, talk_id, revision=1),
    )
    assert isinstance(refusal, Conflict)
    assert refusal.field == "revision"
    assert house.seen(talk_id, "ped_n1").signatures == 0
