"""URLs of budget years, pools and funding rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.budgets import service as budgets
from tenant_app.budgets.alarm_models import BudgetAlarm
from tenant_app.budgets.models import (
    BudgetYear,
    FundingRuleSet,
    PersonCap,
    PoolConstraint,
    PoolMode,
)
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.schemas import (
    AdjustmentIn,
    AllocationOut,
    EntryOut,
    PoolIn,
    PoolOut,
    PoolsAsked,
    RulesIn,
    RulesOut,
    YearChangeIn,
    YearIn,
    YearOut,
)
from tenant_app.budgets.schemas_policies import (
    CapIn,
    CapOut,
    ConstraintOut,
    ConstraintsIn,
    ModeIn,
    PolicyIn,
)
from tenant_app.budgets.year_models import CarryOver, CarryRule, PoolTransfer, TransferState
from tenant_app.budgets.year_schemas import (
    AlarmOut,
    AlarmsAsked,
    AnswerIn,
    CarryApprovalIn,
    CarryApprovalOut,
    CarryOverOut,
    CarryRuleIn,
    CarryRuleOut,
    ClosingIn,
    ClosingOut,
    PurposeIn,
    RedivisionIn,
    RedivisionOut,
    RevisionOut,
    TransferIn,
    TransferOut,
    TransfersAsked,
)
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "budgets", __name__, url_prefix="/api/v1", description="Budget years, pools, ledger and rules"
)


@blueprint.get("/budget-years")
@endpoint(blueprint, page_of=YearOut)
def list_years(ctx: Context, **page: Any) -> Page[BudgetYear]:
    """The budget years, newest first."""
    return budgets.years(ctx, **page)


@blueprint.post("/budget-years")
@endpoint(blueprint, takes=YearIn, returns=YearOut, status=201)
def create_year(ctx: Context, **facts: Any) -> BudgetYear:
    """Draft a budget year: its frame, its split and its key."""
    return budgets.create_year(ctx, **facts)


@blueprint.get("/budget-years/<uuid:year_id>")
@endpoint(blueprint, returns=YearOut)
def get_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """One budget year."""
    return budgets.budget_year(ctx, year_id)


@blueprint.patch("/budget-years/<uuid:year_id>")
@endpoint(blueprint, takes=YearChangeIn, returns=YearOut)
def change_year(
    ctx: Context, year_id: UUID, closes_from: date | None = None, **facts: Any
) -> BudgetYear:
    """Change a draft, or the day from which the year can be closed."""
    if closes_from is None:
        return budgets.change_year(ctx, year_id, **facts)
    changed = budgets.set_closing_day(ctx, year_id, closes_from)
    return budgets.change_year(ctx, year_id, **facts) if facts else changed


@blueprint.get("/budget-years/<uuid:year_id>/allocation-preview")
@endpoint(blueprint, returns=AllocationOut)
def preview_allocation(ctx: Context, year_id: UUID) -> budgets.Allocation:
    """How the frame would divide if the year were adopted now."""
    return budgets.preview_allocation(ctx, year_id)


@blueprint.post("/budget-years/<uuid:year_id>/adoption")
@endpoint(blueprint, returns=YearOut, moves_money=True)
def adopt(ctx: Context, year_id: UUID) -> BudgetYear:
    """Divide the frame: pools are founded and their parts allotted."""
    return budgets.adopt(ctx, year_id)


@blueprint.post("/budget-years/<uuid:year_id>/opening")
@endpoint(blueprint, returns=YearOut)
def open_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """Let requests draw on the year."""
    return budgets.open_year(ctx, year_id)


@blueprint.get("/pools")
@endpoint(blueprint, query=PoolsAsked, page_of=PoolOut)
def list_pools(ctx: Context, **asked: Any) -> Page[dict[str, Any]]:
    """The pools in your sight with their positions."""
    found = budgets.pools(ctx, **asked)
    positions = budgets.positions(ctx, [pool.id for pool in found.items])
    shown = [{"pool": pool, "position": positions[pool.id]} for pool in found.items]
    return Page(shown, found.page, found.page_size, found.has_more)


@blueprint.post("/pools")
@endpoint(blueprint, takes=PoolIn, returns=PoolOut, status=201)
def open_pool(ctx: Context, year_id: UUID, unit_id: UUID, **named: Any) -> dict[str, Any]:
    """Give a unit that was founded after adoption an empty pool, or open a pool with a code."""
    if named:
        made = budgets.open_named_pool(ctx, year_id, unit_id=unit_id, **named)
        return _shown(ctx, made.id)
    return _shown(ctx, budgets.open_pool(ctx, year_id, unit_id=unit_id).id)


@blueprint.get("/pools/<uuid:pool_id>")
@endpoint(blueprint, returns=PoolOut)
def get_pool(ctx: Context, pool_id: UUID) -> dict[str, Any]:
    """One pool with its position."""
    return _shown(ctx, pool_id)


@blueprint.get("/pools/<uuid:pool_id>/entries")
@endpoint(blueprint, page_of=EntryOut)
def list_entries(ctx: Context, pool_id: UUID, **page: Any) -> Page[Any]:
    """The pool's entries, newest first; they explain its position. Of requests that you may not
    see it is not told who asked."""
    return budgets.entries_of(ctx, pool_id, **page)


@blueprint.put("/pools/<uuid:pool_id>/policy")
@endpoint(blueprint, takes=PolicyIn, returns=PoolOut)
def set_policy(ctx: Context, pool_id: UUID, **facts: Any) -> dict[str, Any]:
    """Say what the pool does with requests: its policy, policies per form, and its thresholds."""
    budgets.set_policies(ctx, pool_id, **facts)
    return _shown(ctx, pool_id)


@blueprint.get("/pools/<uuid:pool_id>/constraints")
@endpoint(blueprint, returns=ConstraintOut, many=True)
def list_constraints(ctx: Context, pool_id: UUID) -> Sequence[PoolConstraint]:
    """The strings attached to the pool's money, and what is used of each."""
    return budgets.constraints_of(ctx, pool_id)


