"""Five kinds of caller at every door of the panel and the API, at four kinds of object."""

from __future__ import annotations

import pytest

from tests.doors.conftest import changes
from tests.doors.knocking import NEVER, STRANGER, Caller
from tests.doors.rows import INSIDE
from tests.doors.rows_lists import UNIT_NAMED
from tests.doors.table import WIDE, Kind

ROLES = (
    *("admin", "consultant", "auditor", "area_north", "leader_n1", "ped_n1", "bare"),
    *("admin_south", "consultant_south", "colleague_n1", "union_n1"),
)
ABOUT_ONE = [row for row in INSIDE if row.thing is not None]
SENDING = [row for row in INSIDE if not row.is_read]
LISTS = [row for row in INSIDE if row.lists is not None]
WRITES_NOTHING = {
    "api_enrolments.preview_cost",
    "api_funding_trials.try_rules",
    "api_initiatives.advise",
    "funding-rules.verb_try",
    "imports.check",
    "invoice-reading.check",
    "working_as.choose",
}
KEPT = ("idempotency_keys",)
"""An answer that says for each object whether it was done is kept for replays."""
EXPORTS = [row for row in INSIDE if row.endpoint in UNIT_NAMED]


def named(row):
    return row.name


def is_sent_to_sign_in(row, answer):
    if row.kind is Kind.API:
        return answer.status_code == 401 and answer.json["code"] == "sign_in_required"
    return answer.status_code == 302 and "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("row", INSIDE, ids=named)
def test_only_who_may_gets_in(row, house, here, there, unchanged):
    own = here.the(row.thing) if row.thing else None
    branch = here.the(row.thing, "s1") if row.thing else None
    foreign = there.the(row.thing) if row.thing else None
    body = row.body_for(here, own)
    may, other = Caller(here, row.may), Caller(there, row.may)
    pretender = Caller(there, row.may, claims=here)
    inside = [Caller(here, name) for name in (row.branch, row.may_not) if name]
    house.prepare(row, STRANGER, may, other, pretender, *inside)

    def ask(caller, thing, **more):
        return house.knock(row, caller, thing, of=here, body=body, **more)

    with unchanged(here, there, but=KEPT if row.each else ()):
        # A stranger, and one with a session of elsewhere: they learn nothing of any object.
        for outsider in (STRANGER, pretender):
            answers = [ask(outsider, each) for each in {own, branch, foreign, _never(row)}]
            assert all(is_sent_to_sign_in(row, each) for each in answers), row.name
        # Another municipality's user of the same role.
        if row.thing is not None:
            found, never = ask(other, own), ask(other, NEVER)
            house.check_alike(found, own, never)
            assert found.status_code in (403, 404)
        # The same role in another branch.
        if row.branch is not None and not row.branch_may:
            answer = ask(Caller(here, row.branch), own)
            assert row.each or answer.status_code in row.refused, answer.status
        elif row.branch is not None and row.is_read:
            assert ask(Caller(here, row.branch), own).status_code in (200, 403)
        # The right place without the permission.
        if row.may_not is not None:
            answer = ask(Caller(here, row.may_not), own)
            assert row.each or answer.status_code in row.refused, answer.status
        # Who may: reads their own, and not what is their neighbours'.
        if row.is_read:
            assert ask(may, own).status_code == row.answer
        if row.thing is not None:
            if row.may not in WIDE and not row.branch_may and row.endpoint not in SHARED:
                assert ask(may, branch).status_code in (403, 404)
            found, never = ask(may, foreign), ask(may, NEVER)
            assert found.status_code == 404
            house.check_alike(found, foreign, never)


SHARED = {"browse.request_page", "browse.cost"}
"""About a thing of the whole municipality, on behalf of people of a branch."""


def _never(row):
    return NEVER if row.thing is not None else None


@pytest.mark.parametrize("row", ABOUT_ONE, ids=named)
def test_no_role_can_tell_a_foreign_thing_from_one_that_never_was(
    row, house, here, there, unchanged
):
    foreign = there.the(row.thing)
    callers = [Caller(here, name) for name in ROLES]
    house.prepare(row, *callers)
    body = row.body_for(here, here.the(row.thing))

    with unchanged(here, there):
        for caller in callers:
            found = house.knock(row, caller, foreign, of=here, body=body)
            never = house.knock(row, caller, NEVER, of=here, body=body)
            assert found.status_code in (403, 404), caller.name
            house.check_alike(found, foreign, never)


@pytest.mark.parametrize("row", SENDING, ids=named)
def test_who_may_does_it_in_the_own_municipality_alone(row, house, here, there, work, unchanged):
    thing = work.make(row.thing) if row.thing else None
    if row.needs is not None:
        work.make(row.needs)
    body = row.body_for(work, thing, fresh=True)
    if row.kind is Kind.PANEL:
        body |= {"tenant_id": there.tenant_id}  # a field that no form has
    caller = Caller(work, row.may)
    house.prepare(row, caller)
    house.forget_ids(work)
    before = work.sums()

    with unchanged(here, there):
        answer = house.knock(row, caller, thing, of=work, body=body)

    assert answer.status_code == row.answer, answer.get_data(as_text=True)[-3000:]
    if row.endpoint not in WRITES_NOTHING:
        assert changes(before, work.sums()), "nothing was done"


@pytest.mark.parametrize("row", LISTS, ids=named)
def test_a_list_shows_ones_own_branch_and_no_other(row, house, here):
    own, neighbours = str(here.the(row.lists)), str(here.the(row.lists, "s1"))

    seen = house.knock(row, Caller(here, row.may), of=here, query={"page_size": "200"}).text
    assert own in seen
    assert row.may in WIDE or neighbours not in seen
    if row.branch is not None:
        assert own not in house.knock(row, Caller(here, row.branch), of=here).text


@pytest.mark.parametrize("row", EXPORTS, ids=named)
def test_an_export_holds_ones_own_branch_and_no_other(row, house, here):
    text = house.knock(row, Caller(here, row.may), of=here).text

    assert here.name_of("n1") in text
    assert here.name_of("s1") not in text
    assert here.name_of("s1") in house.knock(row, Caller(here, "auditor"), of=here).text
