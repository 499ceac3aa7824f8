"""Account strings of a file, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets.models import CostLine
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import AccountString
from tenant_app.invoices.service.shared import require_manage
from tenant_app.organisation import service as organisation


@dataclass(frozen=True)
class AccountLine:
    """A row of the file."""

    unit: str
    """Its number, or its name where no other unit has it."""
    cost_line: CostLine
    from_date: date
    account: str
    pool_code: str = ""
    psp: str | None = None
    """None: the file says nothing of it, and it stays as it is."""
    gln: str | None = None


def take_account_strings(
    ctx: Context, lines: Sequence[AccountLine], *, write: bool
) -> organisation.Taken:
    """The account strings are as the lines say; with a problem none is. Those that the file does
    not name stay. Needs the permission at the root."""
    require_manage(ctx)
    taken = organisation.Taken()
    units, codes = _units(ctx), queries.owners_of_codes(ctx)
    known = {
        (each.unit_id, each.pool_code, each.cost_line, each.from_date): each
        for each in queries.every_string(ctx)
    }
    new: list[dict[str, Any]] = []
    changed: list[tuple[AccountString, dict[str, Any]]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for at, line in enumerate(lines):
        try:
            unit_id = _unit(line.unit, units)
            code = rules.check_code(line.pool_code, unit_id, codes)
            key = (unit_id, code, line.cost_line, line.from_date)
            if key in seen:
                raise Conflict(
                    N_(
                        "Another row of the file is of the same unit, pool, cost and day. Keep one "
                        "of them."
                    ),
                    field="from_date",
                )
            seen[key] = at
            found = known.get(key)
            facts = rules.check_facts(
                from_date=line.from_date,
                account=line.account,
                psp=_said(line.psp, found.psp if found else ""),
                gln=_said(line.gln, found.gln if found else ""),
            )
        except (Invalid, Conflict) as refusal:
            taken.problems.append((at, refusal))
            continue
        if found is None:
            taken.added += 1
            where = {"unit_id": unit_id, "pool_code": code, "cost_line": line.cost_line}
            new.append({"id": uuid7(), "from_date": line.from_date} | where | facts)
        elif any(getattr(found, name) != value for name, value in facts.items()):
            taken.changed += 1
            changed.append((found, facts))
        else:
            taken.unchanged += 1
    if taken.problems or not write:
        return taken
    ctx.insert_many(AccountString, new)
    for found, facts in changed:
        for name, value in facts.items():
            setattr(found, name, value)
    if new or changed:
        audit.record(
            ctx, "account_string.imported", new={"added": len(new), "changed": len(changed)}
        )
    return taken


def _said(text: str | None, before: str) -> str:
    return before if text is None else text


def _units(ctx: Context) -> Mapping[str, set[UUID]]:
    """Number or name, in small letters → the units called so. A number goes before a name."""
    found: dict[str, set[UUID]] = {}
    units = queries.units_by_name(ctx)
    for unit_id, _number, name in units:
        found.setdefault(name.casefold(), set()).add(unit_id)
    for unit_id, number, _name in units:
        found[number.casefold()] = {unit_id}
    return found


def _unit(text: str, units: Mapping[str, set[UUID]]) -> UUID:
    found = units.get(text.casefold(), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise Invalid(
            N_("Several units are called “%(unit)s”. Write the unit's number."),
            field="unit",
            unit=text[:60],
        )
    raise Invalid(
        N_("There is no unit “%(unit)s”. Write the number or the name of a unit."),
        field="unit",
        unit=text[:60],
    )
