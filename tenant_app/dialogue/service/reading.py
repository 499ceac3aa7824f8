"""What one can look at. Nothing here changes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import (
    DialogueAgreement,
    DialogueSession,
    Phase,
    SessionCard,
    SessionState,
)
from tenant_app.dialogue.service.shared import may_steer
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation


@dataclass(frozen=True)
class Became:
    """A need or an initiative that an answer became. Without a title where the actor may not see
    it: then it is only told that there is one."""

    kind: str
    """`need` or `initiative`."""
    id: UUID
    title: str | None


@dataclass(frozen=True)
class Said:
    """An answer, with the votes it got and what it became."""

    id: UUID
    card_id: UUID
    phase: Phase
    text: str
    author: str | None
    """None for those who were not there: they read what was said, and not by whom."""
    votes: int
    became: Became | None
    agreement: DialogueAgreement | None
    may_remove: bool = False

    @property
    def is_used(self) -> bool:
        return self.became is not None or self.agreement is not None


@dataclass
class Details:
    """A session with all that was said, and what it became."""

    session: DialogueSession
    people: int
    takes_part: bool = False
    """Whether the actor was there."""
    is_named: bool = False
    """Whether the actor is told by whom things were said: those who were there, and who lead."""
    names: Sequence[str] = ()
    cards: list[tuple[SessionCard, list[Said]]] = field(default_factory=list)
    needs: list[Became] = field(default_factory=list)
    initiatives: list[Became] = field(default_factory=list)
    agreements: Sequence[DialogueAgreement] = ()

    def of(self, phase: Phase) -> list[tuple[SessionCard, list[Said]]]:
        """The cards of a phase with their answers, those with most votes first."""
        return [(card, said) for card, said in self.cards if card.phase is phase]

    def left(self, phase: Phase) -> list[tuple[SessionCard, Said]]:
        """Answers of the phase that became nothing yet, those with most votes first."""
        found = [(card, each) for card, said in self.of(phase) for each in said]
        left = [(card, each) for card, each in found if not each.is_used]
        return sorted(left, key=lambda pair: -pair[1].votes)


@dataclass(frozen=True)
class Yield:
    """What came of a session, in numbers."""

    people: int = 0
    needs: int = 0
    initiatives: int = 0
    agreements: int = 0


def listing(
    ctx: Context,
    *,
    state: SessionState | None = None,
    unit_id: UUID | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[DialogueSession]:
    """The sessions in the actor's sight, the latest first."""
    _require_sight(ctx)
    found = queries.sessions([queries.visible(ctx), *matching(ctx, state=state, unit_id=unit_id)])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def matching(
    ctx: Context, *, state: SessionState | None = None, unit_id: UUID | None = None
) -> list[ColumnElement[bool]]:
    """The conditions of a list. A unit includes what hangs below it today."""
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(queries.in_state([state]))
    if unit_id is not None:
        filters.append(queries.at_or_below(ctx, organisation.unit(ctx, unit_id).id))
    return filters


def scope(ctx: Context) -> ColumnElement[bool]:
    """Which sessions the actor may see: for screens that build their own SELECT."""
    return queries.visible(ctx)


def one(ctx: Context, session_id: UUID) -> DialogueSession:
    """The session with its unit and facilitator. Raises NotFound outside the actor's sight."""
    found = queries.get(ctx, session_id)
    if found is None:
        _require_sight(ctx)
        raise NotFound()
    return found


def session_cards(ctx: Context, session_id: UUID) -> list[SessionCard]:
    """The cards of the session as they read there, phase by phase."""
    return queries.session_cards(ctx, one(ctx, session_id).id)


def yields(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, Yield]:
    """What came of each of the sessions, in two statements."""
    people = queries.count_people(ctx, session_ids)
    made = queries.count_results(ctx, session_ids)
    return {each: Yield(people.get(each, 0), *made.get(each, (0, 0, 0))) for each in session_ids}


