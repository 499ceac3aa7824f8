"""The tester of funding rules: one person, one session, and the rule that would decide.

Nothing is changed or held. The rules of a draft are tried as they would be in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.budgets import rules as money
from tenant_app.budgets import service as budgets
from tenant_app.budgets.rules import CostCard, Looked
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.paging import scalars_page
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.service.shared import institution_of, learn_places
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Unit

CHANGES = ("municipal_goal", "mandatory", "weak_economy")
"""What a trial may suppose to be otherwise than it is."""
MOST_INSTITUTIONS = 1000


@dataclass(frozen=True)
class Trial:
    """Who would pay, and why."""

    employment: Employment
    unit: Unit
    session: CourseSession
    facts: Mapping[str, Any]
    card: CostCard
    version: int | None
    """None: a draft. 0: the municipality has no rules."""
    looked: Sequence[Looked]
    """The rules up to the one that decides."""
    cover_looked: Sequence[Looked]
    """The same of the rules of who pays cover."""

    @property
    def decided(self) -> Looked | None:
        """The rule that matched; None: the institution pays all."""
        return self.looked[-1] if self.looked and self.looked[-1].matched else None

    @property
    def cover_decided(self) -> Looked | None:
        """The cover rule that matched; None: the rule above decides cover too."""
        matched = self.cover_looked and self.cover_looked[-1].matched
        return self.cover_looked[-1] if matched else None


def try_rules(
    ctx: Context,
    *,
    session_id: UUID,
    employee_id: UUID,
    institutions: int = 1,
    suppose: Mapping[str, bool] | None = None,
    draft: Sequence[Mapping[str, Any]] | None = None,
    cover: Sequence[Mapping[str, Any]] | None = None,
    on: date | None = None,
) -> Trial:
    """What the person's request for the session would cost whom, and which rule says so: the rules
    in force on the day (today unless given), or those of a draft.

    Raises Invalid for a draft that could not be saved, NotFound, and Conflict when a pool or a
    year that must pay is not there.
    """
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    if not 1 <= institutions <= MOST_INSTITUTIONS:
        raise Invalid(
            N_("Write how many institutions take part, from 1 to %(most)s."),
            field="institutions",
            most=MOST_INSTITUTIONS,
        )
    day = on or ctx.today
    version, tried, tried_cover = _rules(ctx, draft, cover, day)
    found = queries.latest_employments(ctx, [employee_id])
    if employee_id not in found:
        raise NotFound(N_("There is no such employee. Choose from the list."), field="employee_id")
    employment, _held = found[employee_id]
    session = catalogue.offer(ctx, session_id)
    learn_places(ctx, [employment.unit_id])
    unit = institution_of(ctx, employment)
    [cost] = catalogue.cost_of(ctx, session, people=1)
    facts = rules.facts(
        course=session.course,
        weak_economy=unit.weak_economy,
        institutions=institutions,
        amount=cost.total,
        position=employment.position,
    ) | {key: value for key, value in (suppose or {}).items() if key in CHANGES}
    year = budgets.learn_payers(
        ctx, day=session.starts_on, until=session.ends_on, unit_ids=[unit.id], on=ctx.today
    )
    card = budgets.card_by(
        ctx,
        year=year,
        unit_id=unit.id,
        cost=cost,
        facts=facts,
        on=ctx.today,
        span=(session.starts_on, session.ends_on),
        funding=money.funding_of(tried, facts, version=version or 0, cover=tried_cover),
    )
    return Trial(
        employment=employment,
        unit=unit,
        session=session,
        facts=facts,
        card=card,
        version=version,
        looked=money.trace(tried, facts),
        cover_looked=money.trace(tried_cover, facts),
    )


def people_to_try(ctx: Context, *, words: str, page_size: int = 25) -> Sequence[Employment]:
    """Those in sight whose name, number or unit holds each of the words, by name."""
    ctx.require(Permission.BUDGET_MANAGE, at=organisation.root_path(ctx))
    found = queries.people_in_sight(ctx, words=words[:100])
    return scalars_page(ctx, found, page_size=page_size).items


def _rules(
    ctx: Context,
    draft: Sequence[Mapping[str, Any]] | None,
    cover: Sequence[Mapping[str, Any]] | None,
    day: date,
) -> tuple[int | None, Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """(version, rules, cover rules) that are tried."""
    valid = budgets.rules_on(ctx, day)
    if draft is None:
        return (valid.version, valid.rules, valid.cover) if valid else (0, (), ())
    with_cover = cover if cover is not None else (valid.cover if valid else ())
    budgets.check_draft_rules(ctx, draft, cover=with_cover, valid_from=day)
    return None, draft, with_cover
