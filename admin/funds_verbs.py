"""What is done with applications to funds, as forms."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import key
from admin.fields import CheckboxesField, KronerField, TextAreaField, choices_of
from admin.formats import date_text
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import show
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundApplication, FundState
from tenant_app.funds.rules import LONGEST, MOVES, percent

P = Permission


class PeopleField(CheckboxesField):
    """People by their boxes, in a list that scrolls where they are many."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type, self.group = "CheckboxesField", "choices-many"


class ApplyForm(FlaskForm):
    scheme_id = SelectField(_l("Fund"), [InputRequired()], coerce=key)
    session_id = SelectField(_l("Session"), [InputRequired()], coerce=key)
    employee_ids = PeopleField(
        _l("People"),
        [InputRequired()],
        coerce=key,
        validate_choice=False,  # the service says who can be applied for
        description=_l("One person, or a group of one workplace on the same course."),
    )
    amount = KronerField(
        _l("Amount per person (kr)"),
        description=_l("Leave it empty to apply for as much as the fund pays."),
    )
    is_master = BooleanField(_l("Part of a master"))
    purpose = TextAreaField(_l("Purpose"), [DataRequired(), Length(max=LONGEST["purpose"])])


class Apply(Verb):
    name = "apply"
    label = _l("Apply to a fund")
    help = _l(
        "It is a draft until you have signed it and the union representative too. What is applied "
        "for counts against each person’s cap at once."
    )
    form = ApplyForm
    permission = P.FUNDS_APPLY
    on_row = False
    template = "funds/apply.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.scheme_id.choices = choices_of(
            (each.id, each.name) for each in funds.schemes(ctx, only_active=True)
        )
        form.session_id.choices = choices_of(
            (each.id, f"{date_text(each.starts_on)}: {each.course.title}, {each.place}")
            for each in funds.sessions_to_apply_for(ctx)
        )
        people = funds.people_to_apply_for(ctx)
        several = len({unit for _employee_id, _name, unit in people}) > 1
        form.employee_ids.choices = choices_of(
            (employee_id, f"{name} ({unit})" if several else name)
            for employee_id, name, unit in people
        )

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return {
            "schemes": [
                (each, percent(each.employer_bp)) for each in funds.schemes(ctx, only_active=True)
            ]
        }

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = funds.apply(
            ctx,
            scheme_id=form.scheme_id.data,
            session_id=form.session_id.data,
            employee_ids=form.employee_ids.data,
            amount=form.amount.data,
            is_master=form.is_master.data,
            purpose=form.purpose.data,
        )
        flash(_("The application is drafted. Now the leader signs it."), "success")
        return redirect(url_for("fund-applications.details_view", id=made.id))


