"""What the screens of forums share: hours, filters, and everything about one meeting."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import false
from sqlalchemy.orm import Query
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from admin import charts, forums_drawings
from admin.choosing import Among, as_options
from admin.fields import DanishDateField
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.forums import service as forums
from tenant_app.forums.models import Meeting
from tenant_app.forums.rules import LONGEST_LINE
from tenant_app.web.current import context


class TimeField(StringField):
    """14.30 or 14:30 in, a time out."""

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(
            **{"placeholder": _("hh.mm"), "size": 6, "autocomplete": "off"} | kwargs
        )

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H.%M") if isinstance(self.data, time) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        typed = valuelist[0].strip().replace(".", ":") if valuelist else ""
        if not typed:
            return
        try:
            self.data = datetime.strptime(typed if ":" in typed else f"{typed}:00", "%H:%M").time()
        except ValueError:
            raise ValidationError(_("Write the time as 14.30.")) from None


class MeetingForm(FlaskForm):
    day = DanishDateField(_l("Day of the meeting"), [InputRequired()])
    begins = TimeField(_l("Meeting begins"), [InputRequired()])
    ends = TimeField(_l("Meeting ends"), [InputRequired()])
    place = StringField(_l("Place of the meeting"), [DataRequired(), Length(max=LONGEST_LINE)])


def reads(ctx: Context) -> bool:
    """Whether the reader looks into forums, or takes part in one."""
    return forums.reads_forums(ctx)


def story(ctx: Context, row: Meeting) -> forums.Details:
    """Everything about a meeting, read once per page."""
    known = ("meeting", row.id)
    if known not in ctx.memo:
        ctx.memo[known] = forums.details(ctx, row)
    found: forums.Details = ctx.memo[known]
    return found


class Matching(Among):
    """A filter that the room itself knows."""

    def __init__(self, column: Any, name: str, label: Any, options: Any, **facts: Any) -> None:
        self.matching = facts.pop("matching")
        self.keyword = facts.pop("keyword", name)
        super().__init__(column, label, options=options, word=name, **facts)

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        try:
            return query.filter(*self.matching(context(), **{self.keyword: value}))
        except NotFound:
            return query.filter(false())


def forum_options() -> list[tuple[str, str]]:
    """The forums in sight, to filter by."""
    return as_options(forums.forums_to_choose(context()))


def hours(meeting: Meeting) -> str:
    """02-03-2026 kl. 9.00–11.00"""
    first, last = (each.astimezone(DENMARK) for each in (meeting.starts_at, meeting.ends_at))
    return _(
        "%(day)s at %(begins)s to %(ends)s",
        day=first.strftime("%d-%m-%Y"),
        begins=first.strftime("%H.%M"),
        ends=last.strftime("%H.%M"),
    )


def spread(found: forums.Ranking) -> charts.Chart | None:
    """The mean place of each candidate, and how far the voices are apart; None while it is open."""
    if not found.result:
        return None
    return forums_drawings.ranking(
        "ranking",
        _("Result of the ranking"),
        [
            forums_drawings.RankBar(
                found.title(each.item_id),
                each.place,
                each.mean,
                each.best,
                each.worst,
                each.deviation,
                each.points,
            )
            for each in found.result
        ],
        last=len(found.candidates),
    )


PAGES = {
    forums.Subject.NEED: "needs.details_view",
    forums.Subject.CLUSTER: "clusters.details_view",
    forums.Subject.INITIATIVE: "initiatives.details_view",
}


def url_of(candidate: Any) -> tuple[str, UUID]:
    """(endpoint, id) of the page of what an item is about."""
    return PAGES[candidate.kind], candidate.id
