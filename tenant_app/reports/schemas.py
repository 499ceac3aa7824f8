"""The shape of reports and jobs in JSON. Amounts in whole øre, percentages as decimal text."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, pre_dump, validate

from tenant_app.reports.rules import EARLIEST, LATEST, JobProgressState, Node, Outlook

ORE = {"description": "whole øre"}


class ReportQuery(Schema):
    """Which report."""

    year = fields.Integer(required=True, validate=validate.Range(min=EARLIEST, max=LATEST))
    as_of = fields.Date(
        load_default=None,
        metadata={"description": "the day the report was made for; the latest when left out"},
    )


class RunIn(Schema):
    """Which report to make."""

    year = fields.Integer(required=True, validate=validate.Range(min=EARLIEST, max=LATEST))
    as_of = fields.Date(
        load_default=None,
        metadata={
            "description": "today when left out; for coverage of an earlier year its 31 December"
        },
    )


class UsageFiguresOut(Schema):
    """The position of some pools together."""

    allotted = fields.Integer(metadata=ORE)
    carried = fields.Integer(metadata=ORE)
    transferred = fields.Integer(metadata=ORE)
    budget = fields.Integer(metadata=ORE)
    reserved = fields.Integer(metadata=ORE)
    committed = fields.Integer(metadata=ORE)
    actual = fields.Integer(metadata=ORE)
    available = fields.Integer(metadata=ORE)
    cover = fields.Integer(
        metadata={"description": "of actual, committed and reserved: what pays cover; whole øre"}
    )
    forecast = fields.Integer(
        metadata={
            "description": "whole øre by New Year: what is expected so far, lengthened as the "
            "years before went, or in a straight line; before the year begins what was asked for"
        }
    )
    usage_percent = fields.Decimal(
        as_string=True,
        allow_none=True,
        metadata={"description": "(actual + committed) ÷ budget, one decimal"},
    )
    outlook = fields.Enum(Outlook, by_value=True)


class UsageUnitOut(Schema):
    """A unit with everything below it."""

    unit_id = fields.UUID()
    number = fields.String()
    name = fields.String()
    kind = fields.String()
    is_open = fields.Boolean()
    total = fields.Nested(UsageFiguresOut)
    own = fields.Nested(UsageFiguresOut)
    children: fields.Field[Any] = fields.List(fields.Nested(lambda: UsageUnitOut()))


class UsageOut(Schema):
    """Where the money of a year went."""

    year = fields.Integer()
    as_of = fields.Date()
    data_time = fields.DateTime()
    rule_version = fields.Integer()
    total = fields.Nested(UsageFiguresOut)
    units = fields.List(fields.Nested(UsageUnitOut))


class TargetOut(Schema):
    """What was measured against."""

    id = fields.UUID()
    competence = fields.String()
    position = fields.String()
    min_count = fields.Integer(allow_none=True)
    min_percent = fields.Integer(allow_none=True)
    due_date = fields.Date()


class CoverageFiguresOut(Schema):
    """How far a unit is with one target."""

    target_id = fields.UUID()
    group_size = fields.Integer()
    covered = fields.Integer()
    planned = fields.Integer()
    needed = fields.Integer()
    institutions = fields.Integer()
    met = fields.Integer(
        metadata={"description": "institutions that reach the target by themselves"}
    )
    coverage_percent = fields.Decimal(as_string=True, allow_none=True)
    planned_percent = fields.Decimal(as_string=True, allow_none=True)


class CoverageUnitOut(Schema):
    """A unit with everything below it."""

    unit_id = fields.UUID()
    number = fields.String()
    name = fields.String()
    kind = fields.String()
    is_open = fields.Boolean()
    targets = fields.List(fields.Nested(CoverageFiguresOut))
    children: fields.Field[Any] = fields.List(fields.Nested(lambda: CoverageUnitOut()))

    @pre_dump
    def by_target(self, node: Node[Any], **_: Any) -> dict[str, Any]:
        """Figures by target become a list, as JSON clients like it."""
        names = ("group_size", "covered", "planned", "needed", "institutions", "met")
        names += ("coverage_percent", "planned_percent")
        targets = [
            {"target_id": target_id} | {name: getattr(figures, name) for name in names}
            for target_id, figures in node.total.items()
        ]
        plain = {name: getattr(node, name) for name in ("unit_id", "number", "name", "kind")}
        return plain | {"is_open": node.is_open, "targets": targets, "children": node.children}


class CoverageOut(Schema):
    """Who can do what should be possible."""

    year = fields.Integer()
    as_of = fields.Date()
    data_time = fields.DateTime()
    rule_version = fields.Integer()
    targets = fields.List(fields.Nested(TargetOut))
    units = fields.List(fields.Nested(CoverageUnitOut))


class JobOut(Schema):
    """A job and how far it has come."""

    id = fields.UUID()
    job = fields.String()
    state = fields.Enum(JobProgressState, by_value=True)
    done = fields.Integer()
    total = fields.Integer()
    note = fields.String()
    is_stopping = fields.Boolean(
        metadata={"description": "Cancelled, and not at its next step yet; nothing will be kept"}
    )
    tries = fields.Integer()
    last_error = fields.String(allow_none=True)
    created_at = fields.DateTime()
    done_at = fields.DateTime(allow_none=True)
