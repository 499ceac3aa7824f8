"""Numbered revisions of an adopted year: a pool adjusted by hand, or the frame divided again.

What was adopted is never rewritten: it is the sum of the adoption's own entries, and each revision
stands beside it with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, column, func, or_, update

from tenant_app.audit import service as audit
from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, EntryKind, Pool, PoolBalance, PoolKind
from tenant_app.budgets.queries import revising
from tenant_app.budgets.rules.revising import can_lose, check_reason
from tenant_app.budgets.service.allocation import Part, allocate
from tenant_app.budgets.service.posting import post
from tenant_app.budgets.year_models import BudgetRevision, BudgetRevisionLine, RevisionKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

MOST_NAMED = 5


@dataclass(frozen=True)
class Change:
    """What dividing again does to one pool. `pool_id` is None for a unit without a pool yet."""

    part: Part
    pool_id: UUID | None
    before: Money
    after: Money
    bound: Money

    @property
    def difference(self) -> Money:
        return Money(self.after - self.before)


@dataclass(frozen=True)
class Redivision:
    """The year's frame divided by the figures of the day, beside what the pools got so far."""

    year: BudgetYear
    frame: Money
    figures_on: date
    changes: tuple[Change, ...]
    kept: Money
    """What closed units were given stays with them until the year ends."""

    @property
    def differences(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.difference)


def preview_redivision(ctx: Context, year_id: UUID, *, frame: int | None = None) -> Redivision:
    """What dividing the frame (or another) again by today's figures would post. Reads only."""
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    return _redivided(ctx, year, frame)


def redivide(ctx: Context, year_id: UUID, *, reason: str, frame: int | None = None) -> Redivision:
    """The frame (or another from now on) is divided again by today's figures, and the differences
    alone are posted, as one revision. With the same figures nothing is.

    What a pool was given by hand or by a transfer is its own and not divided again. Raises Conflict
    where a pool would hold less than is bound in it, or the year holds no money.
    """
    if not ctx.actor.may(Permission.BUDGET_VIEW):
        raise NotFound()
    if queries.year(ctx, year_id) is None:
        raise NotFound()
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    year = revising.held_year(ctx, year_id)
    said = check_reason(reason)
    found = _redivided(ctx, year, frame)
    if not found.differences and found.frame == year.frame:
        return found
    pools = _with_pools(ctx, year, found.differences)
    amounts = {pool_id: change.difference for pool_id, change in pools.items()}
    _give(ctx, {pool_id: change.part.name for pool_id, change in pools.items()}, amounts)
    post(ctx, EntryKind.ADJUSTED, list(amounts.items()), note=said)
    before = year.frame
    year.frame = found.frame
    revise(
        ctx, year, kind=RevisionKind.REDIVIDED, amounts=amounts, reason=said, frame_before=before
    )
    audit.record(
        ctx,
        "budgets.year_redivided",
        year.id,
        note=said,
        old={"frame": before},
        new={"frame": found.frame, "pools": len(amounts), "on": found.figures_on},
    )
    return found


def _redivided(ctx: Context, year: BudgetYear, frame: int | None) -> Redivision:
    rules.check_holds_money(year.year, year.state)
    asked = Money(year.frame if frame is None else frame)
    rules.check_frame(asked, central_bp=year.central_bp, area_bp=year.area_bp, has_areas=True)
    rules.check_money(asked)
    given = {(row.kind, row.unit_id): row for row in revising.divided(ctx, year.id)}
    allocation = allocate(ctx, year, frame=asked)
    alive = {(part.kind, part.unit_id) for part in allocation.parts}
    kept: dict[PoolKind, int] = {}
    for key, row in given.items():
        if key not in alive and row.divided:
            kept[row.kind] = kept.get(row.kind, 0) + row.divided
    if kept:
        allocation = allocate(ctx, year, frame=asked, kept=kept)
    changes = []
    for part in allocation.parts:
        own = given.get((part.kind, part.unit_id))
        changes.append(
            Change(
                part,
                own.id if own else None,
                Money(own.divided if own else 0),
                part.amount,
                Money(own.bound if own else 0),
            )
        )
    return Redivision(year, asked, allocation.figures_on, tuple(changes), Money(sum(kept.values())))


def _with_pools(ctx: Context, year: BudgetYear, changes: Sequence[Change]) -> dict[UUID, Change]:
    """Pool → its change; a unit founded after the adoption gets its pool now."""
    found = {change.pool_id or uuid7(): change for change in changes}
    new = [(pool_id, change) for pool_id, change in found.items() if change.pool_id is None]
    ctx.insert_many(
        Pool,
        [
            {"id": pool_id, "year_id": year.id, "kind": change.part.kind}
            | {"unit_id": change.part.unit_id, "name": change.part.name}
            for pool_id, change in new
        ],
    )
    ctx.insert_many(
        PoolBalance, [{"pool_id": pool_id, "policy": year.policy} for pool_id, _change in new]
    )
    return found


