"""URLs of imports: the same file twice changes nothing, so they need no Idempotency-Key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_smorest import Blueprint
from werkzeug.datastructures import FileStorage

from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.http import endpoint
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind
from tenant_app.imports.rules import RowError
from tenant_app.imports.schemas import (
    ImportAsked,
    ImportFileIn,
    ImportOut,
    InvoiceFileIn,
    InvoiceFileOut,
)

MOST_SHOWN = 500
KINDS = ",".join(ImportKind)

blueprint = Blueprint(
    "imports", __name__, url_prefix="/api/v1/imports", description="Files from other systems"
)


@blueprint.post(f"/<any({KINDS}):kind>")
@endpoint(blueprint, query=ImportAsked, returns=ImportOut)
@blueprint.arguments(ImportFileIn, location="files")
def run(ctx: Context, files: dict[str, FileStorage], *, kind: str, dry_run: bool) -> dict[str, Any]:
    """Bring the municipality in line with a file, or with `dry_run` say what that would do.

    With one wrong row nothing is written: a dry run lists what is wrong, else it is refused.
    """
    _check_no_key()
    file = files["file"]
    result = imports.run(
        ctx,
        kind=ImportKind(kind),
        file_name=file.filename or "file",
        content=file.read(),
        dry_run=dry_run,
    )
    errors = by_row(result.errors[:MOST_SHOWN])
    if result.errors and not dry_run:
        raise Invalid(
            N_("Nothing was written: the file has %(count)s errors. Correct them, send it again."),
            field="file",
            errors=errors,
            count=len(result.errors),
        )
    return {
        **{name: getattr(result, name) for name in ("kind", "rows", "added", "changed")},
        "unchanged": result.unchanged,
        "ignored": list(result.ignored),
        "dry_run": dry_run,
        "error_count": len(result.errors),
        "errors": errors,
    }


@blueprint.post("/invoices")
@endpoint(blueprint, query=ImportAsked, returns=InvoiceFileOut)
@blueprint.arguments(InvoiceFileIn, location="files")
def read_invoices(ctx: Context, files: dict[str, FileStorage], *, dry_run: bool) -> dict[str, Any]:
    """Read invoices and match them by requisition, or with `dry_run` say what that would do.

    An invoice that was read before changes nothing. With one wrong row nothing is read.
    """
    _check_no_key()
    file = files["file"]
    found = imports.read_invoices(
        ctx, file_name=file.filename or "file", content=file.read(), dry_run=dry_run
    )
    errors = by_row(found.errors[:MOST_SHOWN])
    if found.errors and not dry_run:
        raise Invalid(
            N_("Nothing was written: the file has %(count)s errors. Correct them, send it again."),
            field="file",
            errors=errors,
            count=len(found.errors),
        )
    return {
        "dry_run": dry_run,
        "rows": found.rows,
        "invoices": found.readings,
        "error_count": len(found.errors),
        "errors": errors,
    }


def _check_no_key() -> None:
    if request.headers.get("Idempotency-Key") is not None:
        # The boundaries of multipart differ each time: a true repeat would look like another.
        raise Invalid(
            N_("The same file twice changes nothing. Send no Idempotency-Key."),
            field="Idempotency-Key",
        )


def by_row(errors: Iterable[RowError]) -> dict[str, Any]:
    """Row → column → texts."""
    found: dict[str, Any] = {}
    for error in errors:
        found.setdefault(str(error.row), {}).setdefault(error.column, []).append(str(error))
    return found
