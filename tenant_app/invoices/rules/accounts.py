"""What an account string may say, and whose money it is for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.core.errors import N_, Invalid
from tenant_app.invoices.rules.numbers import check_account, check_gln


def check_code(text: str, unit_id: UUID, known: Collection[tuple[str, UUID]]) -> str:
    """The code as pools have it; empty stays empty. Raises Invalid for one that is none of the
    unit's."""
    code = text.strip().upper()
    if not code or (code, unit_id) in known:
        return code
    if code in {each for each, _owner in known}:
        raise Invalid(
            N_("The pool “%(code)s” has another owner. Choose the unit that owns it."),
            field="pool_code",
            code=code[:40],
        )
    raise Invalid(
        N_(
            "There is no earmarked pool or fund with the code “%(code)s”. Open it first, or leave "
            "the code empty."
        ),
        field="pool_code",
        code=code[:40],
    )


def check_facts(*, from_date: date, account: str, psp: str, gln: str) -> dict[str, Any]:
    """What is written of an account string. Raises Invalid naming the field."""
    if not 2000 <= from_date.year < 2100:
        raise Invalid(N_("The day is too far away. Check the year."), field="from_date")
    return {
        "account": check_account(account),
        "psp": check_account(psp, field="psp", required=False),
        "gln": check_gln(gln),
    }
