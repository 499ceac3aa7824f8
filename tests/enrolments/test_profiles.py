"""The three ways of working, from the profiles as they are delivered."""

from __future__ import annotations

import pytest

from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.tenancy import profiles
from tests.enrolments.conftest import School

S = EnrolmentState
CHAINS = [
    ("ects_central", True, "10", kroner(12_000), ("leader_n1", "area_north", "admin")),
    ("ects_central", True, "0", kroner(12_000), ("leader_n1",)),
    ("mixed_equity", False, "10", kroner(12_000), ("leader_n1", "area_root")),
    ("mixed_equity", True, "0", kroner(12_000), ("leader_n1", "area_north")),
    ("decentral", True, "0", kroner(25_000), ("leader_n1",)),
    ("decentral", True, "0", kroner(25_000) + 1, ("leader_n1", "area_north")),
    ("decentral", False, "0", kroner(25_000) + 1, ("leader_n1", "area_root")),
]


@pytest.mark.parametrize(("name", "areas", "ects", "fee", "deciders"), CHAINS)
def test_each_profile_runs_from_request_to_its_last_answer(
    make_town, name, areas, ects, fee, deciders
):
    town = make_town(areas=areas)
    profile = profiles.load(name)
    school = School(
        town,
        funding_rules=list(profile.funding_rules),
        approval_rules=list(profile.approval_rules),
    )
    session_id = school.session(fee=fee, ects=ects, cover_hours="0")
    with town.as_user("ped_n1") as ctx:
        [enrolment] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
    reserved = school.money("root")[0] + school.money("n1")[0]
    assert reserved == fee

    for who in deciders:
        assert school.state(enrolment.id) is not S.CONFIRMED
        with town.as_user(who) as ctx:
            enrolments.approve(ctx, enrolment.id)

    assert school.state(enrolment.id) is S.CONFIRMED
    assert school.money("root")[1] + school.money("n1")[1] == fee
