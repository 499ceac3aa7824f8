"""What the home page asks of those who handle invoices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from tenant_app.core.context import Context
from tenant_app.invoices import queries
from tenant_app.invoices.service.shared import may_manage


def asks(ctx: Context) -> list[Select[Any]]:
    """(what waits, how many): differences to answer, invoices nobody has matched, and orders
    whose invoice should have come. Run by whoever asks all rooms at once."""
    return queries.asked(ctx) if may_manage(ctx) else []