def _give(ctx: Context, names: Mapping[UUID, str], amounts: Mapping[UUID, Money]) -> None:
    """The allotments of these pools change, all or none. Raises Conflict naming who holds less."""
    revising.lock_balances(ctx, list(amounts))
    change = (
        func.unnest(
            bindparam(None, list(amounts), type_=ARRAY(Uuid())),
            bindparam(None, list(amounts.values()), type_=ARRAY(BigInteger())),
        )
        .table_valued(column("pool_id", Uuid()), column("amount", BigInteger()), name="change")
        .render_derived()
    )
    more = change.c.amount
    fits = or_(more >= 0, can_lose(PoolBalance, more))
    done = set(
        ctx.session.scalars(
            update(PoolBalance)
            .where(PoolBalance.pool_id == change.c.pool_id, fits)
            .values(allotted=PoolBalance.allotted + more)
            .returning(PoolBalance.pool_id),
            execution_options={"synchronize_session": False},
        )
    )
    short = [names[pool_id] for pool_id in amounts if pool_id not in done]
    if short:
        raise Conflict(
            N_(
                "These pools would hold less than is bound in them: %(pools)s. Move money to "
                "them first, or wait until requests are answered."
            ),
            pools=", ".join(short[:MOST_NAMED]) + (" …" if len(short) > MOST_NAMED else ""),
        )


def revise(
    ctx: Context,
    year: BudgetYear,
    *,
    kind: RevisionKind,
    amounts: Mapping[UUID, Money],
    reason: str,
    frame_before: Money | None = None,
) -> BudgetRevision:
    """A step of the verbs that change allotments: the next number, with each pool's change. The
    caller holds the year's row."""
    made = BudgetRevision(
        id=uuid7(),
        year_id=year.id,
        number=revising.next_number(ctx, year.id),
        kind=kind,
        reason=reason,
        frame_before=year.frame if frame_before is None else frame_before,
        frame=year.frame,
        made_at=ctx.now,
        made_by_name=ctx.actor.name,
    )
    ctx.session.add(made)
    ctx.session.flush()
    ctx.insert_many(
        BudgetRevisionLine,
        [
            {"revision_id": made.id, "pool_id": pool_id, "amount": amount}
            for pool_id, amount in amounts.items()
        ],
    )
    return made


@dataclass(frozen=True)
class Position:
    """What a pool was adopted with and what it is allotted now."""

    pool_id: UUID
    name: str
    kind: PoolKind
    original: Money
    current: Money

    @property
    def change(self) -> Money:
        return Money(self.current - self.original)


def original_and_now(ctx: Context, year_id: UUID) -> list[Position]:
    """The pools in sight as they were adopted and as they are now. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW)
    if queries.year(ctx, year_id) is None:
        raise NotFound()
    rows = revising.original_and_now(ctx, year_id, queries.in_sight(ctx))
    return [
        Position(row.id, row.name, row.kind, Money(int(row.original)), Money(row.allotted))
        for row in rows
    ]


def original_frame(ctx: Context, year: BudgetYear) -> Money:
    """The frame as it was adopted."""
    first = ctx.session.scalars(
        revising.revisions(year.id).order_by(None).order_by(BudgetRevision.number).limit(1)
    ).one_or_none()
    return year.frame if first is None else first.frame_before


def revisions(
    ctx: Context, *, year_id: UUID, page: int = 1, page_size: int = 50
) -> Page[BudgetRevision]:
    """The revisions of a year, newest first. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    if queries.year(ctx, year_id) is None:
        raise NotFound()
    return scalars_page(ctx, revising.revisions(year_id), page=page, page_size=page_size)


def revision_lines(
    ctx: Context, revision_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, str, Money]]]:
    """Revision → (pool, name, amount) for the pools in sight."""
    found: dict[UUID, list[tuple[UUID, str, Money]]] = {each: [] for each in revision_ids}
    if found:
        for row in revising.revision_lines(ctx, list(found), queries.in_sight(ctx)):
            found[row.revision_id].append((row[1], row[2], Money(row.amount)))
    return found


__all__ = [
    "Change",
    "Position",
    "Redivision",
    "original_and_now",
    "original_frame",
    "preview_redivision",
    "redivide",
    "revise",
    "revision_lines",
    "revisions",
]
