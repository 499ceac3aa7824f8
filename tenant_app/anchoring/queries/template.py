"""SELECTs of the set that plans are made of."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, case, delete, func, select

from tenant_app.anchoring.models import Phase, TemplateItem
from tenant_app.anchoring.rules import Draft
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.tenancy.models import TenantSettings

PHASES = case(*((TemplateItem.phase == phase, at) for at, phase in enumerate(Phase)))


def template() -> Select[TemplateItem]:
    """Every item: those of all other forms first, then form by form, in the order of time."""
    return select(TemplateItem).order_by(
        TemplateItem.form.nulls_first(), PHASES, TemplateItem.days, TemplateItem.id
    )


_DRAFTS = only_own(
    select(
        TemplateItem.form,
        TemplateItem.phase,
        TemplateItem.owner,
        TemplateItem.kind,
        TemplateItem.text,
        TemplateItem.days,
    ).order_by(PHASES, TemplateItem.days, TemplateItem.id),
    TemplateItem,
)  # built once: each last approval asks it


def drafts(ctx: Context) -> list[Draft]:
    """The items as values."""
    return [Draft(*row) for row in ctx.read(_DRAFTS, {})]


def template_item(ctx: Context, item_id: UUID) -> TemplateItem | None:
    return ctx.session.scalar(
        select(TemplateItem).where(TemplateItem.id == item_id).with_for_update()
    )


def lock(ctx: Context) -> None:
    """Two who change the set at once come one after the other."""
    ctx.session.execute(select(TenantSettings.id).with_for_update()).all()


def count(ctx: Context) -> int:
    return ctx.session.scalar(select(func.count()).select_from(TemplateItem)) or 0


def clear(ctx: Context) -> Sequence[UUID]:
    """Take away every item. Returns their ids."""
    return ctx.session.scalars(delete(TemplateItem).returning(TemplateItem.id)).all()
