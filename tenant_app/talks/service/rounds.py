"""Rounds of talks: opened by a leader, who invites those employed there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Unit, UnitKind, UnitPlacement
from tenant_app.talks import queries, rules
from tenant_app.talks.models import (
    DevelopmentTalk,
    TalkKind,
    TalkMember,
    TalkRound,
    TalkState,
)
from tenant_app.talks.service.shared import unit_to_hold_at

ABOVE = frozenset({UnitKind.MUNICIPALITY, UnitKind.AREA})
"""From here one holds the talks of the leaders."""


@dataclass(frozen=True)
class RoundLine:
    """A round and how far its talks are."""

    round: TalkRound
    talks: int
    ahead: int
    held: int
    agreed: int


def scope(ctx: Context) -> ColumnElement[bool]:
    """Rounds that the actor sees: for screens that build their own SELECT."""
    return queries.visible_rounds(ctx)


def rounds(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[RoundLine]:
    """The rounds of the actor's units, the newest first."""
    ctx.require(Permission.TALKS_HOLD)
    found: Page[TalkRound] = scalars_page(
        ctx, queries.rounds([queries.visible_rounds(ctx)]), page=page, page_size=page_size
    )
    return Page(lines(ctx, found.items), found.page, found.page_size, found.has_more)


def lines(ctx: Context, found: Sequence[TalkRound]) -> list[RoundLine]:
    """How far each of these rounds is, in one statement."""
    counts = {row.round_id: row for row in queries.counts(ctx, [each.id for each in found])}
    nothing = (0, 0, 0, 0)
    return [
        RoundLine(each, *(counts[each.id][1:] if each.id in counts else nothing)) for each in found
    ]


def round_(ctx: Context, round_id: UUID) -> TalkRound:
    """One round. Raises NotFound outside the actor's sight."""
    found = queries.round_(ctx, round_id)
    if found is None:
        raise NotFound()
    return found


def invitation(ctx: Context, round_id: UUID) -> str:
    """What was written to those invited to a round that the actor sees."""
    return queries.invitation(ctx, round_id)


