"""The dialogue on paper: posters and cards as PDF, made of what `rules.prints` lays out."""

from __future__ import annotations

from tenant_app.dialogue.printing.cards import cards
from tenant_app.dialogue.printing.poster import poster

__all__ = ["cards", "poster"]
