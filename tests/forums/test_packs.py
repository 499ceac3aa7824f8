"""The meeting pack: what is in it, that it stays as it was issued, and who asks for it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import ProgrammingError

import jobs.forums
from jobs.runner import Outcome as Done
from jobs.runner import perform
from tenant_app.core.errors import Conflict, Forbidden, NotFound
from tenant_app.core.outbox import Outbox
from tenant_app.forums import service as forums
from tenant_app.forums.models import MeetingPack, MeetingState
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    Need,
    NeedState,
    SourceType,
    Urgency,
)
from tenant_app.tenancy.models import TenantSettings
from tests.enrolments.conftest import School


def ask(council, meeting_id, who="area_north"):
    with council.town.as_user(who) as ctx:
        return forums.request_pack(ctx, meeting_id)


def read(council, pack_id, who="leader_n1"):
    with council.town.as_user(who) as ctx:
        found, _meeting = forums.pack(ctx, pack_id)
        return found.rules, found.content, found.data_at


def test_a_pack_holds_the_rows_of_the_forums_subtree_and_no_confidential_text(council):
    town = council.town
    School(town, approval_rules=[{"when": {}, "levels": ["institution"]}], year=town.now.year)
    mine, other = council.need("n1"), council.need("s1")
    raw = council.need("n2", state=NeedState.REPORTED)
    with town.as_user("leader_n1") as ctx:
        needs.add_evidence(
            ctx,
            mine,
            source=SourceType.MUS,
            role=ActorRole.LEADER,
            text="HEMMELIGT fra MUS",
            confidentiality=Confidentiality.INSTITUTION,
        )
    with town.as_system() as ctx:
        titles = {key: ctx.session.get_one(Need, key).title for key in (mine, other, raw)}
    meeting_id = council.meeting(days=5)
    council.item(meeting_id, need_id=mine)
    earlier = council.meeting()
    council.decide(earlier, due_on=council.today - timedelta(days=1), text="Find en vejleder")
    ruled, content, _at = read(council, council.pack(meeting_id))

    assert [row["title"] for row in content["needs"]["rows"]] == [titles[mine]]
    assert content["needs"]["rows"][0]["index"] == 1
    assert content["agenda"] == [titles[mine]]
    assert content["heat"]["rows"] == [{"area": "Sprog", "needs": 2, "staff": 8, "pressing": 0}]
    assert {row["name"] for row in content["pools"]["rows"]} <= {
        f"{name} {town.slug}" for name in ("north", "n1", "n2")
    }
    [left] = content["decisions"]["rows"]
    assert (left["text"], left["is_overdue"]) == ("Find en vejleder", True)
    assert ruled["pack"] == "pack-1"
    assert ruled["sources_at_least"] == 2
    everything = json.dumps(content)
    for never in ("HEMMELIGT", titles[other], titles[raw], f"s1 {town.slug}"):
        assert never not in everything


def test_pools_and_overload_are_counted(council):
    town = council.town
    with town.as_system() as ctx:
        ctx.session.execute(update(TenantSettings).values(limits={"running_initiatives": 1}))
    council.plans.make("n1", state=InitiativeState.RUNNING)
    council.plans.limits()
    council.plans.make("n1", state=InitiativeState.RUNNING)
    council.plans.make("s1", state=InitiativeState.RUNNING)
    council.plans.limits(running_initiatives=1)
    ruled, content, _at = read(council, council.pack(council.meeting(days=5)))
    assert content["overload"]["rows"] == [{"unit": f"n1 {town.slug}", "running": 2}]
    assert content["overload"]["limit"] == ruled["running_initiatives"] == 1


def test_a_pack_stays_as_issued_whatever_comes_after(council):
    need_id = council.need()
    meeting_id = council.meeting(days=5)
    first = council.pack(meeting_id)
    before = read(council, first)
    with council.town.as_system() as ctx:
        need = ctx.session.get_one(Need, need_id)
        need.title, need.urgency, need.state = "Et andet", Urgency.ACUTE, NeedState.PARKED
    council.need("n2")
    second = council.pack(meeting_id, version=2)
    assert read(council, first) == before
    assert read(council, second)[1] != before[1]


def test_the_database_itself_refuses_to_change_a_pack(council):
    pack_id = council.pack(council.meeting(days=5))
    for statement in ("UPDATE meeting_packs SET content = '{}'", "DELETE FROM meeting_packs"):
        asked = text(f"{statement} WHERE id = :id")
        denied = pytest.raises(ProgrammingError, match="permission denied")
        with denied, council.town.as_system() as ctx:
            ctx.session.execute(asked, {"id": pack_id})


def test_the_job_calls_the_meeting_and_tells_how_far_it_is(council):
    meeting_id = council.meeting(days=5)
    job_id = ask(council, meeting_id)
    assert council.state(meeting_id) is MeetingState.PLANNED
    with council.town.as_user("area_north") as ctx:
        found = forums.details(ctx, forums.meeting(ctx, meeting_id))
        assert (found.making.done, found.making.total) == (0, 6)
        assert found.packs == []
    done = perform(council.town.db, council.town.tenant_id, job_id, now=council.town.now)
    assert done is Done.DONE
    assert council.state(meeting_id) is MeetingState.CALLED
    with council.town.as_user("leader_n1") as ctx:
        found = forums.details(ctx, forums.meeting(ctx, meeting_id))
        assert found.making is None
        assert [each.version for each in found.packs] == [1]


def test_progress_is_told_step_by_step(council):
    told = []
    with council.town.as_system() as ctx:
        ctx.report_progress = lambda done, total, note: told.append((done, total))
        jobs.forums.make_pack(ctx, str(council.meeting(days=5)), 1)
    assert told == [(at, 6) for at in range(7)]


def test_the_same_version_is_made_once(council):
    meeting_id = council.meeting(days=5)
    assert council.pack(meeting_id) is not None
    assert council.pack(meeting_id) is None
    with council.town.as_system() as ctx:
        assert ctx.session.query(MeetingPack).count() == 1


def test_one_pack_is_made_at_a_time_and_none_once_the_meeting_is_held(council, refused):
    meeting_id = council.meeting(days=5)
    ask(council, meeting_id)
    refused(Conflict, lambda: ask(council, meeting_id))
    held = council.meeting()
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, held, MeetingState.HELD)
    refused(Conflict, lambda: ask(council, held))


def test_a_meeting_that_is_cancelled_meanwhile_gets_no_pack(council):
    meeting_id = council.meeting(days=5)
    job_id = ask(council, meeting_id)
    with council.town.as_user("area_north") as ctx:
        forums.move(ctx, meeting_id, MeetingState.CANCELLED)
    assert perform(council.town.db, council.town.tenant_id, job_id, now=council.town.now)
    with council.town.as_system() as ctx:
        assert ctx.session.query(MeetingPack).count() == 0
        assert ctx.session.get_one(Outbox, job_id).done_at is not None


def test_members_and_readers_open_a_pack_and_others_do_not(council, refused):
    meeting_id = council.meeting(days=5)
    pack_id = council.pack(meeting_id)
    for who in ("ped_n1", "leader_n2", "auditor", "admin"):
        assert read(council, pack_id, who)[1]["forum"]["kind"] == "area_meeting"
    for who in ("ped_n2", "leader_s1", "area_south"):
        refused(NotFound, lambda who=who: read(council, pack_id, who))
    refused(Forbidden, lambda: ask(council, meeting_id, "leader_n1"))
    refused(NotFound, lambda: ask(council, meeting_id, "area_south"))
