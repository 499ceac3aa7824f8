"""Verbs of the set that plans are made of. Plans that are there keep their items."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.models import ItemKind, Owner, Phase, TemplateItem
from tenant_app.anchoring.service.planning import TEMPLATE
from tenant_app.anchoring.service.shared import limits
from tenant_app.audit import service as audit
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def template(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[TemplateItem]:
    """The items of plans to come, those of all other forms first."""
    ctx.require(Permission.ANCHORING_VIEW)
    return scalars_page(ctx, queries.template(), page=page, page_size=page_size)


def template_item(ctx: Context, item_id: UUID) -> TemplateItem:
    """One of them, to be changed. Raises NotFound."""
    found = queries.template_item(ctx, item_id)
    if found is None:
        raise NotFound()
    return found


def add_item(
    ctx: Context,
    *,
    phase: Phase,
    owner: Owner,
    kind: ItemKind,
    text: str,
    days: int,
    form: CourseForm | None = None,
) -> TemplateItem:
    """Plans made from now on have this item. The first of a form makes a set of its own for it."""
    _require(ctx)
    rules.check_room(queries.count(ctx))
    made = TemplateItem(id=uuid7(), **_checked(form, phase, owner, kind, text, days))
    ctx.session.add(made)
    _noted(ctx, "anchoring.template_added", made.id, new=_facts(made))
    return made


def change_item(
    ctx: Context,
    item_id: UUID,
    *,
    phase: Phase,
    owner: Owner,
    kind: ItemKind,
    text: str,
    days: int,
    form: CourseForm | None = None,
) -> TemplateItem:
    """Plans made from now on have the item like this."""
    _require(ctx)  # the whole set is locked before one of its items, in every verb
    found = template_item(ctx, item_id)
    old = _facts(found)
    for name, value in _checked(form, phase, owner, kind, text, days).items():
        setattr(found, name, value)
    _noted(ctx, "anchoring.template_changed", found.id, old=old, new=_facts(found))
    return found


def remove_item(ctx: Context, item_id: UUID) -> None:
    """Plans made from now on do without the item."""
    _require(ctx)
    found = template_item(ctx, item_id)
    old = _facts(found)
    ctx.session.delete(found)
    _noted(ctx, "anchoring.template_removed", item_id, old=old)


def restore_standard(ctx: Context) -> int:
    """The set is the standard one for the municipality's working rules of today; what was there
    is gone. Returns how many items it has."""
    _require(ctx)
    removed = queries.clear(ctx)
    found = rules.standard(limits(ctx))
    ctx.insert_many(
        TemplateItem,
        [
            {
                "id": uuid7(),
                "form": item.form,
                "phase": item.phase,
                "owner": item.owner,
                "kind": item.kind,
                "text": item.text,
                "days": item.days,
            }
            for item in found
        ],
    )
    _noted(
        ctx,
        "anchoring.template_restored",
        None,
        old={"items": len(removed)},
        new={"items": len(found)},
    )
    return len(found)


def _require(ctx: Context) -> None:
    """The set is the whole municipality's, and one changes it at a time. Else 403."""
    ctx.require(Permission.ANCHORING_CONFIGURE, at=organisation.root_path(ctx))
    queries.lock(ctx)


def _checked(
    form: CourseForm | None, phase: Phase, owner: Owner, kind: ItemKind, text: str, days: int
) -> dict[str, Any]:
    rules.check_fits(phase, owner, kind)
    return {
        "form": form,
        "phase": phase,
        "owner": owner,
        "kind": kind,
        "text": rules.check_line(text, field="text"),
        "days": rules.check_days(phase, days),
    }


def _facts(item: TemplateItem) -> dict[str, Any]:
    return {
        "form": item.form.value if item.form else None,
        "phase": item.phase.value,
        "owner": item.owner.value,
        "kind": item.kind.value,
        "text": item.text,
        "days": item.days,
    }


def _noted(ctx: Context, action: str, item_id: UUID | None, **facts: Any) -> None:
    ctx.memo.pop(TEMPLATE, None)
    audit.record(ctx, action, item_id, **facts)
