"""The log of decisions, and what is done about one."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms.validators import Length

from admin.base import Verb
from admin.beginnings import Beginning
from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, key, yes_or_no
from admin.fields import TextAreaField
from admin.formats import day, state
from admin.forums_labels import FORUMS, OUTCOME_TONES, OUTCOMES, STANDING_TONES, STANDINGS
from admin.forums_parts import Matching, forum_options, reads
from admin.lists import looked_up
from tenant_app.accounts.models import User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.forums import rules
from tenant_app.forums import service as forums
from tenant_app.forums.models import Decision, Forum, Meeting, Outcome
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')
WITH_MEETING = (
    joinedload(Decision.owner),
    joinedload(Decision.meeting).joinedload(Meeting.forum).joinedload(Forum.unit),
)


class DoneForm(FlaskForm):
    note = TextAreaField(_l("What came of it"), [Length(max=rules.LONGEST_TEXT)])


class Finish(Verb):
    name = "done"
    label = _l("Mark as carried out")
    form = DoneForm

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two; the service asks where
        keeps = context().actor.may(Permission.FORUMS_MANAGE)
        return Permission.FORUMS_MANAGE if keeps else Permission.FORUMS_TAKE_PART

    def shown(self, ctx: Context, row: Decision) -> bool:
        is_left = row.done_on is None and row.replaced_at is None
        return is_left and forums.may_finish(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        forums.finish(ctx, row_id, note=form.note.data or "")
        return _("The decision is carried out.")


def _stands(view: Any, page: Any, row: Decision, name: str) -> Any:
    found = forums.standing_of(row, context().today)
    return TAG.format(STANDING_TONES.get(found, ""), STANDINGS[found])


class DecisionView(FilteredView):
    """Decisions of the forums one follows, and one's own."""

    model_class = Decision
    endpoint_name = "decisions"
    label = _l("Decisions")
    group = FORUMS
    help = _l("What the forums you follow have decided, who sees to it, and by when.")
    empty = _l("No decisions yet in the forums you follow.")
    begins_at = (
        Beginning(
            _l("Record a decision from the meeting’s page"),
            "meetings.index_view",
            frozenset({Permission.FORUMS_MANAGE}),
        ),
    )
    permission = Permission.FORUMS_VIEW
    verbs = (Finish,)
    load = WITH_MEETING
    details_template = "forums/decision.html"
    column_list = ("text", "outcome", "forum", "decided_at", "owner", "due_on", "standing")
    column_details_list = (
        *("outcome", "forum", "decided_at", "owner", "due_on", "standing", "done_on", "done_note"),
    )
    column_labels = {
        "text": _l("The decision in words"),
        "outcome": _l("What is decided"),
        "forum": _l("Forum"),
        "decided_at": _l("Decided on"),
        "owner": _l("Who sees to it"),
        "due_on": _l("Done by"),
        "standing": _l("State"),
        "done_on": _l("Carried out on"),
        "done_note": _l("What came of it"),
    }
    column_formatters = {
        "text": lambda view, page, row, name: short(row.text),
        "outcome": state("outcome", OUTCOMES, OUTCOME_TONES),
        "forum": lambda view, page, row, name: row.meeting.forum.name,
        "decided_at": day("decided_at", hours=False),
        "owner": lambda view, page, row, name: row.owner.name,
        "due_on": day("due_on"),
        "standing": _stands,
        "done_on": day("done_on"),
    }
    column_formatters_export = {**column_formatters, "text": None}
    column_searchable_list = ("text",)
    column_sortable_list = ("outcome", "decided_at", "due_on")
    sort_by = {
        "owner": looked_up(danish(User.name), User.id == Decision.owner_id, row=Decision),
    }
    column_default_sort = ("decided_at", True)
    column_filters = (
        Matching(
            Decision.id,
            "standing",
            _l("State"),
            [(each.value, label) for each, label in STANDINGS.items()],
            convert=forums.Standing,
            matching=forums.decisions_matching,
        ),
        Matching(
            Decision.meeting_id,
            "forum",
            _l("Forum"),
            ReadOptions(forum_options),
            convert=key,
            keyword="forum_id",
            matching=forums.decisions_matching,
        ),
        Among(
            Decision.outcome,
            _l("What is decided"),
            [(each.value, label) for each, label in OUTCOMES.items()],
            word="outcome",
            convert=Outcome,
        ),
        Matching(
            Decision.owner_id,
            "mine",
            _l("I see to it"),
            YES_NO[:1],
            convert=yes_or_no,
            matching=forums.decisions_matching,
        ),
    )

    def title_of(self, row: Decision) -> str:
        return short(row.text)

    def is_accessible(self) -> bool:
        """Owners of decisions come here too."""
        return reads(self.ctx)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return forums.decisions_scope(ctx)

    def told(self, row: Decision) -> forums.Decided:
        """What it started, and whether the reader sees its meeting."""
        return forums.told(self.ctx, row)

    def replaced_by(self, row: Decision) -> Decision | None:
        """What stands in its place."""
        return forums.replaced_by(self.ctx, row.id) if row.replaced_at is not None else None

    def sees(self, row: Decision) -> dict[str, bool]:
        """Whether the reader may open what it is about: the pages themselves decide on each."""
        may = self.ctx.actor.may
        return {
            "need": may(Permission.NEEDS_VIEW),
            "cluster": may(Permission.COOPERATION_VIEW),
            "initiative": may(Permission.INITIATIVES_VIEW),
        }


LONGEST_SHOWN = 120


def short(text: str) -> str:
    """The text, or its beginning."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1].rstrip() + "…"
