"""The verb: a file becomes rows of the municipality, all of them or none."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import NotFound
from tenant_app.imports import queries, reading, rules
from tenant_app.imports.models import ImportKind, ImportRun
from tenant_app.imports.rules import Checked, RowError
from tenant_app.imports.service.courses import take_courses
from tenant_app.invoices import service as invoices
from tenant_app.organisation import service as organisation
from tenant_app.supervision import service as supervision

SAME_COLUMN = {"on": "from_date", "parent_id": "parent_number", "unit_id": "unit_number"}
"""A field of a verb → the column of the file that fills it."""


@dataclass(frozen=True)
class ImportResult:
    """What a file came to, or would. With errors nothing was written."""

    kind: ImportKind
    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    """Columns of the file that no column of the table answers to."""


def run(
    ctx: Context, *, kind: ImportKind, file_name: str, content: bytes, dry_run: bool
) -> ImportResult:
    """Bring the municipality in line with the file; with `dry_run`, or with an error, nothing.

    Rows are matched by the municipality's own numbers and codes, never by ids. The same file
    twice changes nothing. Raises Invalid naming `file` when it is not such a table.
    """
    _require(ctx)
    sheet = reading.read(content, rules.COLUMNS[kind])
    checked = rules.check(kind, sheet)
    write = not dry_run and not checked.errors
    if write:  # whoever only looks keeps nobody waiting
        queries.one_at_a_time(ctx)
    taken = _take(ctx, kind, checked, write=write)
    errors = [*checked.errors, *_placed(checked, taken, sheet.headers)]
    if errors:
        errors.sort(key=lambda error: error.row)
        return ImportResult(kind, len(sheet.rows), errors=errors, ignored=sheet.ignored)
    if write:
        _note(ctx, kind, file_name, content, taken)
    return ImportResult(
        kind,
        len(sheet.rows),
        taken.added,
        taken.changed,
        taken.unchanged,
        ignored=sheet.ignored,
    )


def template(ctx: Context, kind: ImportKind) -> bytes:
    """An empty file with the header row, as Danish Excel opens it: BOM and semicolons."""
    _require(ctx)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(
        column.headers[0] for column in rules.COLUMNS[kind]
    )
    return text.getvalue().encode("utf-8-sig")


def latest(ctx: Context, *, limit: int = 20) -> Sequence[ImportRun]:
    """The latest files read in, newest first."""
    _require(ctx)
    return queries.runs(ctx, limit)


def _require(ctx: Context) -> None:
    """With the permission at the root; in a tenant without units, anywhere."""
    try:
        ctx.require(Permission.IMPORT_RUN, at=organisation.root_path(ctx))
    except NotFound:
        ctx.require(Permission.IMPORT_RUN)


def _take(ctx: Context, kind: ImportKind, checked: Checked, *, write: bool) -> organisation.Taken:
    rows = [row for _, row in checked.rows]
    if kind is ImportKind.UNITS:
        lines = [organisation.UnitLine(**row) for row in rows]
        return organisation.take_units(ctx, lines, write=write, elsewhere=checked.bad_keys)
    if kind is ImportKind.EMPLOYEES:
        people = [organisation.EmployeeLine(**row) for row in rows]
        return organisation.take_employees(ctx, people, write=write)
    if kind is ImportKind.FIGURES:
        figures = [organisation.FigureLine(**row) for row in rows]
        return organisation.take_figures(ctx, figures, write=write)
    if kind is ImportKind.SCREENINGS:
        results = [supervision.ResultLine(**row) for row in rows]
        return supervision.take_results(ctx, results, write=write)
    if kind is ImportKind.ACCOUNT_STRINGS:
        strings = [invoices.AccountLine(**row) for row in rows]
        return invoices.take_account_strings(ctx, strings, write=write)
    return take_courses(ctx, rows, write=write)


def _placed(checked: Checked, taken: organisation.Taken, headers: dict[str, str]) -> list[RowError]:
    """The refusals of the verbs, at the row and column they come from."""
    placed = []
    for at, refusal in taken.problems:
        key = SAME_COLUMN.get(refusal.field or "", refusal.field or "")
        params = {name: str(value) for name, value in refusal.params.items()}
        placed.append(RowError(checked.rows[at][0], headers.get(key, key), refusal.message, params))
    return placed


def _note(
    ctx: Context, kind: ImportKind, file_name: str, content: bytes, taken: organisation.Taken
) -> None:
    facts: dict[str, Any] = {
        "kind": kind,
        # A browser sends any name; what cannot be kept or shown is left out.
        "file_name": "".join(filter(str.isprintable, file_name))[-200:],
        "file_hash": hashlib.sha256(content).hexdigest(),
        "added": taken.added,
        "changed": taken.changed,
        "unchanged": taken.unchanged,
    }
    noted = ImportRun(id=uuid7(), at=ctx.now, user_id=ctx.actor.user_id, **facts)
    ctx.session.add(noted)
    audit.record(ctx, "import.completed", noted.id, new=facts)