def open_round(
    ctx: Context,
    *,
    unit_id: UUID,
    kind: TalkKind,
    from_date: date,
    to_date: date,
    due_on: date,
    invitation: str = "",
    employee_ids: Collection[UUID] = (),
) -> TalkRound:
    """The round is open, and everybody employed in the unit is invited: above an institution, its
    leaders. Groups are put together by naming who is in them.

    Raises Forbidden for whoever leads elsewhere, Invalid and Conflict.
    """
    unit, _path = unit_to_hold_at(ctx, unit_id)
    rules.check_period(from_date, to_date, due_on, today=ctx.today)
    made = TalkRound(
        id=uuid7(),
        unit_id=unit.id,
        kind=kind,
        from_date=from_date,
        to_date=to_date,
        due_on=due_on,
        invitation=rules.check_text(invitation, field="invitation", required=False),
        opened_by=ctx.actor.user_id,
        opened_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # its talks name it
    told = {"kind": kind.value, "from_date": from_date, "to_date": to_date, "due_on": due_on}
    audit.record(ctx, "talk.round_opened", made.id, new=told)
    if employee_ids or kind is TalkKind.MUS:
        staff = invitable(ctx, made, unit)
        wanted = list(employee_ids) or [each.id for each in staff]
        _invite(ctx, made, wanted, staff)
    return made


def invite(ctx: Context, round_id: UUID, *, employee_ids: Collection[UUID]) -> list[UUID]:
    """These are invited too: each to a talk of their own, or all to one group talk.

    Returns the talks. Raises Conflict for a round that is over, or somebody who is in it already.
    """
    found = queries.round_(ctx, round_id, lock=True)
    if found is None:
        raise NotFound()
    unit, _path = unit_to_hold_at(ctx, found.unit_id)
    rules.check_not_ended(found.ended_at)
    if found.to_date < ctx.today:
        raise Conflict(N_("The round is over. Open a new one."), field="employee_ids")
    if not employee_ids:
        raise Invalid(N_("Choose at least one person."), field="employee_ids")
    return _invite(ctx, found, list(employee_ids), invitable(ctx, found, unit))


def change_round(
    ctx: Context, round_id: UUID, *, to_date: date, due_on: date, invitation: str | None = None
) -> TalkRound:
    """The round ends, and its talks are due, on other days; the invitation stays where none is
    given. Raises NotFound, Forbidden, Invalid, and Conflict for one that was ended."""
    found = _round_to_change(ctx, round_id)
    rules.check_period(found.from_date, to_date, due_on, today=ctx.today)
    if invitation is not None:
        found.invitation = rules.check_text(invitation, field="invitation", required=False)
    old = {"to_date": found.to_date, "due_on": found.due_on}
    found.to_date, found.due_on = to_date, due_on
    new = {"to_date": to_date, "due_on": due_on}
    audit.record(ctx, "talk.round_changed", found.id, old=old, new=new)
    return found


def end_round(ctx: Context, round_id: UUID, *, reason: str) -> int:
    """Nobody is invited any more, and the talks that lie ahead are cancelled with the reason: how
    many. Talks that were held stay, to be agreed on and signed.

    Raises NotFound, Forbidden, Invalid, and Conflict for one that was ended already.
    """
    found = _round_to_change(ctx, round_id)
    why = rules.check_text(reason, field="reason")
    cancelled = queries.cancel_ahead(ctx, found.id, reason=why)
    found.ended_at = ctx.now
    audit.record(ctx, "talk.round_ended", found.id, new={"cancelled": cancelled})
    return cancelled


def _round_to_change(ctx: Context, round_id: UUID) -> TalkRound:
    found = queries.round_(ctx, round_id, lock=True)
    if found is None:
        raise NotFound()
    unit_to_hold_at(ctx, found.unit_id)
    rules.check_not_ended(found.ended_at)
    return found


def units_to_hold_at(ctx: Context) -> list[UnitPlacement]:
    """Where the actor may open a round, as the hierarchy is shown."""
    held = rules.held(ctx.actor.grants)
    inside = tuple(grant.path for grant in ctx.actor.grants if grant.unit_id in held.inside)
    return [
        place
        for place in organisation.choosable(ctx, Permission.TALKS_HOLD)
        if place.unit_id in held.alone or place.path.startswith(inside)
    ]


def staff_of(ctx: Context, found: TalkRound) -> list[Employee]:
    """Those who can still be invited to a round that was asked for already."""
    return invitable(ctx, found, found.unit)


def invitable(ctx: Context, found: TalkRound, unit: Unit) -> list[Employee]:
    """Those employed where the round is who are in none of its talks: never its holder."""
    units = organisation.units_below(ctx, unit.id)
    known = queries.invited(ctx, found.id)
    holder = queries.employee_of(ctx, _holder(ctx, unit))
    return [
        each
        for each in queries.staff(ctx, units, leaders=unit.kind in ABOVE)
        if each.id not in known and each.id not in (holder, ctx.actor.employee_id)
    ]


def _holder(ctx: Context, unit: Unit) -> UUID:
    path = organisation.path_of(ctx, unit.id)
    leader = rules.holder_for(ctx.actor.grants, path=path, unit_id=unit.id)
    found = leader or ctx.actor.user_id
    assert found is not None  # asked before: only a user opens a round
    return found


def _invite(
    ctx: Context, found: TalkRound, wanted: list[UUID], staff: Sequence[Employee]
) -> list[UUID]:
    wanted = list(dict.fromkeys(wanted))
    if not set(wanted) <= {each.id for each in staff}:
        raise Invalid(
            N_(
                "Choose among those employed here who are not invited yet. Nobody holds their own "
                "talk."
            ),
            field="employee_ids",
        )
    rules.check_group(found.kind, len(wanted))
    unit = queries.unit_named(ctx, found.unit_id)
    assert unit is not None
    groups = [wanted] if found.kind is TalkKind.GRUS else [[each] for each in wanted]
    talks, members = [], []
    for group in groups:
        talk: dict[str, Any] = {
            "id": uuid7(),
            "round_id": found.id,
            "unit_id": found.unit_id,
            "kind": found.kind,
            "holder_id": _holder(ctx, unit),
            "state": TalkState.INVITED,
        }
        talks.append(talk)
        members += [
            {"id": uuid7(), "talk_id": talk["id"], "round_id": found.id, "employee_id": each}
            for each in group
        ]
    ctx.insert_many(DevelopmentTalk, talks)
    ctx.insert_many(TalkMember, members)  # the round is locked: nobody invites beside us
    audit.record(ctx, "talk.invited", found.id, new={"talks": len(talks)})
    return [talk["id"] for talk in talks]
