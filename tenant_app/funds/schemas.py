"""The shape of funds in JSON. Amounts are whole øre, shares basis points, days ISO dates."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import CostLine
from tenant_app.budgets.schemas_policies import ConstraintIn
from tenant_app.funds.models import FundState, GrantState
from tenant_app.funds.rules import LONGEST
from tenant_app.organisation.models import Position

ORE = {"description": "Whole øre"}
BP = {"description": "Basis points: 2000 is 20 %"}


def _text(name: str, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST[name]), **options)


def _amount(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, metadata=ORE, **options)


def _number(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, **options)


def _words(kind: Any) -> fields.List[Any]:
    known = [each.value for each in kind]
    one = fields.String(validate=validate.OneOf(known))
    return fields.List(one, required=True, validate=validate.Length(1, len(known)))


class SchemeFacts(Schema):
    """What a fund pays, to whom and when."""

    name = _text("name", required=True)
    terms = _text("terms", load_default="")
    cap = _amount(required=True)
    master_cap = _amount(required=True)
    cap_months = _number(required=True)
    employer_bp = fields.Integer(strict=True, required=True, metadata=BP)
    months_before = _number(required=True)
    days_before = _number(required=True)
    answer_days = _number(required=True)
    cost_lines = _words(CostLine)
    positions = _words(Position)
    is_active = fields.Boolean(load_default=True)


class SchemeIn(SchemeFacts):
    """The same with the code that funding rules call its pool by."""

    code = fields.String(required=True, validate=validate.Length(1, 20))


class SchemeOut(SchemeIn):
    """A fund one can apply to."""

    id = fields.UUID()


class FundQuery(Schema):
    """Which applications."""

    state = fields.Enum(FundState, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata={"description": "and what hangs below it"})
    to_sign = fields.Boolean(
        load_default=False, metadata={"description": "Those that wait for the caller's signature"}
    )
    owed = fields.Boolean(
        load_default=False, metadata={"description": "Those that must be paid back"}
    )


class FundApplicationIn(Schema):
    """An application for one person or a group of one workplace."""

    scheme_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    employee_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 200))
    purpose = _text("purpose", required=True)
    is_master = fields.Boolean(load_default=False)
    amount = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Per person, in whole øre; none is as much as the fund pays"},
    )


class FundMoveIn(Schema):
    """The next step: sign, send, or withdraw with a note."""

    step = fields.String(required=True, validate=validate.OneOf(["sign", "send", "withdraw"]))
    note = _text("note", load_default="")


class FundAnswerIn(Schema):
    """What was answered: the amount in all, or none for a refusal with its reason."""

    awarded = fields.Integer(strict=True, required=True, allow_none=True, metadata=ORE)
    reference = _text("reference", load_default="")
    answer = _text("answer", load_default="")


class FundRefundIn(Schema):
    """Whose money goes back; none named are those whose places were given up."""

    note = _text("note", required=True)
    employee_ids = fields.List(
        fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(1, 200)
    )


class FundNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class ApplicantOut(Schema):
    """A person of an application."""

    employee = fields.Nested(FundNameOut)
    cost = fields.Integer(metadata={"description": "What the fund looks at, in whole øre"})
    asked = fields.Integer(metadata=ORE)
    awarded = fields.Integer(allow_none=True, metadata=ORE)
    lost_on = fields.Date(allow_none=True, metadata={"description": "The place was given up"})
    refunded_on = fields.Date(allow_none=True)


class FundApplicationOut(Schema):
    """An application to a fund."""

    id = fields.UUID()
    scheme = fields.Nested(FundNameOut)
    unit = fields.Nested(FundNameOut)
    session_id = fields.UUID()
    starts_on = fields.Date()
    is_master = fields.Boolean()
    purpose = fields.String()
    state = fields.Enum(FundState, by_value=True)
    sent_on = fields.Date(allow_none=True)
    answer_by = fields.Date(allow_none=True)
    reference = fields.String()
    answer = fields.String()
    paid_on = fields.Date(allow_none=True)
    pool_id = fields.UUID(allow_none=True)


class FundDetailsOut(FundApplicationOut):
    """The same with its people."""

    people = fields.List(fields.Nested(ApplicantOut))
    owed = fields.Integer(metadata={"description": "To be paid back, in whole øre"})


class StateGrantQuery(Schema):
    """Which applications for state money."""

    state = fields.Enum(GrantState, by_value=True, load_default=None)


class StateGrantIn(Schema):
    """An application for state money."""

    title = _text("title", required=True)
    giver = _text("giver", required=True)
    code = fields.String(required=True, validate=validate.Length(1, 20))
    year = _number(required=True)
    asked = _amount(required=True)
    apply_by = fields.Date(required=True)
    report_by = fields.Date(load_default=None, allow_none=True)
    purpose = _text("purpose", load_default="")
    strings = fields.List(
        fields.Nested(ConstraintIn), load_default=list, validate=validate.Length(max=20)
    )


class StateGrantMoveIn(Schema):
    """The next step of an application that was not answered, or of money that was received."""

    step = fields.String(required=True, validate=validate.OneOf(["send", "report"]))


class StateGrantOut(StateGrantIn):
    """An application for state money."""

    id = fields.UUID()
    state = fields.Enum(GrantState, by_value=True)
    awarded = fields.Integer(allow_none=True, metadata=ORE)
    reference = fields.String()
    answer = fields.String()
    sent_on = fields.Date(allow_none=True)
    received_on = fields.Date(allow_none=True)
    reported_on = fields.Date(allow_none=True)
    pool_id = fields.UUID(allow_none=True)
