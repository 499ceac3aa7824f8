"""Screens of the dialogue tool: sessions, joining one, and the set of cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_admin import BaseView
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin.anchoring_choices import Where
from admin.anchoring_labels import OWNERS
from admin.anchoring_labels import PHASES as PLAN_PHASES
from admin.choosing import FilteredView, ReadOptions, key, seen_unit_choices
from admin.dialogue_cards import CardView
from admin.dialogue_join import JoinPage
from admin.dialogue_turning import MakeInitiative, MakeNeeds, MakePlan, TieNeeds, story_of
from admin.dialogue_verbs import ChangeSession, CreateSession, MoveSession, text_of_card
from admin.formats import day, state
from admin.labels_dialogue import PHASES, STATES, TONES
from admin.lists import looked_up
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.dialogue import rules
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, SessionState
from tenant_app.dialogue.service import Details, Yield
from tenant_app.organisation.models import Unit
from tenant_app.web.current import context

WITH_NAMES = (joinedload(DialogueSession.unit), joinedload(DialogueSession.facilitator))


def _units() -> list[tuple[str, str]]:
    ctx = context()
    if not ctx.actor.may(Permission.UNITS_VIEW):
        return []
    return seen_unit_choices(ctx, Permission.UNITS_VIEW)


def _came(view: Any, page: Any, row: DialogueSession, name: str) -> str:
    found = view.came_of(row)
    parts = [
        found.needs and ngettext("%(num)s need", "%(num)s needs", found.needs),
        found.initiatives
        and ngettext("%(num)s initiative", "%(num)s initiatives", found.initiatives),
        found.agreements and ngettext("%(num)s agreement", "%(num)s agreements", found.agreements),
    ]
    return ", ".join(part for part in parts if part)


def _people(view: Any, page: Any, row: DialogueSession, name: str) -> int:
    count: int = view.came_of(row).people
    return count


class SessionList(FilteredView):
    """The sessions of one's units, and those one took part in."""

    model_class = DialogueSession
    endpoint_name = "dialogue"
    label = _l("Dialogue sessions")
    help = _l(
        "Meetings with cards in three phases: needs, initiative and planning. What is said can "
        "become needs, an initiative and the draft of a plan."
    )
    empty = _l("No dialogue sessions yet.")
    permission = Permission.DIALOGUE_VIEW
    verbs = (
        CreateSession,
        MoveSession,
        MakeNeeds,
        MakeInitiative,
        MakePlan,
        TieNeeds,
        ChangeSession,
    )
    load = WITH_NAMES
    details_template = "dialogue/details.html"
    column_list = ("title", "unit", "held_on", "facilitator", "people", "came", "state")
    column_details_list = ("unit", "held_on", "facilitator", "people", "state")
    column_labels = {
        "title": _l("Meeting"),
        "unit": _l("Unit"),
        "held_on": _l("Day of the meeting"),
        "facilitator": _l("Led by"),
        "people": _l("Took part"),
        "came": _l("What came of it"),
        "state": _l("State"),
    }
    column_sortable_list = ("title", "held_on")
    column_default_sort = [("held_on", True), ("id", True)]
    sort_by = {
        "unit": looked_up(
            danish(Unit.name), Unit.id == DialogueSession.unit_id, row=DialogueSession
        ),
    }
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "held_on": day("held_on"),
        "facilitator": lambda view, page, row, name: (
            row.facilitator.name if row.facilitator else ""
        ),
        "people": _people,
        "came": _came,
        "state": state("state", STATES, TONES),
    }
    column_filters = (
        Where(
            DialogueSession.state,
            _l("State"),
            [(each.value, label) for each, label in STATES.items()],
            word="state",
            convert=SessionState,
            where=lambda value: dialogue.matching(context(), state=value),
        ),
        Where(
            DialogueSession.unit_id,
            _l("Unit"),
            ReadOptions(_units),
            word="unit",
            convert=key,
            where=lambda value: dialogue.matching(context(), unit_id=value),
        ),
    )

    def is_accessible(self) -> bool:
        """Whoever takes part comes back for what became of it."""
        return super().is_accessible() or self.ctx.actor.may(Permission.DIALOGUE_JOIN)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return dialogue.scope(ctx)

    def read_for(self, rows: Sequence[DialogueSession]) -> None:
        """What came of the page's sessions, read at once."""
        self.ctx.memo["dialogue yields"] = dialogue.yields(self.ctx, [row.id for row in rows])

    def came_of(self, row: DialogueSession) -> Yield:
        """How many took part, and what came of it in numbers."""
        known: dict[UUID, Yield] = self.ctx.memo.setdefault("dialogue yields", {})
        if row.id not in known:
            found = story_of(self.ctx, row)
            known[row.id] = Yield(found.people)
        return known[row.id]

    def story(self, row: DialogueSession) -> Details:
        """All that was said, and what it became."""
        return story_of(self.ctx, row)

    def words(self, row: DialogueSession) -> dict[str, Any]:
        """The labels of the page, and where one goes from it."""
        ctx = self.ctx
        steers = dialogue.may_steer(ctx, row)
        live = rules.is_live(row.state)
        told = self.story(row)
        there = told.takes_part
        return {
            "phases": PHASES,
            "plan_phases": PLAN_PHASES,
            "owners": OWNERS,
            "card": text_of_card,
            "opens": steers and row.state is SessionState.DRAFT,
            "screen": self.get_url("dialogue-live.index", id=row.id) if steers and live else None,
            "phone": self.get_url("dialogue-live.phone", id=row.id) if there and live else None,
            "prints": self.get_url("dialogue-prints.index", id=row.id)
            if ctx.actor.may(Permission.DIALOGUE_VIEW)
            else None,
            "code": row.join_code if (steers or there) and live else None,
            "named": told.is_named,
        }


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [SessionList(), JoinPage(), CardView()]