class Sign(Verb):
    name = "sign"
    label = _l("Sign the application")
    help = _l(
        "The leader signs first, then the union representative. Nobody gives both signatures, or "
        "signs for themselves."
    )
    permission = P.FUNDS_VIEW
    template = "funds/sign.html"

    def shown(self, ctx: Context, row: FundApplication) -> bool:
        return funds.may_sign(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: FundApplication) -> None:
        # Kept for the page: a refusal expires the row with all that was loaded for it.
        found = funds.details(ctx, row)
        ctx.memo["signed for"] = {
            "fund": row.scheme.name,
            "course": row.session.course.title,
            "first_day": date_text(row.starts_on),
            "purpose": row.purpose,
            "asked": show(found.sums.asked),
            "people": [(each.employee.name, show(each.asked)) for each in found.people],
        }

    def extra(self, ctx: Context, row: FundApplication) -> dict[str, Any]:
        return {"told": ctx.memo["signed for"]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = funds.sign(ctx, row_id)
        if made.state is FundState.LEADER_SIGNED:
            return _("The application is signed, and waits for the union representative.")
        return _("The application is signed by both, and ready to be sent.")


class Send(Verb):
    name = "send"
    label = _l("Note as sent to the fund")
    help = _l("The application is sent on the fund’s own page; here it is noted when.")
    permission = P.FUNDS_APPLY

    def shown(self, ctx: Context, row: FundApplication) -> bool:
        return row.state is FundState.UNION_SIGNED and funds.may_apply(ctx, row.unit_id)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = funds.send(ctx, row_id)
        assert made.answer_by is not None
        return _(
            "The application is sent. An answer is expected by %(day)s.",
            day=date_text(made.answer_by),
        )


AWARDED, REFUSED = "awarded", "refused"


class AnswerForm(FlaskForm):
    outcome = RadioField(_l("What the fund answered"), [InputRequired()], default=AWARDED)
    amount = KronerField(
        _l("Awarded in all (kr)"), description=_l("It is divided as it was applied for.")
    )
    reference = StringField(_l("The fund’s case number"), [Length(max=LONGEST["reference"])])
    answer = TextAreaField(
        _l("Answer"),
        [Length(max=LONGEST["answer"])],
        description=_l("Write why where it was refused."),
    )


class KeepsBooks(Verb):
    """Done by those who keep the books of funds."""

    permission = P.BUDGET_MANAGE
    states: tuple[FundState, ...] = ()

    def shown(self, ctx: Context, row: FundApplication) -> bool:
        return row.state in self.states and funds.may_manage(ctx)


def read_answer(form: Any) -> int | None:
    """The amount awarded; None of a refusal. Raises Invalid for an award without one."""
    if form.outcome.data == REFUSED:
        return None
    if form.amount.data is None:
        raise Invalid(
            N_("Write the amount that is awarded, or answer that it was refused."), field="amount"
        )
    return int(form.amount.data)


def offer_answers(form: Any) -> None:
    """The two outcomes."""
    form.outcome.choices = choices_of(
        [(AWARDED, _("Yes, all or some of it")), (REFUSED, _("Refused"))]
    )


class Answer(KeepsBooks):
    name = "answer"
    label = _l("Note the fund’s answer")
    form = AnswerForm
    states = (FundState.SENT,)

    def prepare(self, ctx: Context, form: Any, row: FundApplication) -> None:
        offer_answers(form)
        if request.method == "GET":
            form.amount.data = funds.details(ctx, row).sums.asked

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        awarded = read_answer(form)
        funds.answer(
            ctx,
            row_id,
            awarded=awarded,
            reference=form.reference.data or "",
            answer=form.answer.data or "",
        )
        if awarded is None:
            return _("The refusal is noted.")
        return _("%(amount)s is awarded.", amount=show(awarded))


class Pay(KeepsBooks):
    name = "pay"
    label = _l("Note the award as paid")
    help = _l(
        "The money lies in the fund’s pool of this year at once. Nothing is paid for people whose "
        "places were given up meanwhile."
    )
    states = (FundState.AWARDED,)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = funds.pay(ctx, row_id)
        paid = funds.details(ctx, made).sums.awarded or 0
        return _("%(amount)s lies in the fund’s pool.", amount=show(paid))


class RefundForm(FlaskForm):
    employee_ids = PeopleField(
        _l("People"),
        coerce=key,
        validate_choice=False,  # the service says whose money can go back
        description=_l("Leave it empty for those whose places were given up."),
    )
    note = TextAreaField(_l("Reason"), [DataRequired(), Length(max=LONGEST["note"])])


class Refund(KeepsBooks):
    name = "refund"
    label = _l("Note as paid back")
    help = _l("What was paid for people who did not take part goes back to the fund, once each.")
    form = RefundForm
    states = (FundState.PAID,)
    danger = True

    def prepare(self, ctx: Context, form: Any, row: FundApplication) -> None:
        form.employee_ids.choices = choices_of(
            (each.employee_id, each.employee.name)
            for each in funds.details(ctx, row).people
            if each.awarded and each.refunded_on is None
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        funds.refund(
            ctx,
            row_id,
            note=form.note.data,
            employee_ids=form.employee_ids.data or None,
        )
        return _("It is noted as paid back, and the pool holds that much less.")


class WithdrawForm(FlaskForm):
    note = TextAreaField(_l("Reason"), [DataRequired(), Length(max=LONGEST["note"])])


class Withdraw(Verb):
    name = "withdraw"
    label = _l("Withdraw the application")
    help = _l("It counts against nobody’s cap any more.")
    form = WithdrawForm
    permission = P.FUNDS_APPLY
    danger = True

    def shown(self, ctx: Context, row: FundApplication) -> bool:
        return FundState.WITHDRAWN in MOVES[row.state] and funds.may_apply(ctx, row.unit_id)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        funds.withdraw(ctx, row_id, note=form.note.data)
        return _("The application is withdrawn.")


VERBS: tuple[type[Verb], ...] = (Apply, Sign, Send, Answer, Pay, Refund, Withdraw)
