"""When a need may move on, and what must stand behind it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.accounts.models import Role
from tenant_app.core.access import Grant, Permission
from tenant_app.core.errors import N_, Conflict, Invalid, Words
from tenant_app.needs.models import ActorRole, NeedState, SourceType

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000
MOST_STAFF = 10_000
FIRST_DAY = date(2000, 1, 1)
SOURCES_AT_LEAST = ROLES_AT_LEAST = 2
"""Where the municipality has set no limits of its own."""

SOURCES: dict[SourceType, str] = {
    SourceType.DIALOGUE: N_("Running dialogue"),
    SourceType.MUS: N_("Development talk (MUS)"),
    SourceType.GROUP_DIALOGUE: N_("Dialogue in the staff group"),
    SourceType.EVALUATION: N_("Local evaluation"),
    SourceType.SUPERVISION: N_("Pedagogical supervision"),
    SourceType.SCREENING: N_("Screening"),
    SourceType.TRIAL: N_("Evaluation of a practice trial"),
    SourceType.RESOURCE_PERSON: N_("Resource person or support function"),
}
ROLES: dict[ActorRole, str] = {
    ActorRole.PEDAGOGUE: N_("Pedagogue or assistant"),
    ActorRole.LEADER: N_("Leader of the institution"),
    ActorRole.AREA_LEADER: N_("Leader of the area"),
    ActorRole.CONSULTANT: N_("Pedagogical consultant"),
    ActorRole.RESOURCE_PERSON: N_("Resource person"),
    ActorRole.ADMINISTRATION: N_("The administration"),
    ActorRole.REPRESENTATIVE: N_("Union or MED representative"),
    ActorRole.PARENTS: N_("Parents"),
}

MOVES: dict[NeedState, frozenset[NeedState]] = {
    NeedState.REPORTED: frozenset(
        {NeedState.ANALYSED, NeedState.PARKED, NeedState.MERGED, NeedState.REJECTED}
    ),
    NeedState.ANALYSED: frozenset(
        {NeedState.QUALIFIED, NeedState.PARKED, NeedState.MERGED, NeedState.REJECTED}
    ),
    NeedState.QUALIFIED: frozenset(
        {
            *(NeedState.PRIORITISED, NeedState.PARKED, NeedState.MERGED, NeedState.REJECTED),
            NeedState.COVERED,
        }
    ),
    NeedState.PRIORITISED: frozenset(
        {NeedState.COVERED, NeedState.PARKED, NeedState.MERGED, NeedState.REJECTED}
    ),
    NeedState.PARKED: frozenset({NeedState.ANALYSED, NeedState.MERGED, NeedState.REJECTED}),
    NeedState.COVERED: frozenset({NeedState.CLOSED}),
    NeedState.MERGED: frozenset(),
    NeedState.REJECTED: frozenset(),
    NeedState.CLOSED: frozenset(),
}
LIVE = (NeedState.REPORTED, NeedState.ANALYSED, NeedState.QUALIFIED, NeedState.PRIORITISED)
"""Somebody works with these, or should."""
ANSWERABLE = (NeedState.QUALIFIED, NeedState.PRIORITISED)
"""An initiative may be made for these."""
OPEN_TO_EVIDENCE = (*LIVE, NeedState.PARKED)
WITH_REASON = (NeedState.PARKED, NeedState.REJECTED)
LEADING = frozenset({Role.MUNICIPAL_ADMIN.value, Role.AREA_LEADER.value})
"""They lead a unit of their own, and not each institution below it."""


def may_move(state: NeedState, to: NeedState) -> bool:
    """Whether a need can go from the one state to the other."""
    return to in MOVES[state]


def check_move(state: NeedState, to: NeedState) -> None:
    """Raises Conflict when a need cannot go from the one state to the other."""
    if may_move(state, to):
        return
    if state is NeedState.MERGED:
        raise Conflict(
            N_("This need was merged into another one. Go on with the need it was merged into.")
        )
    if not MOVES[state]:
        raise Conflict(
            N_("This need is closed and stays as it is. Report a new need if it is there again.")
        )
    raise Conflict(
        N_(
            "The step is not possible from where the need is now. Load the page again to see "
            "what can be done."
        )
    )


def check_target(state: NeedState) -> None:
    """Raises Conflict when nothing can be merged into a need in this state."""
    if state not in OPEN_TO_EVIDENCE:
        raise Conflict(
            N_("The other need is merged or closed itself. Choose one that is still open."),
            field="into_id",
        )


def check_open_to_evidence(state: NeedState) -> None:
    """Raises Conflict when no evidence can be added any more."""
    if state is NeedState.MERGED:
        raise Conflict(
            N_("This need was merged into another one. Add the finding to that one instead.")
        )
    if state not in OPEN_TO_EVIDENCE:
        raise Conflict(
            N_("This need is closed, and evidence can no longer be added. Report a new need.")
        )


@dataclass(frozen=True)
class Standing:
    """What stands behind a need, and what is missing until it can be qualified."""

    sources: tuple[SourceType, ...] = ()
    roles: tuple[ActorRole, ...] = ()
    findings: int = 0
    sources_needed: int = SOURCES_AT_LEAST
    roles_needed: int = ROLES_AT_LEAST

    @property
    def index(self) -> int:
        """The triangulation index: distinct source types."""
        return len(self.sources)

    @property
    def lacks_sources(self) -> int:
        return max(0, self.sources_needed - len(self.sources))

    @property
    def lacks_roles(self) -> int:
        return max(0, self.roles_needed - len(self.roles))

    @property
    def holds(self) -> bool:
        """Whether it is enough."""
        return not self.lacks_sources and not self.lacks_roles

    @property
    def missing_sources(self) -> tuple[SourceType, ...]:
        """Any of these would help; none when there are enough."""
        if not self.lacks_sources:
            return ()
        return tuple(each for each in SourceType if each not in self.sources)

    @property
    def missing_roles(self) -> tuple[ActorRole, ...]:
        """The same for roles."""
        return tuple(each for each in ActorRole if each not in self.roles and self.lacks_roles)


def standing(
    found: Iterable[tuple[SourceType, ActorRole]], limits: Mapping[str, object]
) -> Standing:
    """What these findings, each with source and role, amount to."""
    pairs = list(found)
    sources = {source for source, _role in pairs}
    roles = {role for _source, role in pairs}
    return Standing(
        sources=tuple(each for each in SourceType if each in sources),
        roles=tuple(each for each in ActorRole if each in roles),
        findings=len(pairs),
        sources_needed=_limit(limits, "sources_at_least", SOURCES_AT_LEAST, len(SourceType)),
        roles_needed=_limit(limits, "roles_at_least", ROLES_AT_LEAST, len(ActorRole)),
    )


def _limit(limits: Mapping[str, object], name: str, default: int, most: int) -> int:
    """The municipality's own, never more than there are: nothing could be qualified."""
    found = limits.get(name, default)
    return min(found, most) if isinstance(found, int) else default


