"""Units apply while the round is open, and may think again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind, UnitPlacement
from tenant_app.rounds import queries, rules
from tenant_app.rounds.models import ApplicationRound, RoundApplication
from tenant_app.rounds.rules import Standing
from tenant_app.rounds.service.shared import find, standing

APPLY = Permission.ROUNDS_APPLY
KINDS = (UnitKind.AREA, UnitKind.INSTITUTION)


def apply(
    ctx: Context,
    round_id: UUID,
    *,
    unit_id: UUID,
    amount: int,
    reason: str,
    initiative_id: UUID | None = None,
    need_id: UUID | None = None,
) -> RoundApplication:
    """The unit applies for the amount; a second time changes what it applied for.

    Raises NotFound of what cannot be chosen, RoundNotOpen, Invalid naming the field, and Conflict
    for a unit without a pool that could hold the award.
    """
    found = find(ctx, round_id, lock=True)
    ctx.require(APPLY)
    place = _places(ctx, found).get(unit_id)
    if place is None:
        raise NotFound(N_("Choose a unit of yours that the round is held for."), field="unit_id")
    rules.check_takes(standing(ctx, found), opens_on=found.opens_on, closes_on=found.closes_on)
    asked = rules.check_asked(amount, most=found.amount)
    why = rules.check_text(reason, field="reason", needed=True)
    if queries.pool_of_unit(ctx, unit_id, year_id=found.pool.year_id) is None:
        raise Conflict(
            N_(
                "“%(unit)s” has no pool in %(year)s that an award could lie in. Ask the "
                "administration to open one."
            ),
            field="unit_id",
            unit=place.unit.name,
            year=str(found.pool.year.year),
        )
    _check_part_of(ctx, unit_id=unit_id, initiative_id=initiative_id, need_id=need_id)
    facts = {"amount": asked, "reason": why, "initiative_id": initiative_id, "need_id": need_id}
    facts |= {"applied_by": ctx.actor.user_id, "applied_by_name": ctx.actor.name}
    facts |= {"applied_at": ctx.now, "is_withdrawn": False}
    row = facts | {"id": uuid7(), "round_id": found.id, "unit_id": unit_id}
    # The round is locked: another application of the unit is there now, or does not come.
    made = ctx.session.execute(
        insert_or_skip(RoundApplication, row, skip=True)
    ).scalar_one_or_none()
    application = queries.application_of(ctx, found.id, unit_id)
    assert application is not None
    old = {} if made is not None else {"amount": application.amount}
    for name, value in facts.items():
        setattr(application, name, value)
    audit.record(
        ctx,
        "round.applied" if made is not None else "round.applied_again",
        application.id,
        old=old,
        new={"round": found.title, "unit": place.unit.name, "amount": asked},
        note=why,
    )
    return application


def withdraw(ctx: Context, round_id: UUID, *, unit_id: UUID) -> RoundApplication:
    """The unit applies for nothing after all. Raises NotFound, Forbidden and Conflict."""
    found = find(ctx, round_id, lock=True)
    application = queries.application_of(ctx, found.id, unit_id)
    ctx.require(APPLY)
    if application is None or unit_id not in _places(ctx, found):
        raise NotFound(N_("Choose a unit of yours that has applied in the round."), field="unit_id")
    if standing(ctx, found) is Standing.DECIDED:
        raise Conflict(N_("The round is decided, and what was awarded has moved."))
    if application.is_withdrawn:
        raise Conflict(N_("The application is withdrawn already."))
    application.is_withdrawn = True
    audit.record(
        ctx,
        "round.withdrawn",
        application.id,
        old={"amount": application.amount},
        new={"round": found.title, "unit": application.unit.name},
    )
    return application


def may_apply(ctx: Context, found: ApplicationRound) -> bool:
    """Whether it takes applications today and a unit of the actor's could send one."""
    if not ctx.actor.may(APPLY) or standing(ctx, found) is not Standing.OPEN:
        return False
    above = organisation.path_at(ctx, found.pool.unit_id)
    return any(path.startswith(above) or above.startswith(path) for path in ctx.actor.paths(APPLY))


def units_to_apply_for(ctx: Context, found: ApplicationRound) -> Sequence[UnitPlacement]:
    """The actor's units that the round is held for, as they hang."""
    return list(_places(ctx, found).values())


def _places(ctx: Context, found: ApplicationRound) -> dict[UUID, UnitPlacement]:
    above = organisation.path_at(ctx, found.pool.unit_id)
    if ("round places", above) not in ctx.memo:
        ctx.memo["round places", above] = _read_places(ctx, found, above)
    places: dict[UUID, UnitPlacement] = ctx.memo["round places", above]
    return places


def _read_places(ctx: Context, found: ApplicationRound, above: str) -> dict[UUID, UnitPlacement]:
    return {
        place.unit_id: place
        for place in organisation.choosable(ctx, APPLY, kinds=KINDS)
        if place.path.startswith(above) and place.unit_id != found.pool.unit_id
    }


def _check_part_of(
    ctx: Context, *, unit_id: UUID, initiative_id: UUID | None, need_id: UUID | None
) -> None:
    if initiative_id is not None and initiative_id not in dict(
        initiatives.choices(ctx, unit_id=unit_id)
    ):
        raise NotFound(
            N_(
                "Choose an initiative that is planned or running and in which the unit takes "
                "part, or none."
            ),
            field="initiative_id",
        )
    if need_id is not None and not needs.is_choosable(ctx, need_id, unit_id=unit_id):
        raise NotFound(
            N_("Choose a need of the unit that is qualified or prioritised, or none."),
            field="need_id",
        )
