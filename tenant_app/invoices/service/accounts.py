"""Account strings: where a unit posts a cost line, from a day on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets.models import CostLine
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import AccountString
from tenant_app.invoices.service.shared import require_manage
from tenant_app.organisation import service as organisation

_GLN = "invoices.gln"


def account_strings(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[AccountString]:
    """Those of the units in sight, the newest of each first."""
    ctx.require(Permission.INVOICES_VIEW)
    return scalars_page(ctx, queries.account_strings(ctx), page=page, page_size=page_size)


def set_account_string(
    ctx: Context,
    *,
    unit_id: UUID,
    cost_line: CostLine,
    from_date: date,
    account: str,
    psp: str = "",
    gln: str = "",
    pool_code: str = "",
) -> AccountString:
    """From the day on the unit posts the cost line there, and so do those below it that have no
    account string of their own. The same day again corrects it. With a code only the earmarked
    pools or funds of that code that the unit owns do so, year after year.

    Raises NotFound for the unit, and Invalid naming the field.
    """
    ctx.require(Permission.INVOICES_MANAGE)
    try:
        unit = organisation.unit(ctx, unit_id)
    except NotFound:
        raise NotFound(
            N_("There is no such unit. Choose from the list."), field="unit_id"
        ) from None
    require_manage(ctx)
    code = rules.check_code(
        pool_code, unit.id, queries.owners_of_codes(ctx) if pool_code else set()
    )
    new = rules.check_facts(from_date=from_date, account=account, psp=psp, gln=gln)
    found = queries.the_string(ctx, unit.id, cost_line, from_date, code)
    old = {name: getattr(found, name) for name in new} if found else None
    if old == new and found is not None:
        return found
    if found is None:
        found = AccountString(
            id=uuid7(),
            unit_id=unit.id,
            pool_code=code,
            cost_line=cost_line,
            from_date=from_date,
            **new,
        )
        ctx.session.add(found)
    for name, value in new.items():
        setattr(found, name, value)
    where: dict[str, Any] = {"unit_id": unit.id, "cost_line": cost_line, "from_date": from_date}
    if code:
        where["code"] = code
    audit.record(ctx, "account_string.set", found.id, old=old, new=new | where)
    ctx.session.flush()  # a clash of two at once belongs to this verb
    return queries.the_string(ctx, unit.id, cost_line, from_date, code) or found


def accounts_of(
    ctx: Context, wanted: Collection[tuple[UUID, CostLine]]
) -> dict[tuple[UUID, CostLine], AccountString]:
    """(unit, cost line) → the account string in force today: its own, else the nearest above."""
    found = accounts_for(ctx, {(unit_id, "", line) for unit_id, line in wanted})
    return {(unit_id, line): string for (unit_id, _code, line), string in found.items()}


def accounts_for(
    ctx: Context, wanted: Collection[tuple[UUID, str, CostLine]]
) -> dict[tuple[UUID, str, CostLine], AccountString]:
    """(owner, code of the pool or empty, cost line) → the account string in force today: of the
    code where there is one, else the unit's own, else the nearest above."""
    if not wanted:
        return {}
    own = {
        (each.unit_id, each.pool_code, each.cost_line): each
        for each in queries.strings_on(ctx, ctx.today)
    }
    above = organisation.lines_above(ctx, {unit_id for unit_id, _, _ in wanted})
    root = None
    found = {}
    for unit_id, code, cost_line in wanted:
        line = [unit.id for unit in above.get(unit_id, [])]
        if not line:  # closed since: its bills are the municipality's
            root = root or organisation.root(ctx)
            line = [root.id, unit_id]
        asked = [(each, "") for each in reversed(line)]
        if code:
            asked.insert(0, (unit_id, code))
        for each, whose in asked:
            if (each, whose, cost_line) in own:
                found[unit_id, code, cost_line] = own[each, whose, cost_line]
                break
    return found


def gln_of_municipality(ctx: Context) -> str:
    """The EAN number that providers send to, where one is written down."""
    if _GLN not in ctx.memo:
        try:
            root_id = organisation.root(ctx).id
        except NotFound:
            return ""
        found = accounts_of(ctx, [(root_id, line) for line in CostLine])
        ctx.memo[_GLN] = next((each.gln for each in found.values() if each.gln), "")
    return str(ctx.memo[_GLN])
