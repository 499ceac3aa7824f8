"""Opening a state pool or a fund: a pool with a code that funding rules can name."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from admin.base import Verb
from admin.budget_fields import KINDS, POLICIES
from admin.choosing import key, unit_choices
from admin.fields import TextAreaField, choices_of
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState, Policy, PoolKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation.models import UnitKind

HOLDS_MONEY = {BudgetYearState.ADOPTED, BudgetYearState.OPEN}


class NamedPoolForm(FlaskForm):
    year_id = SelectField(_l("Budget year"), [InputRequired()], coerce=key)
    kind = RadioField(_l("Kind"), [InputRequired()], default=PoolKind.EARMARKED.value)
    code = StringField(
        _l("Code"),
        [InputRequired(), Length(max=20)],
        description=_l(
            "Capital letters, digits and hyphens. Funding rules name the pool by it, so give next "
            "year's pool the same code: then thresholds, constraints and its own carry-over caps "
            "go along."
        ),
    )
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    unit_id = SelectField(_l("Owner"), [InputRequired()], coerce=key)
    policy = SelectField(_l("When the pool is empty"), default=Policy.STOP.value)
    purpose = TextAreaField(_l("What the money is for"), [Length(max=2000)])


class OpenNamedPool(Verb):
    name = "open-named"
    label = _l("Open an earmarked pool or a fund")
    help = _l(
        "Money with a purpose of its own, such as a state pool or the Kompetencefond. It starts "
        "empty: adjust its allotment to give it money."
    )
    form = NamedPoolForm
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        years = [year for year in budgets.years(ctx).items if year.state in HOLDS_MONEY]
        form.year_id.choices = choices_of((year.id, str(year.year)) for year in years)
        form.kind.choices = choices_of(
            (kind.value, KINDS[kind]) for kind in (PoolKind.EARMARKED, PoolKind.FUND)
        )
        kinds = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)
        form.unit_id.choices = choices_of(unit_choices(ctx, *kinds))
        form.policy.choices = choices_of((policy.value, text) for policy, text in POLICIES.items())
        if request.method == "GET" and form.year_id.data is None:
            this = (year.id for year in years if year.year == ctx.today.year)
            form.year_id.data = next(this, None)
        if request.method == "GET" and form.unit_id.data is None and form.unit_id.choices:
            form.unit_id.data = form.unit_id.choices[0].value

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        pool = budgets.open_named_pool(
            ctx,
            form.year_id.data,
            kind=PoolKind(form.kind.data),
            code=form.code.data,
            name=form.name.data,
            unit_id=form.unit_id.data,
            policy=Policy(form.policy.data),
            purpose=form.purpose.data or "",
        )
        return _("“%(pool)s” has a pool. Adjust its allotment to give it money.", pool=pool.name)
