"""Orders, the invoices that answer them, and what the pools come to."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tenant_app.budgets.models import Policy
from tenant_app.catalogue.models import Provider, ProviderKind
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Invoice, InvoiceState, Order, Why
from tests.invoices.conftest import CVR, FEE, Purchase, approve


def match(purchase: Purchase, invoice_id, order_id, who="admin"):
    with purchase.town.as_user(who) as ctx:
        return invoices.match(ctx, invoice_id, order_id=order_id)


# -- orders


def test_confirmed_places_make_one_order_per_session(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2", "ped_s1_1")
    with purchase.town.as_user("admin") as ctx:
        found = invoices.details(ctx, order_id)
    assert found.paid == invoices.Paid(3, 3 * FEE, 3 * FEE)
    assert found.order.requisition.startswith("RT26-")
    assert found.order.expected_by == date(2026, 6, 3)
    assert {post.unit.id for post in found.posts} == {
        purchase.town.units[at] for at in ("n1", "s1")
    }


def test_only_the_fee_and_materials_are_invoiced(purchase):
    order_id = purchase.order(materials=kroner(300), travel=kroner(200), cover_hours="10")
    with purchase.town.as_user("admin") as ctx:
        assert invoices.details(ctx, order_id).paid.expected == FEE + kroner(300)


def test_own_courses_and_free_ones_are_not_ordered_by_themselves(purchase):
    purchase.place(session_id=purchase.session(fee=0))
    with purchase.town.as_system() as ctx:
        ctx.session.execute(update(Provider).values(kind=ProviderKind.MUNICIPAL))
    session_id = purchase.session()
    purchase.place("ped_n1_2", session_id)
    with purchase.town.as_system() as ctx:
        assert ctx.session.scalars(select(Order.id)).all() == []

    with purchase.town.as_user("admin") as ctx:
        order_id = invoices.order_session(ctx, session_id).id
    assert purchase.state(order_id) == "expected"

    def again():
        with purchase.town.as_user("admin") as ctx:
            invoices.order_session(ctx, session_id)

    assert purchase.refused(Conflict, again).field == "session_id"


def test_an_order_without_places_is_cancelled(purchase):
    session_id = purchase.session()
    first, second = purchase.place("ped_n1_1", session_id), purchase.place("ped_n1_2", session_id)
    with purchase.town.as_system() as ctx:
        order_id = ctx.session.scalars(select(Order.id)).one()
    for enrolment_id, state in ((first, "expected"), (second, "cancelled")):
        with purchase.town.as_user("leader_n1") as ctx:
            enrolments.cancel(ctx, enrolment_id, note="Syg")
        assert purchase.state(order_id) == state

    invoice_id = purchase.invoiced(order_id, FEE)
    assert purchase.invoice(invoice_id).why is Why.CANCELLED
    refusal = purchase.refused(Conflict, lambda: match(purchase, invoice_id, order_id))
    assert refusal.field == "order_id"
    # A new place on the session is a new order.
    purchase.place("ped_n1_3", session_id)
    with purchase.town.as_system() as ctx:
        assert len(ctx.session.scalars(select(Order.id)).all()) == 2


def test_a_session_that_is_called_off_cancels_its_order(purchase):
    session_id = purchase.session()
    purchase.place("ped_n1_1", session_id)
    with purchase.town.as_user("admin") as ctx:
        enrolments.call_off(ctx, session_id, reason="For få")
    with purchase.town.as_system() as ctx:
        assert ctx.session.scalars(select(Order.state)).one() == "cancelled"


@pytest.mark.parametrize(
    ("field", "value"),
    [("gln", "5798000419682"), ("gln", "123"), ("supplier_cvr", "123"), ("reference", " ")],
)
def test_numbers_are_checked(purchase, field, value):
    order_id = purchase.order()

    def change():
        with purchase.town.as_user("admin") as ctx:
            facts = {"gln": "", "supplier_cvr": "", "reference": "A", "account": ""}
            invoices.change_order(
                ctx, order_id, expected_by=date(2026, 7, 1), **(facts | {field: value})
            )

    assert purchase.refused(Invalid, change).field == field


def test_a_cvr_number_is_learnt_for_the_providers_other_orders(purchase):
    first, second = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")
    with purchase.town.as_user("admin") as ctx:
        invoices.change_order(
            ctx,
            first,
            supplier_cvr=f"DK {CVR}",
            gln="5798000419681",
            reference="Anna",
            account="",
            expected_by=date(2026, 7, 1),
        )
    with purchase.town.as_system() as ctx:
        assert ctx.session.get_one(Order, second).supplier_cvr == CVR
        assert ctx.session.get_one(Order, second).gln == ""


# -- what agrees


def test_an_equal_invoice_is_matched_and_settled_once_the_course_was_held(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    invoice_id = purchase.invoiced(order_id, 2 * FEE)
    assert purchase.state(order_id) == "matched"
    assert purchase.school.money("n1") == (0, 2 * FEE, 0)
    assert purchase.postings() == [(FEE, 0), (FEE, 0)]

    with purchase.town.as_system() as ctx:
        assert invoices.settle_held(ctx) == 0
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 1
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 0
    assert purchase.state(order_id) == "settled"
    assert purchase.invoice(invoice_id).state is InvoiceState.MATCHED
    assert purchase.school.money("n1") == (0, 0, 2 * FEE)


def test_what_is_spent_at_completion_is_not_spent_again(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    with purchase.town.as_user("admin", now=purchase.held) as ctx:
        post = invoices.details(ctx, order_id).posts[0]
    with purchase.town.as_user("leader_n1", now=purchase.held) as ctx:
        enrolments.complete(ctx, post.enrolment.id)
    purchase.invoiced(order_id, 2 * FEE, now=purchase.held)
    assert purchase.state(order_id) == "settled"
    assert purchase.school.money("n1") == (0, 0, 2 * FEE)
    # And the other way round: who completes later finds the money spent.
    with purchase.town.as_user("admin", now=purchase.held) as ctx:
        other = invoices.details(ctx, order_id).posts[1]
    with purchase.town.as_user("leader_n1", now=purchase.held) as ctx:
        enrolments.complete(ctx, other.enrolment.id)
    assert purchase.school.money("n1") == (0, 0, 2 * FEE)


def test_cover_is_not_spent_by_an_invoice(purchase):
    order_id = purchase.order(cover_hours="10")
    purchase.invoiced(order_id, FEE, now=purchase.held)
    assert purchase.state(order_id) == "settled"
    assert purchase.school.money("n1") == (0, 200000, FEE)


def test_a_place_given_up_after_the_invoice_waits_for_its_credit_note(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    purchase.invoiced(order_id, 2 * FEE)
    with purchase.town.as_user("admin") as ctx:
        post = invoices.details(ctx, order_id).posts[0]
    with purchase.town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, post.enrolment.id, note="Syg")
    with purchase.town.as_user("admin") as ctx:
        assert invoices.details(ctx, order_id).paid.left == -FEE
    credit = purchase.invoiced(order_id, -FEE)
    assert purchase.invoice(credit).state is InvoiceState.MATCHED
    assert purchase.postings() == [(FEE, 0), (FEE, 0), (-FEE, 0)]
    assert purchase.school.money("n1") == (0, FEE, 0)


# -- differences


def test_the_database_knows_two_for_each_difference(purchase):
    invoice_id = purchase.invoiced(purchase.order(), FEE + 100)
    by_one = {"answered_by": Invoice.matched_by}
    for facts in ({}, by_one, {"answered_by": None, "matched_by": None}):

        def write(facts=facts):
            with purchase.town.as_system() as ctx:
                ctx.session.execute(
                    update(Invoice)
                    .where(Invoice.id == invoice_id)
                    .values(state=InvoiceState.APPROVED, **facts)
                )

        assert "answered_by_another" in str(purchase.refused(IntegrityError, write))


def test_a_difference_needs_somebody_else_and_is_spread_to_the_ore(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2", "ped_s1_1")
    invoice_id = purchase.invoiced(order_id, 3 * FEE + 100)
    assert (purchase.state(order_id), purchase.postings()) == ("difference", [])
    assert purchase.school.money("n1") == (0, 2 * FEE, 0)
    purchase.refused(Forbidden, lambda: approve(purchase, invoice_id, "admin"))
    for who in ("leader_n1", "area_north", "auditor"):
        purchase.refused(Forbidden, lambda who=who: approve(purchase, invoice_id, who))
    purchase.refused(NotFound, lambda: approve(purchase, invoice_id, "leader_n2"))

    approve(purchase, invoice_id)
    assert purchase.state(order_id) == "matched"
    assert purchase.postings() == [(FEE + 34, 34), (FEE + 33, 33), (FEE + 33, 33)]
    assert purchase.school.money("n1") == (0, 2 * FEE + 67, 0)
    assert purchase.school.money("s1") == (0, FEE + 33, 0)
    purchase.refused(Conflict, lambda: approve(purchase, invoice_id))
    purchase.refused(Conflict, lambda: match(purchase, invoice_id, order_id))


def test_a_cheaper_invoice_gives_money_back(purchase):
    order_id = purchase.order("ped_n1_1")
    invoice_id = purchase.invoiced(order_id, FEE - 5000, now=purchase.held)
    approve(purchase, invoice_id, now=purchase.held)
    assert purchase.school.money("n1") == (0, 0, FEE - 5000)
    assert purchase.lines(order_id) == [("actual", FEE, -5000)]


def test_a_pool_that_stops_refuses_the_difference(purchase):
    order_id = purchase.order("ped_n1_1")
    invoice_id = purchase.invoiced(order_id, FEE + 5000)
    purchase.school.leave("n1", 4999)
    refusal = purchase.refused(Conflict, lambda: approve(purchase, invoice_id))
    assert refusal.code == "budget_exceeded"
    purchase.school.set_policy("n1", Policy.WARN)
    approve(purchase, invoice_id)
    assert purchase.school.money("n1") == (0, FEE + 5000, 0)


def test_a_difference_that_is_turned_down_leaves_the_order_as_it_was(purchase):
    order_id = purchase.order("ped_n1_1")
    money = purchase.school.money("n1")
    invoice_id = purchase.invoiced(order_id, FEE + 5000)
    # Another invoice on the order waits until the first is answered.
    other = purchase.invoiced(order_id, FEE)
    assert purchase.invoice(other).why is Why.DIFFERENCE_WAITS
    purchase.refused(Conflict, lambda: match(purchase, other, order_id))

    with purchase.town.as_user("consultant") as ctx:
        invoices.turn_down(ctx, invoice_id, note="Prisen er aftalt")
    found = purchase.invoice(invoice_id)
    assert (found.state, found.why, found.order_id) == ("waiting", Why.TURNED_DOWN, None)
    assert (purchase.state(order_id), purchase.school.money("n1")) == ("expected", money)
    match(purchase, other, order_id)
    assert purchase.state(order_id) == "matched"


def test_a_difference_is_not_approved_when_it_is_another_by_now(purchase):
    session_id = purchase.session()
    purchase.place("ped_n1_1", session_id)
    lost = purchase.place("ped_n1_2", session_id)
    with purchase.town.as_system() as ctx:
        order_id = ctx.session.scalars(select(Order.id)).one()
    invoice_id = purchase.invoiced(order_id, 2 * FEE + 100)
    with purchase.town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, lost, note="Syg")
    purchase.refused(Conflict, lambda: approve(purchase, invoice_id))


def test_a_credit_note_is_never_larger_than_what_was_paid(purchase):
    order_id = purchase.order()
    purchase.invoiced(order_id, FEE, now=purchase.held)
    credit = purchase.invoiced(order_id, -FEE - 100)
    assert purchase.invoice(credit).why is Why.CREDIT_TOO_LARGE
    purchase.refused(Conflict, lambda: match(purchase, credit, order_id))
    smaller = purchase.invoiced(order_id, -1000)
    approve(purchase, smaller)
    assert purchase.school.money("n1") == (0, 0, FEE - 1000)


def test_the_same_invoice_twice_is_one(purchase):
    order_id = purchase.order()
    fact = purchase.fact(order_id, FEE)
    purchase.read(fact)
    before = purchase.everything()[:-1]
    [again] = purchase.read(fact)
    assert (again.outcome, again.known_amount) == (invoices.Outcome.KNOWN, None)
    [changed] = purchase.read(purchase.fact(order_id, FEE + 1, number=fact.number))
    assert (changed.outcome, changed.known_amount) == (invoices.Outcome.KNOWN, FEE)
    assert purchase.everything()[:-1] == before


def test_a_dry_run_says_what_happens_and_does_nothing(purchase):
    order_id, other = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")
    facts = [
        purchase.fact(order_id, FEE),
        purchase.fact(order_id, FEE),
        purchase.fact(other, FEE + 1),
        purchase.fact(None, FEE),
    ]
    before = purchase.everything()
    tried = purchase.read(*facts, write=False)
    assert purchase.everything() == before
    done = purchase.read(*facts)
    outcomes = ["matched", "difference", "difference", "waiting"]
    assert [each.outcome.value for each in tried] == outcomes
    assert [each.outcome.value for each in done] == outcomes
    assert [each.difference for each in done] == [0, FEE, 1, 0]


def test_what_is_not_ours_is_dismissed_and_can_be_taken_back(purchase):
    order_id = purchase.order()
    invoice_id = purchase.invoiced(order_id, FEE, requisition="")

    def dismiss(note="Ikke vores"):
        with purchase.town.as_user("admin") as ctx:
            invoices.dismiss(ctx, invoice_id, note=note)

    assert purchase.refused(Invalid, lambda: dismiss("")).field == "note"
    dismiss()
    purchase.refused(Conflict, dismiss)
    match(purchase, invoice_id, order_id)
    assert purchase.state(order_id) == "matched"
