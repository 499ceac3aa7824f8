"""Ids in bodies, forms and filters: another municipality's is never taken."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.doors.forms import body_ids, form_ids, query_ids
from tests.doors.knocking import NEVER, Caller
from tests.doors.rows import INSIDE
from tests.doors.table import WIDE, Kind, with_field

OF_A_BRANCH = {"unit", "employee", "submitted", "pool", "area"}
REFERRING = [(row, name) for row in INSIDE if not row.is_read for name in row.refs]
NAMING = [(row, name) for row in INSIDE if not row.is_read for name in row.natural]
ASKING = [(row, name) for row in INSIDE for name in row.asks]
FIELDS = {
    *("tenant_id", "id", "state", "role", "roles", "user_id", "created_at", "decided_by"),
    *("approved_by", "total", "submission", "requested_by", "waiting_level", "is_active"),
    *("password_hash", "token_hash", "path", "seq", "version", "rule_version", "booked_at"),
    *("allotted", "reserved", "committed", "actual", "actor_name", "support_id", "amount"),
    *("employee_id", "unit_id", "year_id", "adopted_at", "group_id", "source", "source_id"),
}
"""Columns somebody would like to write along with the ones they may."""


def named(found):
    return f"{found[0].name} {found[1]}"


def not_done(row, answer):
    return row.each or answer.status_code in (403, 404, 422)


@pytest.mark.parametrize("field", REFERRING, ids=named)
def test_an_id_of_elsewhere_is_taken_for_one_that_never_was(field, house, here, there, unchanged):
    row, name = field
    key = row.refs[name].removeprefix("+")
    thing = here.the(row.thing) if row.thing else None
    foreign, caller = there.the(key), Caller(here, row.may)
    house.prepare(row, caller)
    body = row.body_for(here, thing)

    def ask(value):
        sent = with_field(body, name, row.wrap.format(value))
        return house.knock(row, caller, thing or value, of=here, body=sent)

    with unchanged(here, there, but=("idempotency_keys",) if row.each else ()):
        found, never = ask(foreign), ask(NEVER)
        assert not_done(row, found), found.text
        house.check_alike(found, foreign, never)
        assert not_done(row, ask("not an id"))
        if key in OF_A_BRANCH and row.may not in WIDE:
            assert not_done(row, ask(here.the(key, "s1")))
    # The scan leaves out the id that was asked for; here it may not come back at all.
    assert row.each or str(foreign) not in found.text.replace(f'value="{foreign}"', "")


@pytest.mark.parametrize("field", NAMING, ids=named)
def test_a_name_of_elsewhere_is_taken_for_one_that_never_was(field, house, here, there, unchanged):
    row, name = field
    thing = here.the(row.thing) if row.thing else None
    if row.natural[name] == "email":
        foreign, never_one = there.email_of(there.the("user")), "t8-nobody@example.dk"
    else:
        foreign, never_one = there.number_of(there.the("employee")), "T8-nobody"
    caller = Caller(here, row.may)
    house.prepare(row, caller)
    body = row.body_for(here, thing)
    house.echoes = {foreign.lower()}

    with unchanged(here, there):
        found, never = (
            house.knock(row, caller, thing, of=here, body=with_field(body, name, value))
            for value in (foreign, never_one)
        )
    house.echoes = set()

    assert found.status_code == 422
    house.check_alike(found, foreign, never, never_one)


@pytest.mark.parametrize("field", ASKING, ids=named)
def test_a_filter_on_something_of_elsewhere_finds_nothing(field, house, here, there):
    row, name = field
    foreign, caller = str(there.the(row.asks[name])), Caller(here, "admin")

    found, never = (
        house.knock(row, caller, value, of=here, query={name: value}) for value in (foreign, NEVER)
    )

    house.check_alike(found, foreign, never)
    assert found.status_code == 404 or found.json["items"] == []


def test_every_id_in_a_body_or_a_filter_of_the_api_is_tried(app):
    tried = {(row.endpoint, name) for row in INSIDE for name in [*row.refs, *row.asks]}
    wanted = {
        (row.endpoint, name)
        for row in INSIDE
        if row.kind is Kind.API
        for name in [*body_ids(app, row), *query_ids(app, row)]
    }
    assert wanted
    assert not wanted - tried, "Name these in `refs` or `asks` of the row"


def test_every_id_in_a_form_of_the_panel_is_tried(app):
    tried = {(row.endpoint, name) for row in INSIDE for name in [*row.refs, *row.natural]}
    wanted = form_ids(app)
    assert wanted
    assert not wanted - tried, "Name these in `refs` of the row"


@pytest.mark.parametrize(
    "row",
    [row for row in INSIDE if row.kind is Kind.API and row.method in ("POST", "PUT", "PATCH")],
    ids=lambda row: row.name,
)
def test_the_api_takes_no_field_it_does_not_name(row, app, house, here, there, unchanged):
    known = body_ids(app, row, every=True)
    if known is None:
        return  # reads no body at all
    thing = here.the(row.thing) if row.thing else None
    caller = Caller(here, row.may)
    house.prepare(row, caller)
    extra = dict.fromkeys(FIELDS - known, there.tenant_id)
    body = row.body_for(here, thing) | extra

    with unchanged(here, there):
        answer = house.knock(row, caller, thing, of=here, body=body)

    assert answer.status_code == 422
    assert set(extra) <= set(answer.json["errors"])


def test_the_control_takes_what_belongs_to_the_municipality(house, work):
    """The same request with an id of one's own goes through: it was the id that was refused."""
    [row] = [each for each in INSIDE if each.name == "POST api_organisation.hire"]
    caller = Caller(work, "admin")
    house.prepare(row, caller)

    answer = house.knock(row, caller, of=work, body=row.body_for(work, None, fresh=True))

    assert answer.status_code == 201
    assert UUID(answer.json["id"])
