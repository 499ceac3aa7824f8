"""A session while it is held: the shared screen, the telephones, and what both ask again and again.

One template makes the moving part of a page, for its first look and for each look after it, so a
browser without scripts has the same page and reloads it by hand. `dialogue-live.js` asks for the
part anew and puts it in place piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import segno
from flask import Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from admin.base import Page
from admin.dialogue_pieces import pieces
from admin.dialogue_prints import (
    LEADS,
    NAMES,
    PrintsPage,
    join_address,
    join_url,
    shown_code,
)
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, Invalid, NotFound, Refusal
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import Phase, SessionState
from tenant_app.dialogue.rules import LONGEST, MOST_MINUTES
from tenant_app.dialogue.service import LiveCard, LiveState
from tenant_app.web.current import context, locale
from tenant_app.web.errors import problem, text_of
from tenant_app.web.i18n import DOMAIN

SCREEN, PHONE = "screen", "phone"
VIEWS = (SCREEN, PHONE)
STATES = tuple(SessionState)
MINUTES = (2, 5, 8, 10, 15, 20)
"""Times to choose from on the shared screen."""
NEXT: Mapping[SessionState, tuple[SessionState, Any]] = {
    SessionState.DRAFT: (SessionState.OPEN, _l("Let the participants in")),
    SessionState.OPEN: (SessionState.NEEDS, _l("Begin: needs")),
    SessionState.NEEDS: (SessionState.INITIATIVE, _l("Go on to the initiative")),
    SessionState.INITIATIVE: (SessionState.PLANNING, _l("Go on to the planning")),
}
BACK: Mapping[SessionState, tuple[SessionState, Any]] = {
    SessionState.INITIATIVE: (SessionState.NEEDS, _l("Back to needs")),
    SessionState.PLANNING: (SessionState.INITIATIVE, _l("Back to the initiative")),
}
UNREAD = N_("The request could not be read. Go back and try again.")


def _key(name: str) -> UUID:
    """The id in a field. Raises NotFound."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFound() from None


def _minutes() -> int:
    try:
        return int(request.form.get("minutes", ""))
    except ValueError:
        raise Invalid(
            N_("Write a number of minutes from 1 to %(most)s."), field="minutes", most=MOST_MINUTES
        ) from None


def _state() -> SessionState:
    try:
        return SessionState(request.form.get("to", ""))
    except ValueError:
        raise Invalid(UNREAD, field="to") from None


def _text() -> str:
    return request.form.get("text", "")


Act = Callable[[Context, UUID], object]
ACTS: Mapping[str, Act] = {
    "answer": lambda ctx, key: dialogue.answer(ctx, key, card_id=_key("card"), text=_text()),
    "edit": lambda ctx, key: dialogue.edit_answer(ctx, _key("answer"), text=_text()),
    "remove": lambda ctx, key: dialogue.remove_answer(ctx, _key("answer")),
    "vote": lambda ctx, key: dialogue.vote(ctx, _key("answer")),
    "unvote": lambda ctx, key: dialogue.unvote(ctx, _key("answer")),
    "move": lambda ctx, key: dialogue.move(ctx, key, _state()),
    "timer": lambda ctx, key: dialogue.set_timer(ctx, key, minutes=_minutes()),
    "more": lambda ctx, key: dialogue.add_time(ctx, key, minutes=_minutes()),
    "stop": lambda ctx, key: dialogue.set_timer(ctx, key, minutes=None),
}
"""What the forms of both pages ask for, by the name in the field `do`."""