@blueprint.put("/pools/<uuid:pool_id>/constraints")
@endpoint(blueprint, takes=ConstraintsIn, returns=ConstraintOut, many=True)
def set_constraints(
    ctx: Context, pool_id: UUID, constraints: list[dict[str, Any]]
) -> Sequence[PoolConstraint]:
    """Attach strings to the money of an earmarked pool or a fund."""
    return budgets.set_constraints(ctx, pool_id, constraints)


@blueprint.get("/person-caps")
@endpoint(blueprint, returns=CapOut, many=True)
def list_caps(ctx: Context) -> Sequence[PersonCap]:
    """The most that one person is granted in a calendar year."""
    return budgets.caps(ctx)


@blueprint.put("/person-caps")
@endpoint(blueprint, takes=CapIn, returns=CapOut)
def set_cap(ctx: Context, **facts: Any) -> PersonCap:
    """Set a cap per person and calendar year, or change the one with the name."""
    return budgets.set_cap(ctx, **facts)


@blueprint.delete("/person-caps/<uuid:cap_id>")
@endpoint(blueprint, status=204)
def end_cap(ctx: Context, cap_id: UUID) -> None:
    """End a cap: it holds no more."""
    budgets.end_cap(ctx, cap_id)


@blueprint.put("/pools/<uuid:pool_id>/mode")
@endpoint(blueprint, takes=ModeIn, returns=PoolOut)
def set_mode(
    ctx: Context, pool_id: UUID, mode: PoolMode, turns: list[dict[str, Any]]
) -> dict[str, Any]:
    """Set how the pool is given out, and all its turns."""
    rows = [(each["unit_id"], each["first_day"], each["last_day"]) for each in turns]
    budgets.set_mode(ctx, pool_id, mode, turns=rows)
    return _shown(ctx, pool_id)


