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
from tenant_app.core.errors import N_, Invalid, NotFound
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
) -> AccountString:
    """From the day on the unit posts the cost line there, and so do those below it that have no
    account string of their own. The same day again corrects it.

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
    if not 2000 <= from_date.year < 2100:
        raise Invalid(N_("The day is too far away. Check the year."), field="from_date")
    new: dict[str, Any] = {
        "account": rules.check_account(account),
        "psp": rules.check_account(psp, field="psp", required=False),
        "gln": rules.check_gln(gln),
    }
    found = queries.the_string(ctx, unit.id, cost_line, from_date)
    old = {name: getattr(found, name) for name in new} if found else None
    if old == new and found is not None:
        return found
    if found is None:
        found = AccountString(
            id=uuid7(), unit_id=unit.id, cost_line=cost_line, from_date=from_date, **new
        )
        ctx.session.add(found)
    for name, value in new.items():
        setattr(found, name, value)
    where = {"unit_id": unit.id, "cost_line": cost_line, "from_date": from_date}
    audit.record(ctx, "account_string.set", found.id, old=old, new=new | where)
    ctx.session.flush()  # a clash of two at once belongs to this verb
    return queries.the_string(ctx, unit.id, cost_line, from_date) or found


def accounts_of(
    ctx: Context, wanted: Collection[tuple[UUID, CostLine]]
) -> dict[tuple[UUID, CostLine], AccountString]:
    """(unit, cost line) → the account string in force today: its own, else the nearest above."""
    if not wanted:
        return {}
    own = {(each.unit_id, each.cost_line): each for each in queries.strings_on(ctx, ctx.today)}
    above = organisation.lines_above(ctx, {unit_id for unit_id, _ in wanted})
    root = None
    found = {}
    for unit_id, cost_line in wanted:
        line = [unit.id for unit in above.get(unit_id, [])]
        if not line:  # closed since: its bills are the municipality's
            root = root or organisation.root(ctx)
            line = [root.id, unit_id]
        for each in reversed(line):
            if (each, cost_line) in own:
                found[unit_id, cost_line] = own[each, cost_line]
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
