"""What answers are made into. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.needs.models import ActorRole, Confidentiality, Urgency

MOST_AT_ONCE = 50
"""Answers that are made into something in one go."""
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class NeedDraft:
    """A need to be reported, with the answers that tell of it."""

    answer_ids: Sequence[UUID]
    title: str
    area_id: UUID
    urgency: Urgency
    staff: int
    role: ActorRole = ActorRole.PEDAGOGUE
    """Whose view the answers are."""
    confidentiality: Confidentiality = Confidentiality.OPEN
    """Who reads the answers as its evidence."""


@dataclass(frozen=True)
class AgreementDraft:
    """An agreement of a plan draft, with the answer it comes from."""

    answer_id: UUID
    phase: PlanPhase
    owner: Owner
    text: str
    due_on: date | None = None


def together(drafts: Iterable[NeedDraft]) -> list[NeedDraft]:
    """Drafts that say the same in their sentence are one need, with all their answers; what else
    they say is the first one's."""
    found: dict[str, NeedDraft] = {}
    for draft in drafts:
        said = " ".join(draft.title.split())
        was = found.get(said.casefold())
        ids = [*(was.answer_ids if was else ()), *draft.answer_ids]
        first = was or draft
        found[said.casefold()] = NeedDraft(
            ids,
            said if was is None else was.title,
            first.area_id,
            first.urgency,
            first.staff,
            first.role,
            first.confidentiality,
        )
    return list(found.values())


def check_drafts(ids: Sequence[UUID], *, field: str) -> None:
    """At least one answer, each once, and not too many. Raises Invalid."""
    if not ids:
        raise Invalid(N_("Choose at least one answer."), field=field)
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(N_("Choose at most %(most)s."), field=field, most=MOST_AT_ONCE)
    if len(set(ids)) != len(ids):
        raise Invalid(N_("An answer was chosen twice. Choose it once."), field=field)


def check_unused(used: Any) -> None:
    """Raises Conflict when one of the answers became something already."""
    if used:
        raise Conflict(
            N_("One of the answers became something already. Reload the page to see what."),
            field="answer_ids",
        )


def check_due_on(day: date | None) -> date | None:
    """A day that can be right, or none. Raises Invalid."""
    if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
        raise Invalid(
            N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
            field="due_on",
            day=day.strftime("%d-%m-%Y"),
            first=_FIRST_DAY.strftime("%d-%m-%Y"),
            last=_LAST_DAY.strftime("%d-%m-%Y"),
        )
    return day