@blueprint.post("/pools/<uuid:pool_id>/adjustments")
@endpoint(blueprint, takes=AdjustmentIn, returns=PoolOut, moves_money=True)
def adjust_allotment(ctx: Context, pool_id: UUID, amount: int, reason: str) -> dict[str, Any]:
    """Give the pool more money or take some away, with a reason."""
    budgets.adjust_allotment(ctx, pool_id, amount=amount, reason=reason)
    return _shown(ctx, pool_id)


@blueprint.get("/funding-rules")
@endpoint(blueprint, page_of=RulesOut)
def list_rules(ctx: Context, **page: Any) -> Page[dict[str, Any]]:
    """The versions of the funding rules, newest first."""
    found = budgets.rules_versions(ctx, **page)
    return Page(_rules_shown(ctx, found.items), found.page, found.page_size, found.has_more)


@blueprint.post("/funding-rules")
@endpoint(blueprint, takes=RulesIn, returns=RulesOut, status=201)
def set_rules(ctx: Context, rules: list[dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """Make a new version of the funding rules, valid from a day. What is decided stays decided.
    An older version that was planned for a later day still takes over on it: see `yields_on`."""
    return _rules_shown(ctx, [budgets.set_rules(ctx, rules, **facts)])[0]


RULES_SHOWN = ("id", "version", "valid_from", "rules", "cover", "note", "made_by", "created_at")


def _rules_shown(ctx: Context, found: Sequence[FundingRuleSet]) -> list[dict[str, Any]]:
    after = budgets.planned_after(ctx, found)
    return [
        {name: getattr(each, name) for name in RULES_SHOWN}
        | {"yields_on": after[each.version][1] if each.version in after else None}
        for each in found
    ]


@blueprint.post("/budget-years/<uuid:year_id>/redivision")
@endpoint(blueprint, takes=RedivisionIn, returns=RedivisionOut, moves_money=True)
def redivide(
    ctx: Context, year_id: UUID, frame: int | None, reason: str, dry_run: bool
) -> budgets.Redivision:
    """Divide the frame again by today's figures and post the differences; or only look."""
    if dry_run:
        return budgets.preview_redivision(ctx, year_id, frame=frame)
    return budgets.redivide(ctx, year_id, frame=frame, reason=reason)


@blueprint.get("/budget-years/<uuid:year_id>/revisions")
@endpoint(blueprint, page_of=RevisionOut)
def list_revisions(ctx: Context, year_id: UUID, **page: Any) -> Page[dict[str, Any]]:
    """The revisions of a year, newest first, with what each gave every pool."""
    found = budgets.revisions(ctx, year_id=year_id, **page)
    lines = budgets.revision_lines(ctx, [each.id for each in found.items])
    names = ("pool_id", "name", "amount")
    shown = [
        {"revision": each}
        | {"lines": [dict(zip(names, line, strict=True)) for line in lines[each.id]]}
        for each in found.items
    ]
    return Page(shown, found.page, found.page_size, found.has_more)


@blueprint.post("/budget-years/<uuid:year_id>/closing")
@endpoint(blueprint, takes=ClosingIn, returns=ClosingOut, moves_money=True)
def close_year(ctx: Context, year_id: UUID, step: str, note: str) -> budgets.Closing:
    """Take a step of the end of the year: begin, take that back, make up, send back what waits,
    close."""
    if step == "take_back":
        return budgets.take_back_closing(ctx, year_id, reason=note)
    if step == "send_back":
        budgets.send_back_reservations(ctx, year_id, note=note)
        return budgets.closing(ctx, year_id)
    steps = {"begin": budgets.begin_closing, "make_up": budgets.make_up}
    return steps.get(step, budgets.close_year)(ctx, year_id)


@blueprint.get("/budget-years/<uuid:year_id>/carry-overs")
@endpoint(blueprint, page_of=CarryOverOut)
def list_carry_overs(ctx: Context, year_id: UUID, **page: Any) -> Page[CarryOver]:
    """What the pools in your sight take along from the year."""
    return budgets.carry_overs(ctx, year_id=year_id, **page)


@blueprint.post("/budget-years/<uuid:year_id>/carry-overs/approval")
@endpoint(blueprint, takes=CarryApprovalIn, returns=CarryApprovalOut)
def approve_carry_overs(ctx: Context, year_id: UUID, ids: list[UUID] | None) -> dict[str, int]:
    """Approve what pools take along, as far as it is yours to approve."""
    return {"approved": budgets.approve_carry_overs(ctx, year_id, only=ids)}


@blueprint.put("/carry-overs/<uuid:carry_over_id>/purpose")
@endpoint(blueprint, takes=PurposeIn, returns=CarryOverOut)
def state_purpose(ctx: Context, carry_over_id: UUID, purpose: str) -> CarryOver:
    """Say what the money that follows is for."""
    return budgets.state_purpose(ctx, carry_over_id, purpose=purpose)


@blueprint.get("/carry-rules")
@endpoint(blueprint, returns=CarryRuleOut, many=True)
def list_carry_rules(ctx: Context) -> Sequence[CarryRule]:
    """How much follows into the next year, per kind and per pool."""
    return budgets.carry_rules(ctx)


@blueprint.put("/carry-rules")
@endpoint(blueprint, takes=CarryRuleIn, returns=CarryRuleOut)
def set_carry_rule(ctx: Context, kind: Any, pool_id: UUID | None, **caps: Any) -> CarryRule:
    """Set the caps of a kind of pools, or of one pool."""
    return budgets.set_carry_rule(ctx, kind=kind, pool_id=pool_id, caps=Caps(**caps))


@blueprint.get("/budget-alarms")
@endpoint(blueprint, query=AlarmsAsked, page_of=AlarmOut)
def list_alarms(ctx: Context, **asked: Any) -> Page[BudgetAlarm]:
    """Figures that did not agree with the ledger at night, newest first."""
    return budgets.all_alarms(ctx, **asked)


@blueprint.get("/transfers")
@endpoint(blueprint, query=TransfersAsked, page_of=TransferOut)
def list_transfers(ctx: Context, **asked: Any) -> Page[PoolTransfer]:
    """The transfers of which you see either pool, newest first."""
    return budgets.pool_transfers(ctx, **asked)


@blueprint.post("/transfers")
@endpoint(blueprint, takes=TransferIn, returns=TransferOut, status=201)
def ask_transfer(ctx: Context, **facts: Any) -> PoolTransfer:
    """Ask one pool to give another so much. No money moves before somebody else says yes."""
    return budgets.ask_transfer(ctx, **facts)


@blueprint.post("/transfers/<uuid:transfer_id>/answer")
@endpoint(blueprint, takes=AnswerIn, returns=TransferOut, moves_money=True)
def answer_transfer(
    ctx: Context, transfer_id: UUID, state: TransferState, note: str
) -> PoolTransfer:
    """Approve a transfer, reject it with a reason, or withdraw your own."""
    if state is TransferState.APPROVED:
        return budgets.approve_transfer(ctx, transfer_id, note=note)
    if state is TransferState.REJECTED:
        return budgets.reject_transfer(ctx, transfer_id, note=note)
    if state is TransferState.WITHDRAWN:
        return budgets.withdraw_transfer(ctx, transfer_id)
    raise Invalid(N_("Answer with approved, rejected or withdrawn."), field="state")


def _shown(ctx: Context, pool_id: UUID) -> dict[str, Any]:
    found = budgets.pool(ctx, pool_id)
    return {"pool": found, "position": budgets.positions(ctx, [pool_id])[pool_id]}
