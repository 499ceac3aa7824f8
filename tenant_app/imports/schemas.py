"""The shape of imports in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.imports.models import ImportKind

ERRORS = {
    "description": "Row of the file → column → what is wrong; row 0 is the file as a whole. "
    "At most the first 500"
}


class ImportFileIn(Schema):
    """The file, as multipart form data."""

    file = fields.Raw(
        required=True,
        metadata={
            "type": "string",
            "format": "binary",
            "description": "CSV or XLSX with a header row, at most 10 MB",
        },
    )


class ImportAsked(Schema):
    """Whether it is only to be tried."""

    dry_run = fields.Boolean(
        load_default=False, metadata={"description": "Say what the file would do, write nothing"}
    )


class ImportOut(Schema):
    """What the file came to, or would."""

    kind = fields.Enum(ImportKind, by_value=True)
    dry_run = fields.Boolean()
    rows = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    ignored = fields.List(
        fields.String(), metadata={"description": "Columns of the file that are not read"}
    )
    error_count = fields.Integer()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.List(fields.String())),
        metadata=ERRORS,
    )
