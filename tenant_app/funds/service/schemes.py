"""Fund schemes are data: what a fund pays, to whom and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets.rules import check_code
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import kroner
from tenant_app.funds import queries, rules
from tenant_app.funds.models import FundScheme
from tenant_app.funds.service.shared import require_manage

KOMPETENCEFOND: dict[str, Any] = {
    "cap": kroner(30_000),
    "master_cap": kroner(50_000),
    "cap_months": 12,
    "employer_bp": 2000,
    "months_before": 9,
    "days_before": 1,
    "answer_days": 14,
    "cost_lines": ("fee", "materials", "travel"),
    "positions": ("pedagogue", "assistant", "leader"),
}
"""What a new scheme starts from: the terms of Den Kommunale Kompetencefond."""
FACTS = ("name", "terms", *KOMPETENCEFOND, "is_active")


def schemes(ctx: Context, *, only_active: bool = False) -> Sequence[FundScheme]:
    """The schemes by name. What a fund pays is no secret among those who see applications."""
    ctx.require(Permission.FUNDS_VIEW)
    return queries.schemes(ctx, only_active=only_active)


def scheme(ctx: Context, scheme_id: UUID) -> FundScheme:
    """One of them. Raises NotFound."""
    found = queries.scheme(ctx, scheme_id) if ctx.actor.may(Permission.FUNDS_VIEW) else None
    if found is None:
        raise NotFound()
    return found


def set_scheme(
    ctx: Context,
    *,
    code: str,
    name: str,
    terms: str = "",
    cap: int,
    master_cap: int,
    cap_months: int,
    employer_bp: int,
    months_before: int,
    days_before: int,
    answer_days: int,
    cost_lines: Collection[str],
    positions: Collection[str],
    is_active: bool = True,
) -> FundScheme:
    """The scheme of that code has these terms from now on; a new code is a new scheme. What was
    applied for before stays as it was asked.

    Raises Invalid naming the field.
    """
    ctx.require(Permission.FUNDS_VIEW)
    require_manage(ctx)
    facts: dict[str, Any] = {
        "name": rules.check_text(name, field="name", needed=True),
        "terms": rules.check_text(terms, field="terms"),
        "cap": cap,
        "master_cap": master_cap,
        "cap_months": cap_months,
        "employer_bp": employer_bp,
        "months_before": months_before,
        "days_before": days_before,
        "answer_days": answer_days,
        "cost_lines": list(dict.fromkeys(cost_lines)),
        "positions": list(dict.fromkeys(positions)),
        "is_active": is_active,
    }
    rules.check_scheme(facts)
    clean = check_code(code)
    row = {"id": uuid7(), "code": clean} | facts
    made = ctx.session.execute(insert_or_skip(FundScheme, row, skip=True)).scalar_one_or_none()
    found = queries.scheme_coded(ctx, clean)
    if found is None:
        raise Conflict(N_("The scheme has just been changed. Reload the page and try again."))
    old = {} if made is not None else {name: getattr(found, name) for name in FACTS}
    new = {name: facts[name] for name in FACTS if made is not None or old[name] != facts[name]}
    for key, value in new.items():
        setattr(found, key, value)
    if new:
        audit.record(
            ctx,
            "fund_scheme.set",
            found.id,
            old={key: old[key] for key in new} if old else {},
            new={"code": clean} | new,
        )
    return found