def check_qualified(found: Standing) -> None:
    """Raises Conflict, naming what is missing, until enough stands behind the need."""
    sources = Words(SOURCES[each] for each in found.missing_sources)
    roles = Words(ROLES[each] for each in found.missing_roles)
    counts: dict[str, Any] = {
        "has_sources": len(found.sources),
        "needs_sources": found.sources_needed,
        "has_roles": len(found.roles),
        "needs_roles": found.roles_needed,
    }
    if sources and roles:
        raise Conflict(
            N_(
                "The need cannot be qualified yet: its evidence comes from %(has_sources)s of "
                "%(needs_sources)s kinds of source and %(has_roles)s of %(needs_roles)s roles. "
                "Add a finding from another source (%(sources)s), seen by another role (%(roles)s)."
            ),
            sources=sources,
            roles=roles,
            **counts,
        )
    if sources:
        raise Conflict(
            N_(
                "The need cannot be qualified yet: its evidence comes from %(has_sources)s of "
                "%(needs_sources)s kinds of source. Add a finding from another one: %(sources)s."
            ),
            sources=sources,
            **counts,
        )
    if roles:
        raise Conflict(
            N_(
                "The need cannot be qualified yet: its evidence is seen by %(has_roles)s of "
                "%(needs_roles)s roles. Add a finding by another one: %(roles)s."
            ),
            roles=roles,
            **counts,
        )


def clean_title(text: str, *, field: str = "title") -> str:
    """The sentence with single spaces. Raises Invalid."""
    title = " ".join(text.split())
    if not title:
        raise Invalid(N_("Write the need in one sentence."), field=field)
    if len(title) > LONGEST_TITLE:
        raise Invalid(
            N_("The sentence is too long. Use at most %(longest)s characters."),
            field=field,
            longest=LONGEST_TITLE,
        )
    return title


def clean_text(text: str, *, field: str, required: bool = False) -> str:
    """The text without blank ends. Raises Invalid."""
    cleaned = text.strip()
    if required and not cleaned:
        raise Invalid(N_("The text is missing. Write a line or two."), field=field)
    if len(cleaned) > LONGEST_TEXT:
        raise Invalid(
            N_("The text is too long. Use at most %(longest)s characters."),
            field=field,
            longest=f"{LONGEST_TEXT:,}".replace(",", "."),
        )
    return cleaned


def check_staff(staff: int) -> int:
    """How many it concerns. Raises Invalid."""
    if not 1 <= staff <= MOST_STAFF:
        raise Invalid(
            N_("Write how many of the staff it concerns: a whole number from 1 to 10.000."),
            field="staff",
        )
    return staff


def check_found_on(day: date, *, today: date) -> date:
    """A day that has come. Raises Invalid."""
    if not FIRST_DAY <= day <= today:
        raise Invalid(
            N_("A finding is from a day from %(first)s to today, %(today)s."),
            field="found_on",
            first=FIRST_DAY.strftime("%d-%m-%Y"),
            today=today.strftime("%d-%m-%Y"),
        )
    return day


def lead_where(grants: Iterable[Grant]) -> tuple[list[UUID], list[UUID]]:
    """(units whose whole subtree one leads from inside, units one leads themselves alone).

    A confidential finding is for those who lead the institution: whoever leads the area or the
    municipality reads only what is said of that unit itself, and nobody's for looking on.
    """
    inside, alone = [], []
    for grant in grants:
        if Permission.NEEDS_QUALIFY not in grant.permissions:
            continue
        if grant.role == Role.INSTITUTION_LEADER.value:
            inside.append(grant.unit_id)
        elif grant.role in LEADING:
            alone.append(grant.unit_id)
    return inside, alone


def single_out(ids: Collection[UUID]) -> list[UUID]:
    """Each once, in the order in which rows are locked."""
    return sorted(set(ids))
