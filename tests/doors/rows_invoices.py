"""Orders, invoices, what is read in and what is handed to the finance system."""

from __future__ import annotations

import itertools

from admin.invoices_reading import keep
from tests.doors.table import Row, api, reaching, verb
from tests.invoices.files import ubl

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
LISTS = SEES | {"branch_may": True}
HANDLES = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
TOP = {"may": "auditor", "may_not": "ped_n1", "branch": "leader_s1"}
UNLISTED = (403, 404, 422)
"""Something that is not among the choices of the form."""
_NUMBERS = itertools.count(1)
REASON = {"note": "Ikke aftalt"}


def note(place, thing):
    return REASON


def note_for_all(place, thing):
    """About all places: the order of the thing is another than those of the places there are."""
    return REASON | {"enrolment_ids": []}


def content(place) -> bytes:
    return ubl(number=place.word("invoices", "number"), requisition="")


def upload(place, thing):
    return {"file": (content(place), "faktura.xml")}


def waiting(place, thing):
    with place.as_user("consultant") as ctx, place.app.test_request_context():
        return {"waiting": keep(ctx, "faktura.xml", content(place))}


def order(place, thing):
    return {
        "reference": place.word("orders", "reference"),
        "expected_by": place.day(20).isoformat(),
        "account": "5.25",
        "supplier_cvr": "",
        "gln": "",
    }


def account(place, thing):
    return {
        "cost_line": "fee",
        "from_date": place.day(3).isoformat(),
        "account": "5.25.14",
        "psp": "XG-1",
    }


def typed(place, thing):
    return {
        "number": f"T{next(_NUMBERS)}",
        "supplier_cvr": "31049180",
        "issued_on": f"{place.today:%d-%m-%Y}",
        "amount": "1.000,00",
    }


ROWS = [
    Row("orders.index_view", **LISTS, lists="order"),
    Row("orders.details_view", **SEES, thing="order"),
    *verb("orders.verb_change", **HANDLES, body=order, thing="order"),
    *verb(
        "orders.verb_order",
        **HANDLES,
        refs={"session_id": "unordered"},
        refused=UNLISTED,
    ),
    Row("invoices.index_view", **LISTS, lists="differing_invoice"),
    Row("invoices.details_view", **SEES, thing="differing_invoice"),
    *verb(
        "invoices.verb_match",
        **HANDLES,
        refs={"order_id": "order"},
        refused=UNLISTED,
        thing="waiting_invoice",
    ),
    *verb("invoices.verb_type", **HANDLES, body=typed),
    *verb(
        "invoices.verb_approve",
        **HANDLES,
        body=note_for_all,
        thing="differing_invoice",
        refs={"enrolment_ids": "confirmed"},
    ),
    *verb("invoices.verb_turn_down", **HANDLES, body=note, thing="differing_invoice"),
    *verb("invoices.verb_dismiss", **HANDLES, body=note, thing="waiting_invoice"),
    Row("invoice-reading.index", **HANDLES),
    Row("invoice-reading.check", "POST", **HANDLES, body=upload),
    Row("invoice-reading.confirm", "POST", **HANDLES, body=waiting, answer=302),
    Row("invoice-reading.template", **HANDLES),
    Row("posting-batches.index_view", **TOP),
    Row("posting-batches.details_view", **TOP, thing="batch"),
    Row("posting-batches.file", **TOP, thing="batch"),
    *verb("posting-batches.verb_hand_over", **HANDLES, needs="unposted"),
    Row("account-strings.index_view", **LISTS),
    *reaching(
        "account-strings.verb_set",
        **HANDLES,
        body=account,
        refs={"unit_id": "unit"},
        refused=UNLISTED,
    ),
    *api(
        Row("api_invoices.list_orders", **LISTS, lists="order", asks={"provider_id": "provider"}),
        Row("api_invoices.show_order", **SEES, thing="order"),
        Row("api_invoices.change_order", "PUT", **HANDLES, body=order, thing="order"),
        Row(
            "api_invoices.order_session",
            "POST",
            **HANDLES,
            refs={"session_id": "other_unordered"},
            answer=201,
        ),
        Row("api_invoices.list_invoices", **LISTS, lists="differing_invoice"),
        Row("api_invoices.show_invoice", **SEES, thing="differing_invoice"),
        Row(
            "api_invoices.match",
            "POST",
            **HANDLES,
            refs={"order_id": "other_order"},
            thing="waiting_invoice",
        ),
        Row(
            "api_invoices.approve",
            "POST",
            **HANDLES,
            body=note_for_all,
            thing="differing_invoice",
            refs={"enrolment_ids[]": "confirmed"},
        ),
        Row("api_invoices.turn_down", "POST", **HANDLES, body=note, thing="differing_invoice"),
        Row("api_invoices.dismiss", "POST", **HANDLES, body=note, thing="waiting_invoice"),
        Row("api_invoices.list_account_strings", **LISTS, lists="account_string"),
        Row(
            "api_invoices.set_account_string",
            "POST",
            **HANDLES,
            body=account,
            refs={"unit_id": "unit"},
            answer=201,
        ),
        Row("api_invoices.list_batches", **TOP),
        Row("api_invoices.hand_over", "POST", **HANDLES, needs="unposted", answer=201),
        Row("api_invoices.show_batch", **TOP, thing="batch"),
        Row("api_imports.read_invoices", "POST", **HANDLES, body=upload),
    ),
]
