"""The shape of a pool's statement in JSON. Amounts are whole øre, days ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.budgets.models import CostLine, EntryKind
from tenant_app.enrolments.schemas import ORE


class StatementRowOut(Schema):
    """One entry of a pool, and what it was for. Names only for those who may see them."""

    id = fields.UUID(attribute="entry.id")
    booked_on = fields.Date(attribute="entry.booked_on")
    kind = fields.Enum(EntryKind, by_value=True, attribute="entry.kind")
    income = fields.Integer(metadata=ORE)
    reserved = fields.Integer(attribute="entry.reserved", metadata=ORE)
    committed = fields.Integer(attribute="entry.committed", metadata=ORE)
    actual = fields.Integer(attribute="entry.actual", metadata=ORE)
    note = fields.String(attribute="entry.note")
    cost_line = fields.Enum(CostLine, by_value=True, allow_none=True)
    rule_name = fields.String(allow_none=True)
    rule_version = fields.Integer(allow_none=True)
    enrolment_id = fields.UUID(allow_none=True)
    unit_number = fields.String(allow_none=True)
    unit_name = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    form = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    constraints = fields.List(fields.String())
