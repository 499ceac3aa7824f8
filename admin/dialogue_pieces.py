"""The pieces a telephone's page is put together from, each drawn once for all who are shown it.

After a vote forty telephones ask for their page, and all but one answer on it is as it was, for
every one of them. So a piece is kept by everything it is drawn from, and is never out of date: an
answer of one's own, or that has one's vote, is simply another piece.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask import render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from tenant_app.core.context import Context
from tenant_app.core.keeping import Kept
from tenant_app.dialogue.rules import LONGEST
from tenant_app.dialogue.service import LiveState
from tenant_app.web.current import locale

DRAWN: Kept[str] = Kept(most=4_000, age=timedelta(minutes=2))
TOKEN = secrets.token_hex(16)
"""Stands for the reader's own token in a piece, which others are given too. Nobody outside knows
it, so no text that somebody writes can hold it."""


def pieces(
    ctx: Context, state: LiveState, *, typed: Mapping[str, str], **words: Any
) -> Callable[..., Markup]:
    """`piece(name, **facts)` for the page of this reader. With what was refused in its boxes a
    page is its reader's alone, and drawn for nobody else."""
    same = {
        "session_id": state.id,
        "takes_part": state.takes_part,
        "votes_each": state.votes_each,
        **words,
    }

    def piece(name: str, **facts: Any) -> Markup:
        draw = partial(_draw, name, typed=typed, **same, **facts)
        if typed:
            text = draw()
        else:
            told = (state.id, state.takes_part, state.votes_each, *facts.items())
            text = DRAWN.get(ctx, (name, locale(), *told), draw)
        return Markup(text.replace(TOKEN, generate_csrf()))  # noqa: S704 - a template escaped it

    return piece


def _draw(name: str, **words: Any) -> str:
    return render_template(
        f"dialogue/live_phone_{name}.html",
        longest=LONGEST["text"],
        csrf_token=_stand_in,
        **words,
    )


def _stand_in() -> str:
    return TOKEN
