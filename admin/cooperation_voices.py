"""What became of what one raised: a list of one's own needs, and the way of one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.cooperation_labels import NOW, NOW_TONES, VOICE_LINKS, step_text
from admin.formats import date_text
from admin.labels_goals import GOALS
from tenant_app.cooperation import service as cooperation
from tenant_app.core.access import Permission
from tenant_app.core.errors import NotFound

NEEDS_SHOWN = 20


class VoicesPage(Page):
    """From the voice to the changed practice."""

    permission = None
    help = _l("What you have reported, and what became of it.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("The way of a voice"), category=GOALS, endpoint="voices", url="voices"
        )

    def is_accessible(self) -> bool:
        """Whoever reports needs, or sees those of others."""
        actor = self.ctx.actor
        return bool(actor.may(Permission.NEEDS_REPORT) or actor.may(Permission.NEEDS_VIEW))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        self.ctx.require(Permission.NEEDS_VIEW)
        return super().inaccessible_callback(name, **kwargs)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The way of the need that the address names; else one's own needs."""
        ctx, named = self.ctx, request.args.get("need", "")
        words: dict[str, Any] = {"now": NOW, "tones": NOW_TONES}
        if not named:
            page = max(1, request.args.get("page", 1, type=int))
            found = cooperation.own(ctx, page=page, page_size=NEEDS_SHOWN)
            return self.render(
                "cooperation/voices.html",
                found=found,
                day=date_text,
                may_report=ctx.actor.may(Permission.NEEDS_REPORT),
                **words,
            )
        try:
            voice = cooperation.trace(ctx, UUID(named))
        except ValueError:
            raise NotFound() from None
        steps = [
            (
                step,
                step_text(step),
                VOICE_LINKS[step.link[0]](step.link[1]) if step.link is not None else None,
            )
            for step in voice.steps
        ]
        return self.render(
            "cooperation/voice.html",
            voice=voice,
            steps=steps,
            is_mine=voice.need.reported_by is not None
            and voice.need.reported_by == ctx.actor.user_id,
            day=lambda value: date_text(value, hours=False),
            **words,
        )
