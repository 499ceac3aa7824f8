"""How many initiatives one person takes part in at once.

Who is enrolled is known by the room above, which adds its ways of asking to `ENROLLED` and
`TAKING_PART`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import Select

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import Initiative, PersonOverride
from tenant_app.initiatives.rules import Person
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy

ENROLLED: list[Callable[[Context], Select[UUID | None, UUID]]] = []
"""Each gives (initiative_id, employee_id) of those who are enrolled through an initiative, also
of those who are through with it."""
TAKING_PART: list[Callable[[Context], Select[UUID | None, UUID]]] = []
"""The same of those who still give it their time: these are counted."""


def person_limit(ctx: Context) -> int | None:
    """How many a person may take part in at once; None where nothing is said."""
    found = tenancy.settings(ctx).limits.get("running_per_person")
    return None if found is None else int(found)


def busy_people(ctx: Context, initiative: Initiative) -> list[Person]:
    """Those enrolled who would take part in more than the limit if it began now."""
    most = person_limit(ctx)
    if most is None:
        return []
    enrolled = [source(ctx) for source in TAKING_PART]
    ids = queries.enrolled_in(ctx, initiative.id, enrolled)
    if not ids:
        return []
    people = queries.people(ctx, ids, enrolled, without=initiative.id)
    return rules.overloaded(people, most=most)


def check_people(
    ctx: Context,
    initiative_id: UUID,
    employee_ids: Collection[UUID],
    *,
    override_reason: str = "",
) -> None:
    """Go on only if each of these people may take part in one more, if it is under way.

    Raises NotFound, PersonLimitReached, and Forbidden to those who may not override.
    """
    if person_limit(ctx) is None or not employee_ids:
        return
    found = queries.get_held(ctx, initiative_id)
    if found is None:
        raise NotFound()
    if rules.is_under_way(found.state):
        make_room_for(ctx, found, employee_ids, override_reason=override_reason)


def make_room_for_enrolled(ctx: Context, initiative: Initiative, *, override_reason: str) -> None:
    """Those who are enrolled may give it their attention from now on."""
    if person_limit(ctx) is None:
        return
    ids = queries.enrolled_in(ctx, initiative.id, [source(ctx) for source in TAKING_PART])
    make_room_for(ctx, initiative, ids, override_reason=override_reason)


def make_room_for(
    ctx: Context,
    initiative: Initiative,
    employee_ids: Collection[UUID],
    *,
    override_reason: str,
) -> None:
    """These people may take part in it from now on.

    They stay locked until the end, so that of two initiatives that take the same person at once
    the second counts the first. Raises PersonLimitReached, and Forbidden.
    """
    most = person_limit(ctx)
    if most is None or not employee_ids:
        return
    queries.lock_people(ctx, employee_ids)
    enrolled = [source(ctx) for source in TAKING_PART]
    people = queries.people(ctx, employee_ids, enrolled, without=initiative.id)
    busy = rules.overloaded(people, most=most)
    reason = rules.check_person_limit(busy, most=most, override_reason=override_reason)
    if not busy:
        return
    paths = queries.paths_of(ctx, [each.employee_id for each in busy])
    if not all(_may_let_in(ctx, paths.get(each.employee_id, ())) for each in busy):
        raise Forbidden(
            N_(
                "Only those who lead above the institution can let people take part in more than "
                "the limit. Ask them, or let others take part."
            ),
            field="override_reason",
        )
    ctx.insert_many(
        PersonOverride,
        [
            {
                "initiative_id": initiative.id,
                "employee_id": each.employee_id,
                "running": each.running,
                "most": most,
                "reason": reason,
                "overridden_by": ctx.actor.user_id,
                "overridden_at": ctx.now,
            }
            for each in busy
        ],
    )
    audit.record(
        ctx,
        "initiative.person_limit_overridden",
        initiative.id,
        note=reason,
        new={"people": len(busy), "most": most},
    )


def _may_let_in(ctx: Context, paths: Collection[str]) -> bool:
    """Whether the actor leads above where the person works; the municipality decides of those who
    work nowhere today."""
    where = paths or [organisation.root_path(ctx)]
    return any(ctx.actor.may(Permission.LIMIT_OVERRIDE, at=path) for path in where)
