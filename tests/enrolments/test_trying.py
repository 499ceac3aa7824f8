"""The tester: who would pay, by which rule, and why not by those before it."""

from __future__ import annotations

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tests.enrolments.conftest import ECTS_RULES

CENTRAL = [{"name": "Alt centralt", "when": {}, "shares": {"default": {"central": 10000}}}]
WEAK = [
    {"name": "Svag", "when": {"weak_economy": True}, "shares": {"default": {"central": 10000}}},
    *ECTS_RULES,
]


def tried(town, session, **more):
    with town.as_user("admin") as ctx:
        return enrolments.try_rules(
            ctx, session_id=session, employee_id=town.employees["ped_n1_1"], **more
        )


def test_it_names_the_rule_that_decides_and_why_the_others_do_not(town, school):
    with town.as_user("admin") as ctx:
        budgets.set_rules(ctx, WEAK, valid_from=ctx.today)
    trial = tried(town, school.session())
    assert (trial.version, trial.decided.place, trial.decided.name) == (2, 2, "ECTS")
    [passed, _] = trial.looked
    assert [(u.key, u.wanted, u.value) for u in passed.unmet] == [("weak_economy", True, False)]
    assert trial.card.total == kroner(29_800)
    supposed = tried(town, school.session(), suppose={"weak_economy": True})
    assert supposed.decided.name == "Svag"
    assert {share.pool_kind.value for share in supposed.card.shares} == {"central"}


def test_a_draft_is_tried_before_it_is_saved_and_leaves_no_trace(town, school):
    session = school.session()
    before = school.everything()
    trial = tried(town, session, draft=CENTRAL)
    assert (trial.version, trial.decided.name) == (None, "Alt centralt")
    assert school.everything() == before
    with town.as_system() as ctx:
        assert budgets.rules_on(ctx, ctx.today).version == 1


def test_the_tester_and_the_next_request_follow_a_change_and_old_lines_stay(town, school):
    """Must show 1."""
    session = school.session()
    with town.as_user("leader_n1") as ctx:
        [old] = enrolments.request(
            ctx, session_id=session, employee_ids=[town.employees["ped_n1_1"]]
        )
        old_id = old.id

    def lines(key):
        with town.as_system() as ctx:
            found = budgets.lines_of(ctx, [key])[key]
            return sorted(
                (x.cost_line.value, str(x.pool_id), x.amount, x.rule_name, x.rule_version)
                for x in found
            )

    before = lines(old_id)
    with town.as_user("admin") as ctx:
        budgets.set_rules(ctx, CENTRAL, valid_from=ctx.today)
    trial = tried(town, session)
    assert (trial.version, trial.decided.name) == (2, "Alt centralt")
    with town.as_user("leader_n2") as ctx:
        [new] = enrolments.request(
            ctx, session_id=session, employee_ids=[town.employees["ped_n2_1"]]
        )
        new_id = new.id
    assert {(name, version) for *_x, name, version in lines(new_id)} == {("Alt centralt", 2)}
    assert lines(old_id) == before
    with town.as_user("admin") as ctx:  # its answer moves the money it was sent with
        enrolments.approve(ctx, old_id)
    assert [x[:5] for x in lines(old_id)] == before


def test_what_cannot_be_tried_is_refused(town, school):
    session = school.session()
    with pytest.raises(Invalid, match="add up to"):
        tried(
            town,
            session,
            draft=[{"name": "x", "when": {}, "shares": {"default": {"central": 12000}}}],
        )
    with pytest.raises(Invalid, match="institutions take part"):
        tried(town, session, institutions=0)
    with pytest.raises(NotFound):
        tried(town, town.units["n1"])
    with pytest.raises(NotFound), town.as_user("admin") as ctx:
        enrolments.try_rules(ctx, session_id=session, employee_id=town.units["n1"])
    for login in ("leader_n1", "area_north"):
        with pytest.raises(Forbidden), town.as_user(login) as ctx:
            enrolments.try_rules(ctx, session_id=session, employee_id=town.employees["ped_n1_1"])


def test_without_rules_the_institution_pays_and_the_tester_says_so(town, make_school):
    school = make_school(town)
    trial = tried(town, school.session(), draft=[WEAK[0]])
    assert trial.decided is None
    assert {share.pool_kind.value for share in trial.card.shares} == {"institution"}
