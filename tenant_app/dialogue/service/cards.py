"""The municipality's own set of cards. Sessions that are made keep the texts they began with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import DialogueCard, Phase
from tenant_app.organisation import service as organisation

TEXTS = ("title_da", "title_en", "question_da", "question_en", "hint_da", "hint_en")


def cards(ctx: Context, *, retired: bool = False) -> list[DialogueCard]:
    """The set, phase by phase; on request with those that are retired."""
    _require_sight(ctx)
    return list(ctx.session.scalars(queries.cards(retired=retired)))


def cards_page(
    ctx: Context, *, retired: bool = False, page: int = 1, page_size: int = 50
) -> Page[DialogueCard]:
    """The same in pages."""
    _require_sight(ctx)
    return scalars_page(ctx, queries.cards(retired=retired), page=page, page_size=page_size)


def add_card(
    ctx: Context, *, phase: Phase, position: int | None = None, **texts: str
) -> DialogueCard:
    """Sessions made from now on can have this card; last in its phase unless placed."""
    _require(ctx)
    _check_room(ctx)
    place = queries.last_position(ctx, phase) + 1 if position is None else position
    made = DialogueCard(
        id=uuid7(), phase=phase, position=rules.check_position(place), **_cleaned(texts)
    )
    ctx.session.add(made)
    audit.record(ctx, "dialogue.card_added", made.id, new=_facts(made))
    return made


def change_card(
    ctx: Context, card_id: UUID, *, phase: Phase, position: int, **texts: str
) -> DialogueCard:
    """Sessions made from now on have the card like this."""
    _require(ctx)
    found = _card(ctx, card_id)
    old = _facts(found)
    found.phase, found.position = phase, rules.check_position(position)
    for name, value in _cleaned(texts).items():
        setattr(found, name, value)
    new = _facts(found)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        audit.record(
            ctx,
            "dialogue.card_changed",
            found.id,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return found


def retire_card(ctx: Context, card_id: UUID) -> DialogueCard:
    """Sessions made from now on do without the card. Raises Conflict for the last one."""
    _require(ctx)
    found = _card(ctx, card_id)
    if found.retired_at is not None:
        raise Conflict(N_("The card is retired already."))
    if queries.count_cards(ctx) == 1:
        raise Conflict(N_("This is the last card. Add another one before you retire it."))
    found.retired_at = ctx.now
    audit.record(ctx, "dialogue.card_retired", found.id, old={"title": found.title_da})
    return found


def restore_card(ctx: Context, card_id: UUID) -> DialogueCard:
    """The card is in the set again."""
    _require(ctx)
    found = _card(ctx, card_id)
    if found.retired_at is None:
        raise Conflict(N_("The card is in the set already."))
    _check_room(ctx)
    found.retired_at = None
    audit.record(ctx, "dialogue.card_restored", found.id, new={"title": found.title_da})
    return found


def restore_standard(ctx: Context) -> int:
    """The set is the standard one; what was there is retired. Returns how many cards it has."""
    _require(ctx)
    there = list(ctx.session.scalars(queries.cards(retired=False)))
    for card in there:
        card.retired_at = ctx.now
    places = dict.fromkeys(Phase, 0)
    rows: list[dict[str, Any]] = []
    for text in rules.STANDARD:
        places[text.phase] += 1
        rows.append({"id": uuid7(), "position": places[text.phase], **text._asdict()})
    ctx.insert_many(DialogueCard, rows)
    audit.record(
        ctx, "dialogue.cards_restored", None, old={"cards": len(there)}, new={"cards": len(rows)}
    )
    return len(rows)


def _require_sight(ctx: Context) -> None:
    if not ctx.actor.may(Permission.DIALOGUE_CONFIGURE):
        ctx.require(Permission.DIALOGUE_VIEW)


def _require(ctx: Context) -> None:
    """The set is the whole municipality's, and one changes it at a time. Else 403."""
    ctx.require(Permission.DIALOGUE_CONFIGURE, at=organisation.root_path(ctx))
    queries.lock_set(ctx)


def _check_room(ctx: Context) -> None:
    if queries.count_cards(ctx) >= rules.MOST_CARDS:
        raise Conflict(
            N_("The set has %(most)s cards, and more cannot be used. Retire one first."),
            most=rules.MOST_CARDS,
        )


def _card(ctx: Context, card_id: UUID) -> DialogueCard:
    found = queries.card(ctx, card_id)
    if found is None:
        raise NotFound()
    return found


def _cleaned(texts: dict[str, str]) -> dict[str, str]:
    """All six texts; a missing English one is the Danish, until somebody translates it."""
    cleaned = {
        name: rules.clean_line(
            texts.get(name, ""), field=name, required=name in ("title_da", "question_da")
        )
        for name in TEXTS
    }
    for name in ("title", "question", "hint"):
        cleaned[f"{name}_en"] = cleaned[f"{name}_en"] or cleaned[f"{name}_da"]
    return cleaned


def _facts(card: DialogueCard) -> dict[str, Any]:
    facts = {name: getattr(card, name) for name in TEXTS}
    return {"phase": card.phase.value, "position": card.position, **facts}
