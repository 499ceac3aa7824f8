"""What settings may be."""

from __future__ import annotations

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.tenancy import rules
from tenant_app.tenancy.models import TenantState as State

LAST = {"when": {}, "levels": ["institution"]}


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"when": {"ects_over": 0}, "levels": ["institution"]}],
        [{"when": {"shoe_size": 42}, "levels": ["institution"]}, LAST],
        [{"when": {"ects_over": "mange"}, "levels": ["institution"]}, LAST],
        [{"when": {"mandatory": 1}, "levels": ["institution"]}, LAST],
        [{"when": {"institutions": True}, "levels": ["institution"]}, LAST],
        [{"when": {"form_over": "course"}, "levels": ["institution"]}, LAST],
        [{"when": [], "levels": ["institution"]}, LAST],
        [{"when": {}, "levels": []}],
        [{"when": {}, "levels": ["area", "institution"]}],
        [{"when": {}, "levels": ["institution", "institution"]}],
        [{"when": {}, "levels": ["mayor"]}],
        [{"when": {}, "levels": ["institution"], "also": 1}],
    ],
)
def test_approval_rules_that_could_fail_at_night_are_refused_by_day(wrong):
    with pytest.raises(Invalid) as refusal:
        rules.check_approval_rules(wrong)

    assert refusal.value.field == "approval_rules"
    assert str(refusal.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rate": 21200, "share_taught": {}},
        {"rate": -1, "share_taught": {"default": 100}},
        {"rate": 212.5, "share_taught": {"default": 100}},
        {"rate": 21200, "share_taught": {"default": 101}},
        {"rate": True, "share_taught": {"default": 100}},
    ],
)
def test_cover_rules_that_are_not_whole_are_refused(wrong):
    with pytest.raises(Invalid) as refusal:
        rules.check_cover_rules(wrong)

    assert refusal.value.field == "cover_rules"


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 3},
        {"running_initiatives": 0},
        {"running_initiatives": True},
        {"leader_observes": 1},
    ],
)
def test_limits_are_known_and_of_their_kind(wrong):
    with pytest.raises(Invalid) as refusal:
        rules.check_limits(wrong)

    assert refusal.value.field == "limits"


def test_funding_shares_that_are_not_100_per_cent_are_refused():
    rule = {"name": "R", "when": {}, "shares": {"default": {"central": 9999}}}

    with pytest.raises(Invalid, match=r"“R”: the shares of “default” must sum to 100 %\."):
        rules.check_funding_rules([rule])


def test_the_life_of_a_tenant_goes_from_trial_to_archived_and_never_back():
    allowed = {(state, to) for state, reached in rules.MOVES.items() for to in reached}

    assert allowed == {
        (State.TRIAL, State.ACTIVE),
        (State.TRIAL, State.SUSPENDED),
        (State.TRIAL, State.ARCHIVED),
        (State.ACTIVE, State.SUSPENDED),
        (State.SUSPENDED, State.ACTIVE),
        (State.SUSPENDED, State.ARCHIVED),
    }
    for state in State:
        for to in State:
            if (state, to) not in allowed:
                with pytest.raises(Conflict):
                    rules.check_move(state, to)


@pytest.mark.parametrize(
    "slug", ["", "ab", "Rudersdal", "rød", "1by", "by-", "-by", "b--y", "vendor", "a" * 41, "by\n"]
)
def test_a_short_name_fits_in_a_host_name(slug):
    with pytest.raises(Invalid) as refusal:
        rules.check_slug(slug)

    assert refusal.value.field == "slug"


def test_known_codes_and_trial_codes_are_accepted():
    known = {"0230": "Rudersdal"}

    assert rules.check_code("0230", known) == "0230"
    assert rules.check_code("9001", known) == "9001"
    for code in ("0231", "230", "90011", "", "９001", "0230 "):
        with pytest.raises(Invalid):
            rules.check_code(code, known)


@pytest.mark.parametrize("minutes", [0, -5, 121])
def test_support_is_never_longer_than_two_hours(minutes):
    with pytest.raises(Invalid):
        rules.check_minutes(minutes)


EMAIL, PHONE, STATEMENT = rules.ACCESSIBILITY


def test_a_contact_is_kept_as_it_is_read_and_empty_is_none():
    kept = rules.check_accessibility(
        {EMAIL: " Hjaelp@By.dk ", PHONE: "+45  12 34 56 78", STATEMENT: ""}
    )

    assert kept == {EMAIL: "hjaelp@by.dk", PHONE: "+45 12 34 56 78", STATEMENT: None}
    assert rules.check_accessibility({}) == dict.fromkeys(rules.ACCESSIBILITY)


@pytest.mark.parametrize("host", ["was.digst.dk", "www.was.digst.dk", "WAS.digst.dk"])
def test_a_statement_stands_at_the_agency(host):
    address = f"https://{host}/by-dk"

    assert rules.check_accessibility({STATEMENT: address})[STATEMENT] == address


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        (EMAIL, "by.dk"),
        (EMAIL, "a@by"),
        (EMAIL, "a b@by.dk"),
        (EMAIL, "a@by.dk\0"),
        (PHONE, "112"),
        (PHONE, "12 34 56 7"),
        (PHONE, "1" * 16),
        (PHONE, "12-34-56-78"),
        (PHONE, "ring til byen"),
        (PHONE, "١٢٣٤٥٦٧٨"),
        (STATEMENT, "was.digst.dk/by-dk"),
        (STATEMENT, "http://was.digst.dk/by-dk"),
        (STATEMENT, "javascript:alert(1)"),
        (STATEMENT, "https://was.digst.dk"),
        (STATEMENT, "https://was.digst.dk/"),
        (STATEMENT, "https://edit.was.digst.dk/by-dk"),
        (STATEMENT, "https://was.digst.dk.evil.dk/by-dk"),
        (STATEMENT, "https://was.digst.dk@evil.dk/by-dk"),
        (STATEMENT, "https://was.digst.dk:444/by-dk"),
        (STATEMENT, "https://by.dk/was"),
        (STATEMENT, "https://was.digst.dk/by dk"),
        (STATEMENT, "https://was.digst.dk/by\n-dk"),
        (STATEMENT, "https://was.digst.dk/bø-dk"),
        (STATEMENT, "https://[was.digst.dk/by-dk"),
        (STATEMENT, "https://was.digst.dk/" + "b" * 300),
    ],
)
def test_a_contact_that_leads_nowhere_is_refused_at_its_field(field, wrong):
    with pytest.raises(Invalid) as refused:
        rules.check_accessibility({EMAIL: "a@by.dk", field: wrong})

    assert refused.value.field == field