def details(ctx: Context, session_id: UUID) -> Details:
    """One session, with all that was said and what it became."""
    return story(ctx, one(ctx, session_id))


def story(ctx: Context, session: DialogueSession) -> Details:
    """The same for a session that was asked for already."""
    people = queries.people(ctx, session.id)
    there = any(whose == ctx.actor.user_id for _name, _seen, whose in people)
    steers = may_steer(ctx, session)
    named = there or steers
    on = rules.PHASES.get(session.state)
    is_closed = session.state is SessionState.CLOSED
    on_card: dict[UUID, list[Said]] = defaultdict(list)
    for row in queries.said(
        ctx, session.id, needs=needs.visible(ctx), initiatives=initiatives.visible(ctx)
    ):
        on_card[row.card_id].append(
            Said(
                id=row.id,
                card_id=row.card_id,
                phase=row.phase,
                text=row.text,
                author=row.author if named else None,
                votes=row.votes,
                became=_became(row),
                agreement=row.DialogueAgreement,
                may_remove=(not is_closed if steers else _is_own(ctx, row) and row.phase is on)
                and _became(row) is row.DialogueAgreement is None,
            )
        )
    answers = [said for each in on_card.values() for said in each]
    once = list(dict.fromkeys(said.became for said in answers if said.became is not None))
    agreed = [said.agreement for said in answers if said.agreement is not None]
    return Details(
        session=session,
        people=len(people),
        takes_part=there,
        is_named=named,
        names=[name for name, _seen, _whose in people] if named else (),
        cards=[
            (card, sorted(on_card[card.id], key=lambda said: -said.votes))
            for card in queries.session_cards(ctx, session.id)
        ],
        needs=[each for each in once if each.kind == "need"],
        initiatives=[each for each in once if each.kind == "initiative"],
        agreements=sorted(agreed, key=lambda each: (each.due_on or date.max, each.made_at)),
    )


def _is_own(ctx: Context, row: Any) -> bool:
    return row.author_id == ctx.actor.user_id and ctx.actor.may(Permission.DIALOGUE_JOIN)


def _became(row: Any) -> Became | None:
    if row.need_id is not None:
        return Became("need", row.need_id, row.need)
    if row.initiative_id is not None:
        return Became("initiative", row.initiative_id, row.initiative)
    return None


def joinable(ctx: Context) -> Sequence[tuple[DialogueSession, bool]]:
    """(session, whether the actor is in it): those that are open at one's own place, and those
    one came in to. Others are joined by their code alone."""
    ctx.require(Permission.DIALOGUE_JOIN)
    return queries.joinable(ctx)


def may_hold(ctx: Context) -> bool:
    """Whether the actor leads sessions somewhere."""
    return ctx.actor.may(Permission.DIALOGUE_HOLD)


@dataclass(frozen=True)
class Origin:
    """The answer, card and session that something came from."""

    session_id: UUID
    title: str
    held_on: date
    card_id: UUID
    """The card of the session."""
    card_da: str
    card_en: str
    text: str


def origins(
    ctx: Context, *, need_id: UUID | None = None, initiative_id: UUID | None = None
) -> list[Origin]:
    """Where a need or an initiative came from, as far as the actor sees the sessions."""
    rows = queries.origins(ctx, need_id=need_id, initiative_id=initiative_id)
    return [Origin(*row) for row in rows]


def plan_of(ctx: Context, initiative_id: UUID) -> Sequence[DialogueAgreement]:
    """The draft of a plan that sessions made for the initiative."""
    return queries.plan_of(ctx, initiative_id)


def asks(ctx: Context) -> list[Any]:
    """For a home page: how many sessions are open at one's own place that one is not in yet."""
    if ctx.actor.user_id is None or not ctx.actor.may(Permission.DIALOGUE_JOIN):
        return []
    return [queries.open_to_join(ctx, ctx.actor.user_id)]


def _require_sight(ctx: Context) -> None:
    if not ctx.actor.may(Permission.DIALOGUE_JOIN):
        ctx.require(Permission.DIALOGUE_VIEW)
