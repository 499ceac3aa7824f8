"""Two signatures, sent, answered, paid into the fund's pool, and paid back once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.budgets import service as budgets
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundApplication, FundState
from tenant_app.funds.rules import OutsideWindow, SignedTwice


def test_two_people_sign_before_it_is_sent(fund):
    made = fund.apply()
    fund.refused(Conflict, lambda: fund.do("send", made, who="leader_n1"))
    fund.do("sign", made, who="leader_n1")
    fund.refused(Conflict, lambda: fund.do("send", made, who="leader_n1"))
    fund.refused(Forbidden, lambda: fund.do("sign", made, who="area_north"))
    fund.do("sign", made, who="union")
    fund.do("send", made, who="leader_n1")

    found = fund.details(made).application
    assert found.state is FundState.SENT
    assert found.answer_by == date(2026, 3, 16)
    assert (found.leader_signed_name, found.union_signed_name) == (
        f"leader_n1 {fund.town.slug}",
        f"union {fund.town.slug}",
    )


def test_nobody_gives_both_signatures(fund, town):
    """Somebody who leads and is the union's representative too signs once."""
    with town.as_system() as ctx:
        ctx.session.add(
            RoleAssignment(
                user_id=town.users["leader_n1"],
                role=Role.UNION_REPRESENTATIVE,
                unit_id=town.units["n1"],
                from_date=date(2020, 1, 1),
                to_date=None,
            )
        )
    made = fund.apply()
    fund.do("sign", made, who="leader_n1")

    fund.refused(SignedTwice, lambda: fund.do("sign", made, who="leader_n1"))

    fund.do("sign", made, who="union")
    with pytest.raises(IntegrityError), town.as_system() as ctx:
        ctx.session.execute(
            update(FundApplication).values(union_signed_by=FundApplication.leader_signed_by)
        )


def test_nobody_signs_an_application_for_themselves(fund):
    made = fund.apply("leder_n1", who="leader_n1")

    fund.refused(Forbidden, lambda: fund.do("sign", made, who="leader_n1"))
    fund.do("sign", made, who="area_north")


def test_a_stranger_does_not_even_see_it(fund):
    made = fund.apply()

    for who in ("leader_s1", "ped_n1"):
        fund.refused(NotFound, lambda who=who: fund.do("sign", made, who=who))


def test_it_is_not_sent_when_the_session_has_begun(fund):
    made = fund.taken_to("union_signed", fund.apply())
    began = fund.town.now.replace(month=5, day=4)

    fund.refused(OutsideWindow, lambda: fund.do("send", made, who="leader_n1", now=began))


def test_an_award_divides_as_it_was_asked_to_the_last_ore(fund):
    made = fund.apply("ped_n1_1", "ped_n1_2", "ped_n1_3", session=fund.session(fee=10_000))
    fund.taken_to("awarded", made, awarded=10_000)

    found = fund.details(made)
    assert sum(each.awarded for each in found.people) == kroner(10_000)
    assert {each.awarded for each in found.people} == {333_333, 333_334}


def test_more_than_was_asked_or_nothing_is_no_award_and_a_refusal_says_why(fund):
    made = fund.taken_to("sent", fund.apply())

    fund.refused(Invalid, lambda: fund.do("answer", made, awarded=kroner(16_001)))
    fund.refused(Invalid, lambda: fund.do("answer", made, awarded=0))
    fund.refused(Invalid, lambda: fund.do("answer", made, awarded=None))
    fund.refused(Forbidden, lambda: fund.do("answer", made, awarded=100, who="leader_n1"))
    fund.do("answer", made, awarded=None, answer="Uden for aftalen")
    assert fund.state(made) is FundState.REFUSED
    fund.refused(Conflict, lambda: fund.do("pay", made))


def test_payment_opens_the_funds_pool_of_the_year_and_lies_in_it_once(fund):
    first = fund.taken_to("awarded", fund.apply(), awarded=15_000)
    assert fund.pool() is None
    fund.do("pay", first)
    assert fund.pool() == (15_000, 15_000)

    fund.refused(Conflict, lambda: fund.do("pay", first))
    second = fund.apply("ped_n1_2")
    fund.taken_to("paid", second, awarded=1000)
    assert fund.pool() == (16_000, 16_000)


def test_a_cancelled_place_tells_that_the_award_must_be_paid_back_and_it_is_once(fund):
    session = fund.session()
    place = fund.enrol("ped_n1_1", session)
    made = fund.taken_to("paid", fund.apply(session=session))
    fund.cancel(place)

    found = fund.details(made)
    assert found.sums.owed == kroner(16_000)
    assert found.people[0].lost_why == "Sygdom"
    with fund.town.as_user("admin") as ctx:
        assert [each.id for each in funds.applications(ctx, owed=True).items] == [made]

    fund.do("refund", made, note="Ikke optaget")

    assert fund.state(made) is FundState.REFUNDED
    assert fund.pool() == (0, 0)
    fund.refused(Conflict, lambda: fund.do("refund", made, note="Igen"))


