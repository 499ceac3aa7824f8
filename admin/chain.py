"""The red thread: one link with its neighbours, and where threads are broken."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.formats import date_text, thousands
from admin.goals import unit_options
from admin.labels_chain import BREAKS, CURES, KINDS, page_of, state_of
from admin.labels_goals import GOALS
from tenant_app.core.access import Permission
from tenant_app.core.errors import NotFound
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Break, LinkKind

PAGE_SIZE = 50


class ChainPage(Page):
    """Where threads are broken, by unit, with the cure for each break."""

    permission = Permission.REPORT_VIEW
    help = _l(
        "From goal over need, initiative and enrolment to a changed practice. Here is what hangs "
        "loose, by unit, and what mends it."
    )

    def __init__(self) -> None:
        super().__init__(name=_l("Red thread"), category=GOALS, endpoint="chain", url="chain")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        number = max(1, request.args.get("page", 1, type=int))
        why, unit_id = self._why(), self._unit()
        found = reports.broken_chains(
            self.ctx, why=why, unit_id=unit_id, page=number, page_size=PAGE_SIZE
        )
        return self.render(
            "chain/index.html",
            found=found,
            number=number,
            why=why,
            unit_id=unit_id,
            units=unit_options(self.ctx),
            breaks=BREAKS,
            cures=CURES,
            page_of=page_of,
            date_text=date_text,
            thousands=thousands,
            page_url=lambda page: self.get_url(
                ".index", page=page + 1, unit=unit_id, why=why.value if why else None
            ),
        )

    def _why(self) -> Break | None:
        try:
            return Break(request.args.get("why", ""))
        except ValueError:
            return None

    def _unit(self) -> UUID | None:
        try:
            return UUID(request.args.get("unit", ""))
        except ValueError:
            return None


class ThreadPage(Page):
    """One link: what leads to it, and what follows from it."""

    permission = Permission.GOALS_VIEW

    def __init__(self) -> None:
        super().__init__(
            name=_l("Thread of one link"), category=GOALS, endpoint="thread", url="thread"
        )

    def is_visible(self) -> bool:
        return False  # reached from each link's own page

    @expose("/")
    def index(self) -> ResponseReturnValue:
        try:
            kind = LinkKind(request.args.get("kind", ""))
            key = UUID(request.args.get("id", ""))
        except ValueError:
            raise NotFound() from None
        found = reports.chain(self.ctx, kind, key)
        return self.render("chain/thread.html", found=found, **words())


def words() -> dict[str, Any]:
    """What the template of neighbours needs."""
    return {"kinds": KINDS, "page_of": page_of, "state_of": state_of, "date_text": date_text}


def views() -> list[BaseView]:
    """Breaks, and one link."""
    return [ChainPage(), ThreadPage()]
