"""Which form fits, what it would cost, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import FormChoice
from tenant_app.initiatives.rules import Advice, Answers, RuleSet
from tenant_app.initiatives.service.shared import find_to_manage
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy


def advise(ctx: Context, answers: Answers, *, known: RuleSet | None = None) -> list[Advice]:
    """Every form, the one that fits best first, with the reasons and a rough cost from the
    catalogue's prices and the municipality's cover rules; by its own rules, or by `known` ones
    that are only tried. Raises Invalid."""
    ctx.require(Permission.INITIATIVES_VIEW)
    rules.check_answers(answers)
    costs = rules.rough_costs(
        queries.priced(ctx),
        people=answers.people,
        cover_rules=tenancy.settings(ctx).cover_rules,
    )
    return rules.ranked(answers, costs, known or advice_rules(ctx))


def advice_rules(ctx: Context) -> RuleSet:
    """What the advice goes by: the municipality's latest version, or the standard."""
    ctx.require(Permission.INITIATIVES_VIEW)
    return rules_set(ctx).rules


@dataclass(frozen=True)
class Known:
    """What the advice goes by, and who said so when; nobody where it is the standard."""

    rules: RuleSet
    by: str = ""
    at: datetime | None = None


def rules_set(ctx: Context) -> Known:
    """The same with who set it and when."""
    ctx.require(Permission.INITIATIVES_VIEW)
    found = queries.latest_rules(ctx)
    if found is None:
        return Known(rules.STANDARD)
    row, name = found
    return Known(rules.read_set(row.version, row.facts), name or "", row.set_at)


def set_rule(
    ctx: Context, key: str, *, says: str, points: Mapping[CourseForm, int], version: int
) -> RuleSet:
    """From now on the condition gives these points for this reason: a new version after `version`.

    Raises Invalid, Forbidden, and Conflict when somebody changed the rules meanwhile.
    """
    known = _to_configure(ctx)
    made = rules.with_rule(known, key, says=rules.check_text(says, field="says"), points=points)
    return _keep(ctx, known, made, version=version, what=key)


def set_scale(ctx: Context, *, version: int, **scale: Any) -> RuleSet:
    """From now on these are the thresholds, weeks and weights. Raises the same."""
    known = _to_configure(ctx)
    return _keep(ctx, known, rules.with_scale(known, **scale), version=version, what="scale")


def restore_rules(ctx: Context, *, version: int) -> RuleSet:
    """From now on the standard counts again, as a version of its own. Raises the same."""
    known = _to_configure(ctx)
    return _keep(ctx, known, rules.STANDARD, version=version, what="standard")


def _to_configure(ctx: Context) -> RuleSet:
    """The rules of the whole municipality are set at its top."""
    ctx.require(Permission.INITIATIVES_CONFIGURE, at=organisation.root_path(ctx))
    return advice_rules(ctx)


def _keep(ctx: Context, known: RuleSet, made: RuleSet, *, version: int, what: str) -> RuleSet:
    next_one = known.version + 1
    if version != known.version or not queries.keep_rules(ctx, made, version=next_one):
        raise Conflict(
            N_("Somebody changed the rules meanwhile. Reload the page and look at them first."),
            field="version",
        )
    audit.record(
        ctx,
        "initiative.advice_rules_set",
        old={"version": known.version},
        new={"version": next_one, "rule": what},
    )
    return replace(made, version=next_one)


def choose_form(
    ctx: Context,
    initiative_id: UUID,
    *,
    answers: Answers,
    chosen: CourseForm,
    reason: str = "",
) -> FormChoice:
    """The initiative has this form. The advice as it was given and the choice are kept.

    Raises Invalid where the choice leaves the advice without a reason, and Conflict once the
    initiative is over.
    """
    found = find_to_manage(ctx, initiative_id)
    rules.check_open_to_change(found.state)
    known = advice_rules(ctx)
    advice = advise(ctx, answers, known=known)
    why = rules.check_text(reason, field="reason")
    rules.check_choice(advice, chosen, why)
    made = FormChoice(
        initiative_id=found.id,
        answers=answers.kept(),
        ranked=[each.kept() for each in advice],
        chosen=chosen,
        reason=why,
        rule_version=known.version,
        chosen_by=ctx.actor.user_id,
        chosen_at=ctx.now,
    )
    ctx.session.add(made)
    old = found.form
    found.form = chosen
    audit.record(
        ctx,
        "initiative.form_chosen",
        found.id,
        old={"form": old},
        new={"form": chosen, "advised": advice[0].form},
        note=why,
    )
    return made
