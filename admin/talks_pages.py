"""One's own talks and one's own plan: made for a phone in a staff room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.formats import date_text
from admin.talks_choices import plan_story, words
from tenant_app.core.errors import Forbidden
from tenant_app.talks import service as talks

SHOWN = 20


class OwnPage(Page):
    """For whoever can have talks of their own."""

    permission = None

    def is_accessible(self) -> bool:
        return talks.takes_part(self.ctx)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        raise Forbidden()


class OwnTalksPage(OwnPage):
    """The talks one is invited to."""

    help = _l(
        "Your talks with your leader. What you write and agree on is read only by those who are in "
        "the talk."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("My talks"), endpoint="own-talks", url="own-talks")

    def moment(self, value: datetime) -> str:
        """A time as it is written."""
        return date_text(value)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        ctx = self.ctx
        page = max(1, request.args.get("page", 1, type=int))
        found = talks.talks(ctx, own=True, page=page, page_size=SHOWN)
        return self.render(
            "talks/own_talks.html",
            found=found,
            members=talks.members(ctx, found.items),
            is_late=lambda talk: talks.is_late(ctx, talk),
            w=words(ctx),
        )


class OwnPlanPage(OwnPage):
    """What one is to learn."""

    help = _l("What you want to learn, and how far you are. The plan is yours.")

    def __init__(self) -> None:
        super().__init__(name=_l("My development plan"), endpoint="own-plan", url="own-plan")

    def words(self) -> dict[str, Any]:
        """The labels of a plan."""
        return words(self.ctx)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found = talks.own_plan(self.ctx)
        return self.render(
            "talks/own_plan.html",
            plan=found,
            story=plan_story(self.ctx, found) if found is not None else None,
        )