class LivePage(Page):
    """The screens of a meeting."""

    permission = Permission.DIALOGUE_JOIN

    def __init__(self) -> None:
        super().__init__(name=_l("Dialogue session"), endpoint="dialogue-live", url="dialogue-live")

    def is_visible(self) -> bool:
        return False  # reached by a code, or from the page of the session

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What hangs on the wall, with what the facilitator steers."""
        state = _live(self.ctx)
        if not state.may_steer:
            raise Forbidden()
        return self._page(SCREEN, state)

    @expose("/phone/")
    def phone(self) -> ResponseReturnValue:
        """What each participant holds."""
        return self._page(PHONE, _live(self.ctx))

    @expose("/state/")
    def state(self) -> ResponseReturnValue:
        """The moving part, or nothing when it is as it was."""
        since = request.args.get("since", type=int)
        found = dialogue.live_state(self.ctx, _session_id(), since=since)
        if found is None:
            return Response(status=204)
        return _part(_view(request.args.get("view", "")), found)

    @expose("/act/", methods=("POST",))
    def act(self) -> ResponseReturnValue:
        """What was pressed, done or refused; then the page as it is after that."""
        ctx, key = self.ctx, _session_id()
        view, act = _view(request.form.get("view", "")), ACTS.get(request.form.get("do", ""))
        by_script = request.accept_mimetypes.best == "application/json"
        try:
            if act is None:
                raise Invalid(UNREAD, field="do")
            dialogue.one(ctx, key)  # some acts name an answer alone
            with ctx.session.begin_nested():
                act(ctx, key)
                ctx.session.flush()  # constraint errors belong inside the savepoint
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            ctx.session.expire_all()
            if by_script:
                return problem(refusal.status, refusal.code, text_of(refusal), field=refusal.field)
            return self._page(view, _live(ctx), refusal=refusal), refusal.status
        if by_script:
            return _part(view, _live(ctx))
        if request.form.get("back") == "session":
            return redirect(self.get_url("dialogue.details_view", id=key))
        return redirect(self.get_url(".index" if view == SCREEN else ".phone", id=key))

    def _page(self, view: str, state: LiveState, *, refusal: Refusal | None = None) -> Any:
        return self.render(
            f"dialogue/live_{view}.html",
            view=view,
            longest=LONGEST["text"],
            refused=text_of(refusal) if refusal is not None else "",
            **_words(view, state, typed=request.form if refusal is not None else {}),
        )


def _session_id() -> UUID:
    try:
        return UUID(request.args.get("id", ""))
    except ValueError:
        raise NotFound() from None


def _view(name: str) -> str:
    if name not in VIEWS:
        raise Invalid(UNREAD, field="view")
    return name


def _live(ctx: Context) -> LiveState:
    """The session as it is now."""
    found = dialogue.live_state(ctx, _session_id())
    if found is None:
        raise NotFound()
    return found


def _part(view: str, state: LiveState) -> Response:
    """The moving part of a page."""
    text = render_template(
        f"dialogue/live_{view}_part.html",
        view=view,
        longest=LONGEST["text"],
        **_words(view, state, typed={}),
    )
    return jsonify(version=state.version, html=text)


def _words(view: str, state: LiveState, *, typed: Mapping[str, str]) -> dict[str, Any]:
    """What both templates ask for."""
    answers = [answer for card in state.cards for answer in card.answers]
    here = [person for person in state.people if person.is_here]
    return {
        "live": state,
        "session_id": state.id,
        "typed": typed,
        "piece": pieces(context(), state, typed=typed, view=view, votes_text=votes_text),
        "phases": [
            (number, phase, DOMAIN.gettext(NAMES[phase]), _standing(state, phase))
            for number, phase in enumerate(Phase, 1)
        ],
        "lead": DOMAIN.gettext(LEADS[state.phase]) if state.phase else "",
        "card_text": card_text,
        "code": shown_code(state.join_code),
        "most_votes": max((answer.votes for answer in answers), default=0),
        "others_answers": sum(not answer.is_mine for answer in answers),
        "here": here,
        "here_text": ngettext("%(num)s is here", "%(num)s are here", len(here)),
        "going_on": NEXT.get(state.state),
        "going_back": BACK.get(state.state),
        "is_over": state.state is SessionState.CLOSED,
        "is_gathering": state.state in (SessionState.DRAFT, SessionState.OPEN),
        "is_draft": state.state is SessionState.DRAFT,
        "minutes": MINUTES,
        "ends_text": _ends_text(state),
        "votes_text": votes_text,
        "votes_left_text": ngettext("%(num)s vote left", "%(num)s votes left", state.votes_left),
        **(_joining(state) if view == SCREEN else {}),
    }


def _standing(state: LiveState, phase: Phase) -> str:
    """Where the phase is: over, on, or to come."""
    place = STATES.index(SessionState(phase.value))
    at = STATES.index(state.state)
    return "over" if place < at else "on" if place == at else "to-come"


def card_text(card: LiveCard) -> tuple[str, str, str]:
    """(title, question, hint) in the reader's language."""
    if locale() == "en":
        return card.title_en, card.question_en, card.hint_en
    return card.title_da, card.question_da, card.hint_da


def votes_text(count: int) -> str:
    """`3 votes`."""
    return str(ngettext("%(num)s vote", "%(num)s votes", count))


def _ends_text(state: LiveState) -> str:
    """When the time is up, for who has no script that counts down."""
    if state.timer_ends_at is None:
        return ""
    moment = state.timer_ends_at.astimezone(DENMARK).strftime("%H.%M")
    if state.timer_ends_at <= state.now:
        return str(_("The time is up"))
    return str(_("Until %(moment)s", moment=moment))


def _joining(state: LiveState) -> dict[str, Any]:
    """How one joins, with the dots to scan, dark on light in either appearance."""
    dots = segno.make(join_url(state.join_code), error="m", micro=False)
    drawn = dots.svg_inline(omitsize=True, border=3, light="#fff", svgclass=None, lineclass=None)
    return {"dots": Markup(drawn), "join_address": join_address()}  # noqa: S704 - drawn by segno


def views() -> list[BaseView]:
    """The screens of a meeting, and the same on paper."""
    return [LivePage(), PrintsPage()]
