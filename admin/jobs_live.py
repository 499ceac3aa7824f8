"""Lists of jobs that move by themselves: a page names the rows it waits for, and job-progress.js
writes their cells anew until they are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from markupsafe import Markup, escape

from tenant_app.core.errors import NotFound

AT_ONCE = 50
"""Rows asked for at a time, so that the address stays short; the others have their turn when the
first are over. Written in job-progress.js too."""


@dataclass(frozen=True)
class Moved:
    """A row as it stands now."""

    cells: Mapping[str, Any]
    is_over: bool
    """Nothing more will happen in it by itself."""
    text: str
    """What is said aloud when it is over."""


def cell(row_id: Any, name: str, shown: Any) -> Markup:
    """What a cell shows, marked so that it is written anew."""
    return Markup('<span data-row="{}" data-cell="{}">{}</span>').format(row_id, name, shown)


def asked_for() -> list[str]:
    """The rows that a page waits for. Raises NotFound where it names none."""
    ids = request.args.getlist("id")[:AT_ONCE]
    if not ids:
        raise NotFound()
    return ids


def answer(rows: Mapping[Any, Moved]) -> Response:
    """The rows by their ids, each cell as markup."""
    return jsonify(
        rows={
            str(row_id): {
                "cells": {name: str(escape(shown)) for name, shown in row.cells.items()},
                "is_over": row.is_over,
                "text": row.text,
            }
            for row_id, row in rows.items()
        }
    )
