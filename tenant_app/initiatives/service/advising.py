"""Which form fits, what it would cost, and what was chosen."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import FormChoice
from tenant_app.initiatives.rules import Advice, Answers
from tenant_app.initiatives.service.shared import find_to_manage
from tenant_app.tenancy import service as tenancy


def advise(ctx: Context, answers: Answers) -> list[Advice]:
    """Every form, the one that fits best first, with the reasons and a rough cost from the
    catalogue's prices and the municipality's cover rules. Raises Invalid."""
    ctx.require(Permission.INITIATIVES_VIEW)
    rules.check_answers(answers)
    costs = rules.rough_costs(
        queries.priced(ctx),
        people=answers.people,
        cover_rules=tenancy.settings(ctx).cover_rules,
    )
    return rules.ranked(answers, costs)


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
    advice = advise(ctx, answers)
    why = rules.check_text(reason, field="reason")
    rules.check_choice(advice, chosen, why)
    made = FormChoice(
        initiative_id=found.id,
        answers=answers.kept(),
        ranked=[each.kept() for each in advice],
        chosen=chosen,
        reason=why,
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
