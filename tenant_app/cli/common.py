"""What several commands need."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import click

from config.settings import Settings
from jobs.process import open_database
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.errors import Invalid, Refusal
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant
from tenant_app.web import i18n


def _danish(text: str) -> str:
    return i18n.translations("da").gettext(text)


DANISH = _danish
"""Commands print what people in a municipality read; the catalogue is read when first asked."""


class House:
    """The database of the installation, opened when a command first asks: `--help` needs none.

    Stands in for a Database: `ctx.obj.unit_of_work(…)`.
    """

    @functools.cached_property
    def database(self) -> Database:
        return open_database(Settings.from_env())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


def tenant_by_slug(database: Database, slug: str) -> Tenant:
    """The municipality with this short name. Ends the command when there is none."""
    with database.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        found = tenancy.find_by_slug(ctx.session, slug)
        if found is None:
            known = ", ".join(tenant.slug for tenant in tenancy.open_tenants(ctx.session))
            raise click.BadParameter(
                f"There is no municipality “{slug}”. There are: {known or 'none'}.",
                param_hint="--tenant",
            )
        return found


def open_tenants(database: Database) -> list[Tenant]:
    """The municipalities in use, by name."""
    with database.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        return list(tenancy.open_tenants(ctx.session))


@contextmanager
def inside(database: Database, tenant: Tenant, actor: str) -> Iterator[Context]:
    """A unit of work in the municipality; a refusal ends the command with its text."""
    try:
        with database.unit_of_work(tenant.id, system(actor)) as ctx:
            yield ctx
    except Refusal as refusal:
        raise click.ClickException(refused(refusal)) from refusal


def refused(refusal: Refusal) -> str:
    """The refusal in Danish, with the name of the input to change."""
    text = DANISH(refusal.message)
    text = text % refusal.params if refusal.params else text
    if isinstance(refusal, Invalid) and refusal.errors:
        text += "".join(f"\n  {name}: {'; '.join(them)}" for name, them in refusal.errors.items())
    return f"{refusal.field}: {text}" if refusal.field else text


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Aligned columns: the first `left` to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * width for width in widths)
    return "\n".join([line(heads), rule, *(line(row) for row in rows)])


def percent(value: Decimal | None) -> str:
    """12,5 % the Danish way, a dash for a share of nothing."""
    return "–" if value is None else f"{value:f}".replace(".", ",") + " %"
