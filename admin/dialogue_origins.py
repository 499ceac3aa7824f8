"""For the page of a need or an initiative: the dialogue session, card and answer it came from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from admin.anchoring_labels import OWNERS, PHASES
from admin.dialogue_verbs import in_language
from admin.formats import date_text
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue


def came_from(ctx: Context, **of: UUID) -> list[tuple[str, str]]:
    """(card and session, address), as far as the reader sees the sessions. Of the card's place on
    the page of its session."""
    return [
        (
            _(
                "“%(card)s” in the dialogue session %(title)s, %(day)s",
                card=in_language(each.card_da, each.card_en),
                title=each.title,
                day=date_text(each.held_on),
            ),
            url_for("dialogue.details_view", id=each.session_id) + f"#card-{each.card_id}",
        )
        for each in dialogue.origins(ctx, **of)
    ]


def of_initiative(ctx: Context, initiative_id: UUID) -> dict[str, Any]:
    """Where an initiative came from, and the draft of a plan that was made with it."""
    origins = came_from(ctx, initiative_id=initiative_id)
    return {
        "origins": origins,
        # A draft is made for initiatives of the same session only.
        "draft": dialogue.plan_of(ctx, initiative_id) if origins else (),
        "phases": PHASES,
        "owners": OWNERS,
    }
