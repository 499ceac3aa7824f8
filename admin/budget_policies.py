"""What a pool does with requests: its policy, policies per form, thresholds, and strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField
from wtforms.validators import InputRequired

from admin.approval_rules import LEVELS
from admin.base import Verb
from admin.budget_fields import POLICIES, PercentField
from admin.budget_rules_form import Conditions
from admin.catalogue_verbs import FORM_LABELS
from admin.fields import choices_of
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy, PoolBalance, PoolConstraint
from tenant_app.budgets.rules import NAMED
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid

SPARE_ROWS = 2
MOST_FORMS = 30
MOST_CONSTRAINTS = 20


class HeldField(PercentField):
    """`105` in, 10500 basis points out: up to 200 % of what a pool holds."""

    most = 20_000
    wrong = N_("Write a percentage from 0 to 200, such as 80 or 105.")


class FormPolicy(Form):
    """One form with a policy of its own. Without a form the row does not count."""

    form = SelectField(_l("Form"))
    policy = SelectField(_l("When the pool is empty"))
    over_level = SelectField(_l("Who approves what is over"))

    def offer(self) -> None:
        """The choices of the selects."""
        forms = [(form.value, label) for form, label in FORM_LABELS.items()]
        self.form.choices = choices_of([("", _("(none)")), *forms])
        self.policy.choices = _policies()
        self.over_level.choices = choices_of(LEVELS.items())


class PoliciesForm(FlaskForm):
    """All that a pool does with requests."""

    policy = SelectField(_l("When the pool is empty"))
    over_level = SelectField(
        _l("Who approves what is over"),
        description=_l("Only where what is over is approved: one more yes is then asked for."),
    )
    notify_bp = HeldField(
        _l("Tell at (% of the budget)"),
        [InputRequired()],
        description=_l("Those who answer for the pool see it on their home page."),
    )
    approve_bp = HeldField(
        _l("Approve above (% of the budget)"),
        [InputRequired()],
        description=_l("Only where what is over is approved: above it one more yes is needed."),
    )
    block_bp = HeldField(
        _l("Block above (% of the budget)"),
        [InputRequired()],
        description=_l(
            "Only where what is over is approved. A pool that stops never goes above what it holds."
        ),
    )
    forms = FieldList(FormField(FormPolicy), label=_l("Other policies for some forms"))
    whole_kind = BooleanField(_l("The same for all pools of this kind in the year"))


class SetPolicies(Verb):
    name = "policy"
    label = _l("Set policy")
    help = _l("What happens when a request does not fit in the pool.")
    form = PoliciesForm
    permission = Permission.BUDGET_MANAGE
    template = "budgets/policies.html"

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        form.policy.choices = _policies()
        form.over_level.choices = choices_of(LEVELS.items())
        if request.method == "GET":
            _fill(form, budgets.positions(ctx, [row.id])[row.id])
        for each in form.forms:
            each.form.offer()

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        return {"position": budgets.positions(ctx, [row.id])[row.id]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        budgets.set_policies(
            ctx,
            row_id,
            policy=Policy(form.policy.data),
            over_level=form.over_level.data,
            forms=_read_forms([each.form for each in form.forms]),
            notify_bp=form.notify_bp.data,
            approve_bp=form.approve_bp.data,
            block_bp=form.block_bp.data,
            whole_kind=form.whole_kind.data,
        )
        return _("The pool's policy is set.")


def _policies() -> list[Any]:
    return choices_of((policy.value, label) for policy, label in POLICIES.items())


def _fill(form: Any, position: PoolBalance) -> None:
    form.policy.data = position.policy.value
    form.over_level.data = position.over_level.value
    for name in ("notify_bp", "approve_bp", "block_bp"):
        form[name].data = getattr(position, name)
    for key, own in sorted(position.forms.items()):
        entry = form.forms.append_entry().form
        entry.form.data = key
        entry.policy.data, entry.over_level.data = own["policy"], own.get("over_level", "central")
    for _spare in range(SPARE_ROWS):
        entry = form.forms.append_entry().form
        entry.policy.data, entry.over_level.data = Policy.APPROVE_OVER.value, "central"


def _read_forms(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows[:MOST_FORMS]:
        key = row.form.data
        if not key:
            continue
        if key in found:
            raise Invalid(N_("A form stands twice. Give each form one policy."), field="forms")
        found[key] = {"policy": row.policy.data, "over_level": row.over_level.data}
    return found


def policies_text(position: PoolBalance) -> list[tuple[str, str]]:
    """(form, what it does) of the forms with a policy of their own, in words."""
    names = {form.value: str(label) for form, label in FORM_LABELS.items()}
    return [
        (names.get(form, form), policy_text(own["policy"], own.get("over_level", "central")))
        for form, own in sorted(position.forms.items())
    ]


def policy_text(policy: str, level: str) -> str:
    """The policy in words, with whom it asks."""
    if policy == Policy.APPROVE_OVER:
        return _("What is over is approved by: %(level)s", level=LEVELS[level])
    return str(POLICIES[Policy(policy)])


# -- strings


class ConstraintRow(Conditions):
    """One constraint. A blank row does not count."""

    most_bp = PercentField(_l("At most (% of the pool's money)"))


class ConstraintsForm(FlaskForm):
    """All constraints of the pool, and a few empty rows to add in."""

    constraints = FieldList(FormField(ConstraintRow), label=_l("Constraints"))


class SetConstraints(Verb):
    name = "constraints"
    label = _l("Set constraints")
    help = _l(
        "The strings attached to the money: how much of it may go to what. A request that would "
        "go above is refused. What was set aside before counts too."
    )
    form = ConstraintsForm
    permission = Permission.BUDGET_MANAGE
    template = "budgets/constraints.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.kind in NAMED

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        if request.method == "GET":
            for constraint in budgets.constraints_of(ctx, row.id):
                entry = form.constraints.append_entry().form
                entry.fill(constraint.name, constraint.when)
                entry.most_bp.data = constraint.most_bp
            for _spare in range(SPARE_ROWS):
                form.constraints.append_entry()
        for each in form.constraints:
            each.form.offer()

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        wanted: list[Mapping[str, Any]] = []
        for place, each in enumerate(form.constraints[: MOST_CONSTRAINTS + 1], start=1):
            typed = each.form
            if typed.is_blank():
                continue
            if typed.most_bp.data is None:
                raise Invalid(
                    N_("Write how much constraint %(place)s allows."),
                    field="constraints",
                    place=place,
                )
            wanted.append(
                {
                    "name": typed.name.data or "",
                    "when": typed.when(place),
                    "most_bp": typed.most_bp.data,
                }
            )
        budgets.set_constraints(ctx, row_id, wanted)
        return _("The constraints of the pool are set.")


def constraints_shown(ctx: Context, row: Any) -> Sequence[PoolConstraint]:
    """Those of a pool that can have any."""
    return budgets.constraints_of(ctx, row.id) if row.kind in NAMED else ()