def test_of_a_group_only_who_fell_out_is_paid_back(fund):
    session = fund.session(fee=10_000)
    places = {who: fund.enrol(who, session) for who in ("ped_n1_1", "ped_n1_2")}
    made = fund.taken_to("paid", fund.apply(*places, session=session))
    fund.cancel(places["ped_n1_1"])

    fund.do("refund", made, note="Sygdom")

    assert fund.state(made) is FundState.PAID
    assert fund.pool() == (8000, 8000)
    fund.refused(Conflict, lambda: fund.do("refund", made, note="Igen"))
    other = [fund.town.employees["ped_n1_2"]]
    fund.do("refund", made, note="Heller ikke", employee_ids=other)
    assert fund.state(made) is FundState.REFUNDED
    assert fund.pool() == (0, 0)


def test_what_is_paid_back_frees_the_persons_cap(fund):
    made = fund.taken_to("paid", fund.apply(session=fund.session(fee=37_500)))
    fund.do("refund", made, note="Ikke optaget", employee_ids=[fund.town.employees["ped_n1_1"]])

    fund.apply(session=fund.session(fee=37_500))


def test_nothing_is_paid_for_who_gave_up_the_place_before(fund):
    session = fund.session(fee=10_000)
    places = {who: fund.enrol(who, session) for who in ("ped_n1_1", "ped_n1_2")}
    made = fund.taken_to("awarded", fund.apply(*places, session=session))
    fund.cancel(places["ped_n1_1"])

    fund.do("pay", made)

    assert fund.pool() == (8000, 8000)
    assert fund.details(made).sums.owed == 0


def test_what_the_pool_has_spent_cannot_go_back(fund):
    made = fund.taken_to("paid", fund.apply(), awarded=10_000)
    with fund.town.as_user("admin") as ctx:
        pool = budgets.pool_with_code(ctx, year=2026, code="KOMP")
        budgets.transfer(
            ctx,
            from_pool_id=pool.id,
            to_pool_id=fund.school.pool("n1"),
            amount=kroner(1),
            note="x",
        )
    person = [fund.town.employees["ped_n1_1"]]

    fund.refused(
        Conflict, lambda: fund.do("refund", made, note="Ikke optaget", employee_ids=person)
    )


def test_a_refund_names_people_of_the_application_and_says_why(fund):
    made = fund.taken_to("paid", fund.apply())
    stranger = [fund.town.employees["ped_s1_1"]]

    fund.refused(NotFound, lambda: fund.do("refund", made, note="x", employee_ids=stranger))
    fund.refused(Invalid, lambda: fund.do("refund", made, note=" "))
    fund.refused(Conflict, lambda: fund.do("refund", made, note="Ingen grund"))
    fund.refused(Forbidden, lambda: fund.do("refund", made, note="x", who="leader_n1"))


def test_what_is_paid_is_not_withdrawn(fund):
    made = fund.taken_to("paid", fund.apply())

    fund.refused(Conflict, lambda: fund.do("withdraw", made, who="leader_n1", note="Fortrudt"))


# -- two different people


def test_one_person_with_two_logins_gives_one_signature(fund):
    """The leader has a new login, as a union representative; the old one is nobody's any more."""
    town = fund.town
    made = fund.taken_to("leader_signed", fund.apply("ped_n1_1"))
    with town.as_system() as ctx:
        ctx.session.get_one(User, town.users["leader_n1"]).employee_id = None
        ctx.session.flush()
        town._user(ctx, "leader_too", Role.UNION_REPRESENTATIVE, "n1", employee="leder_n1")
    with town.as_user("leader_too") as ctx:
        assert not funds.may_sign(ctx, funds.get(ctx, made))
        assert funds.applications(ctx, to_sign=True).items == []
    fund.refused(SignedTwice, lambda: fund.do("sign", made, who="leader_too"))
    with pytest.raises(IntegrityError, match="two_employees_sign"), town.as_system() as ctx:
        ctx.session.execute(
            update(FundApplication).values(union_employee_id=FundApplication.leader_employee_id)
        )


def test_the_auditor_looks_and_does_not_sign(fund):
    made = fund.taken_to("leader_signed", fund.apply("ped_n1_1"))
    with fund.town.as_user("auditor") as ctx:
        assert funds.get(ctx, made).id == made
        assert not funds.may_sign(ctx, funds.get(ctx, made))
    fund.refused(Forbidden, lambda: fund.do("sign", made, who="auditor"))


def test_a_union_representative_signs_below_their_unit_and_sees_no_other_money(fund):
    with fund.town.as_system() as ctx:
        for where in ("n1", "s1"):
            fund.town._user(ctx, f"union_{where}", Role.UNION_REPRESENTATIVE, where)
    made = fund.taken_to("leader_signed", fund.apply("ped_n1_1"))
    fund.refused(NotFound, lambda: fund.do("sign", made, who="union_s1"))
    with fund.town.as_user("union") as ctx:
        for ask in (funds.grants, budgets.pools, budgets.years):
            with pytest.raises(Forbidden):
                ask(ctx)
    with fund.town.as_user("union_n1") as ctx:
        assert [each.id for each in funds.applications(ctx, to_sign=True).items] == [made]
        with pytest.raises(Forbidden):
            funds.withdraw(ctx, made, note="Nej")
    fund.do("sign", made, who="union_n1")
