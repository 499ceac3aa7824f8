"""A leader applies for one person or a group of the workplace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession, SessionState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.funds import queries, rules
from tenant_app.funds.models import FundApplicant, FundApplication, FundScheme, FundState
from tenant_app.funds.queries import places
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit, UnitKind

APPLY = Permission.FUNDS_APPLY
MOST_CHOSEN_AMONG = 200


@dataclass(frozen=True)
class Line:
    """A person of an application, and what it comes to for them."""

    employee: Employee
    cost: Money
    """What the fund looks at."""
    most: Money
    """Of it, what the fund pays at most."""
    asked: Money
    enrolment_id: UUID | None


@dataclass(frozen=True)
class Plan:
    """An application that is not made yet."""

    scheme: FundScheme
    session: CourseSession
    unit: Unit
    lines: Sequence[Line]


def apply(
    ctx: Context,
    *,
    scheme_id: UUID,
    session_id: UUID,
    employee_ids: Sequence[UUID],
    purpose: str,
    is_master: bool = False,
    amount: int | None = None,
) -> FundApplication:
    """A draft that waits for the leader's signature: `amount` per person, or as much as the fund
    pays. What is asked counts against each person's cap from now on.

    Raises NotFound of what cannot be chosen, Invalid naming the field, OutsideWindow, NotEligible,
    AlreadyApplied and FundCapExceeded.
    """
    why = rules.check_text(purpose, field="purpose", needed=True)
    plan = _plan(
        ctx,
        scheme_id=scheme_id,
        session_id=session_id,
        employee_ids=employee_ids,
        is_master=is_master,
        amount=amount,
        lock=True,
    )
    made = FundApplication(
        scheme_id=plan.scheme.id,
        unit_id=plan.unit.id,
        session_id=plan.session.id,
        starts_on=plan.session.starts_on,
        is_master=is_master,
        purpose=why,
        state=FundState.DRAFT,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the people point at it
    ctx.session.add_all(
        FundApplicant(
            application_id=made.id,
            employee_id=line.employee.id,
            enrolment_id=line.enrolment_id,
            cost=line.cost,
            asked=line.asked,
        )
        for line in plan.lines
    )
    audit.record(
        ctx,
        "fund_application.created",
        made.id,
        new={
            "fund": plan.scheme.name,
            "unit": plan.unit.name,
            "course": plan.session.course.title,
            "people": len(plan.lines),
            "asked": sum(line.asked for line in plan.lines),
        },
        note=why,
    )
    return made


def preview(
    ctx: Context,
    *,
    scheme_id: UUID,
    session_id: UUID,
    employee_ids: Sequence[UUID],
    is_master: bool = False,
    amount: int | None = None,
) -> Plan:
    """What an application would ask for; refuses what `apply` would refuse."""
    return _plan(
        ctx,
        scheme_id=scheme_id,
        session_id=session_id,
        employee_ids=employee_ids,
        is_master=is_master,
        amount=amount,
        lock=False,
    )


def check_caps(
    ctx: Context,
    scheme: FundScheme,
    asked: Mapping[UUID, int],
    *,
    session: CourseSession,
    is_master: bool,
    names: Mapping[UUID, str],
) -> None:
    """Each person stays within the cap in every span of months that has the session in it.

    Two caps: what is no master stays within the ordinary one, and all together within the larger.
    """
    used = queries.used_within(
        ctx,
        list(asked),
        scheme_id=scheme.id,
        starts_on=session.starts_on,
        months=scheme.cap_months,
    )
    for employee_id, amount in asked.items():
        ordinary, whole = used.get(employee_id, (0, 0))
        over = [(scheme.master_cap, whole)]
        if not is_master:
            over.append((scheme.cap, ordinary))
        # The tightest of them says no.
        cap, so_far = min(over, key=lambda each: each[0] - each[1])
        if so_far + amount > cap:
            raise rules.cap_exceeded(
                names[employee_id],
                cap=cap,
                used=so_far,
                months=scheme.cap_months,
            )


def people_to_apply_for(ctx: Context) -> Sequence[tuple[UUID, str, str]]:
    """(employee, name, unit) of those employed where the actor applies."""
    ctx.require(APPLY)
    return queries.people(ctx, limit=MOST_CHOSEN_AMONG * 5)


def sessions_to_apply_for(ctx: Context) -> Sequence[CourseSession]:
    """Sessions ahead within the widest window of the schemes."""
    ctx.require(APPLY)
    months = [each.months_before for each in queries.schemes(ctx, only_active=True)]
    if not months:
        return []
    last = ctx.today + timedelta(days=31 * max(months))
    return queries.sessions_ahead(ctx, first=ctx.today, last=last, limit=MOST_CHOSEN_AMONG)


def _plan(
    ctx: Context,
    *,
    scheme_id: UUID,
    session_id: UUID,
    employee_ids: Sequence[UUID],
    is_master: bool,
    amount: int | None,
    lock: bool,
) -> Plan:
    ctx.require(APPLY)
    wanted = rules.check_people(employee_ids)
    scheme = queries.scheme(ctx, scheme_id)
    if scheme is None or not scheme.is_active:
        raise NotFound(
            N_("There is no such fund to apply to. Choose from the list."), field="scheme_id"
        )
    session = catalogue.offer(ctx, session_id)
    if session.state is SessionState.CANCELLED:
        raise Conflict(N_("The session is cancelled. Choose another session."), field="session_id")
    rules.check_window(
        session.starts_on,
        months=scheme.months_before,
        days=scheme.days_before,
        today=ctx.today,
    )
    people, unit = _people(ctx, wanted, scheme=scheme, session=session)
    if lock:
        # Before the cap is looked at: the other application of the same person waits here.
        queries.lock_people(ctx, wanted)
    asked_before = places.funds_asked(ctx, wanted, session.id)
    enrolled = places.enrolments_on(ctx, session.id, wanted)
    costs = catalogue.cost_of(ctx, session, people=len(wanted))
    lines = []
    for employee_id, cost in zip(wanted, costs, strict=True):
        looked_at = rules.fund_looks_at(cost, scheme.cost_lines)
        most = rules.most_of(looked_at, scheme.employer_bp)
        name = people[employee_id].employee.name
        rules.check_not_applied(name, fund=asked_before.get(employee_id))
        asked = rules.check_share(
            most if amount is None else amount,
            cost=looked_at,
            employer_bp=scheme.employer_bp,
            person=name,
        )
        found = enrolled.get(employee_id)
        lines.append(
            Line(
                people[employee_id].employee,
                looked_at,
                most,
                asked,
                found.id if found is not None else None,
            )
        )
    check_caps(
        ctx,
        scheme,
        {line.employee.id: line.asked for line in lines},
        session=session,
        is_master=is_master,
        names={line.employee.id: line.employee.name for line in lines},
    )
    return Plan(scheme, session, unit, lines)


def _people(
    ctx: Context, wanted: Sequence[UUID], *, scheme: FundScheme, session: CourseSession
) -> tuple[dict[UUID, Employment], Unit]:
    """Those applied for, in sight, eligible and of one workplace; and which."""
    here = queries.employed_on(ctx, wanted, ctx.today)
    then = queries.employed_on(ctx, wanted, session.starts_on)
    units: dict[UUID, Unit] = {}
    for employee_id in wanted:
        found = then.get(employee_id) or here.get(employee_id)
        if found is None or not ctx.actor.may(APPLY, at=organisation.path_of(ctx, found[1].id)):
            raise NotFound(
                N_("There is no such employee. Choose from the list."), field="employee_ids"
            )
    names = queries.names(ctx, wanted)
    for employee_id in wanted:
        employment, unit = then.get(employee_id, (None, None))
        rules.check_eligible(
            person=names[employee_id],
            position=employment.position if employment is not None else None,
            leaves=employment.to_date if employment is not None else None,
            positions=scheme.positions,
        )
        assert unit is not None
        workplace = _workplace(ctx, unit)
        units[workplace.id] = workplace
    unit_id = rules.check_one_unit({key: each.name for key, each in units.items()})
    return {key: then[key][0] for key in wanted}, units[unit_id]


def _workplace(ctx: Context, unit: Unit) -> Unit:
    """The institution of a house; else the unit itself."""
    if unit.kind is not UnitKind.HOUSE:
        return unit
    return organisation.ancestor(ctx, unit.id, UnitKind.INSTITUTION) or unit
