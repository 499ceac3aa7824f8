"""The list of meetings, and one meeting with its agenda, pack, ranking and decisions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from admin import charts
from admin.beginnings import Beginning
from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, key, yes_or_no
from admin.formats import date_text, day, state
from admin.forums_labels import (
    FORUMS,
    OUTCOME_TONES,
    OUTCOMES,
    STANDING_TONES,
    STANDINGS,
    STATE_TONES,
    STATES,
    SUBJECTS,
)
from admin.forums_meeting_verbs import VERBS
from admin.forums_parts import Matching, forum_options, hours, reads, spread, story, url_of
from admin.lists import looked_up
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.forums import service as forums
from tenant_app.forums.models import Forum, Meeting, MeetingState


class MeetingView(FilteredView):
    """Meetings of the forums one looks into or is a member of."""

    model_class = Meeting
    endpoint_name = "meetings"
    label = _l("Meetings")
    group = FORUMS
    help = _l(
        "Meetings of the forums you follow. A meeting has an agenda, a pack to read beforehand, "
        "perhaps a ranking, and what was decided."
    )
    empty = _l("No meetings yet in the forums you follow.")
    begins_at = (
        Beginning(
            _l("Plan a meeting from the forum’s page"),
            "forums.index_view",
            frozenset({Permission.FORUMS_MANAGE}),
        ),
    )
    permission = Permission.FORUMS_VIEW
    verbs = VERBS
    load = (joinedload(Meeting.forum).joinedload(Forum.unit),)
    details_template = "forums/meeting.html"
    column_list = ("starts_at", "forum", "unit", "place", "state")
    column_details_list = ("forum", "unit", "when", "place", "state")
    column_labels = {
        "starts_at": _l("Time"),
        "when": _l("Time"),
        "forum": _l("Forum"),
        "unit": _l("Unit"),
        "place": _l("Place of the meeting"),
        "state": _l("State"),
    }
    column_formatters = {
        "starts_at": day("starts_at"),
        "when": lambda view, page, row, name: hours(row),
        "forum": lambda view, page, row, name: row.forum.name,
        "unit": lambda view, page, row, name: row.forum.unit.name,
        "state": state("state", STATES, STATE_TONES),
    }
    column_sortable_list = ("starts_at", "place", "state")
    sort_by = {
        "forum": looked_up(danish(Forum.name), Forum.id == Meeting.forum_id, row=Meeting),
    }
    column_default_sort = ("starts_at", True)
    column_filters = (
        Matching(
            Meeting.forum_id,
            "forum",
            _l("Forum"),
            ReadOptions(forum_options),
            convert=key,
            keyword="forum_id",
            matching=forums.meetings_matching,
        ),
        Among(
            Meeting.state,
            _l("State"),
            [(each.value, label) for each, label in STATES.items()],
            word="state",
            convert=MeetingState,
        ),
        Matching(
            Meeting.id,
            "ranking",
            _l("Ranking waits for me"),
            YES_NO[:1],
            convert=yes_or_no,
            keyword="to_rank",
            matching=forums.meetings_matching,
        ),
    )

    def title_of(self, row: Meeting) -> str:
        return f"{row.forum.name} {date_text(row.starts_at, hours=False)}"

    def is_accessible(self) -> bool:
        """Members come here too."""
        return reads(self.ctx)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return forums.meetings_scope(ctx)

    def story(self, row: Meeting) -> forums.Details:
        """Everything about one meeting."""
        return story(self.ctx, row)

    def spread(self, found: forums.Ranking) -> charts.Chart | None:
        """The result of its ranking as a picture."""
        return spread(found)

    @staticmethod
    def labels() -> dict[str, Any]:
        """The labels of a meeting's story."""
        return {
            "states": STATES,
            "tones": STATE_TONES,
            "outcomes": OUTCOMES,
            "outcome_tones": OUTCOME_TONES,
            "standings": STANDINGS,
            "standing_tones": STANDING_TONES,
            "subjects": SUBJECTS,
            "day": date_text,
            "hours": hours,
            "subject_of": forums.subject_of,
            "url_of": url_of,
        }

    def words(self) -> dict[str, Any]:
        """The same, for its template."""
        return self.labels()
