"""The dialogue on paper: the poster and the cards, of the municipality's set or of a session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.dialogue import printing
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueCard, DialogueSession, Phase, SessionCard
from tenant_app.dialogue.rules import prints
from tenant_app.tenancy import service as tenancy
from tenant_app.web.current import locale
from tenant_app.web.i18n import translations

NAMES = {
    Phase.NEEDS: N_("Needs"),
    Phase.INITIATIVE: N_("Initiative"),
    Phase.PLANNING: N_("Planning"),
}
LEADS = {
    Phase.NEEDS: N_("Which challenges do we meet, and what do they do to our practice?"),
    Phase.INITIATIVE: N_("Which competence development answers our needs best?"),
    Phase.PLANNING: N_("How do we make it work in everyday life?"),
}
OUTCOMES = {
    Phase.NEEDS: N_("Our most important needs"),
    Phase.INITIATIVE: N_("The initiative we choose"),
    Phase.PLANNING: N_("What we agree on"),
}
PER_SHEET = tuple(prints.CARDS_ON_A4)


def shown_code(code: str) -> str:
    """A join code in two halves, as one reads it across a room."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def join_url(code: str) -> str:
    """Where a telephone is led by the dots."""
    return url_for("dialogue-join.index", code=code, _external=True)


def join_address() -> str:
    """The same for whoever writes it by hand."""
    return url_for("dialogue-join.index", _external=True).partition("://")[2].rstrip("/")


class PrintsPage(Page):
    """For those who work on paper."""

    permission = Permission.DIALOGUE_VIEW
    help = _l("For those who work on paper. Hang up the poster, and cut the cards out.")

    def __init__(self) -> None:
        super().__init__(
            name=_l("Poster and cards"), endpoint="dialogue-prints", url="dialogue-prints"
        )

    @expose("/")
    def index(self) -> ResponseReturnValue:
        session = _session(self.ctx)
        return self.render(
            "dialogue/prints.html",
            session=session,
            papers=tuple(prints.PAPERS),
            per_sheet=PER_SHEET,
            language=locale(),
        )

    @expose("/poster.pdf")
    def poster(self) -> Response:
        """Three phases beside each other, with room to write."""
        ctx, paper = self.ctx, request.args.get("paper", "a3")
        printed = _printed(ctx, _session(ctx))
        made = printing.poster(printed, paper=paper, made_at=ctx.now)
        return _file(made, f"poster-{paper}-{printed.language}")

    @expose("/cards.pdf")
    def cards(self) -> Response:
        """The cards with lines to cut along."""
        ctx, paper = self.ctx, request.args.get("paper", "a4")
        printed = _printed(ctx, _session(ctx))
        per = request.args.get("per", PER_SHEET[0])
        made = printing.cards(printed, paper=paper, per=per, made_at=ctx.now)
        return _file(made, f"cards-{paper}-{printed.language}")


def _session(ctx: Context) -> DialogueSession | None:
    """The session asked for, if any. Raises NotFound."""
    asked = request.args.get("id", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError:
        raise NotFound() from None
    return dialogue.one(ctx, key)


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _printed(ctx: Context, session: DialogueSession | None) -> prints.Printed:
    """What is on paper, in the language asked for."""
    language = prints.language(request.args.get("lang") or locale())
    say = translations(language).gettext
    cards: Sequence[DialogueCard | SessionCard]
    cards = dialogue.cards(ctx) if session is None else dialogue.session_cards(ctx, session.id)
    whose = tenancy.tenant(ctx).name
    title, about = say(N_("Dialogue on competence development")), whose
    if session is not None:
        title = session.title
        about = f"{session.unit.name} · {_day(session.held_on, language)}"
    return prints.Printed(
        title=title,
        about=about,
        foot=f"Rød Tråd · {whose}",
        notes=say(N_("Notes")),
        language=language,
        phases=tuple(_phase(phase, cards, language, say) for phase in Phase),
        joining=_joining(ctx, session, say),
    )


def _day(day: date, language: str) -> str:
    return format_date(day, "full", locale={"en": "en_GB"}.get(language, language))


def _phase(
    phase: Phase, cards: Sequence[DialogueCard | SessionCard], language: str, say: Any
) -> prints.PrintedPhase:
    return prints.PrintedPhase(
        name=say(NAMES[phase]),
        lead=say(LEADS[phase]),
        outcome=say(OUTCOMES[phase]),
        cards=tuple(_card(each, language) for each in cards if each.phase is phase),
    )


def _card(card: DialogueCard | SessionCard, language: str) -> prints.PrintedCard:
    if language == "en":
        return prints.PrintedCard(card.title_en, card.question_en, card.hint_en)
    return prints.PrintedCard(card.title_da, card.question_da, card.hint_da)


def _joining(ctx: Context, session: DialogueSession | None, say: Any) -> prints.Joining | None:
    """How one joins, for whoever leads a session that is not over: a code is an invitation."""
    if session is None or session.closed_at is not None or not dialogue.may_steer(ctx, session):
        return None
    return prints.Joining(
        url=join_url(session.join_code),
        address=join_address(),
        code=shown_code(session.join_code),
        words=say(N_("Join with your telephone: scan, or write the code.")),
        picture=say(N_("QR code that leads to the session")),
    )
