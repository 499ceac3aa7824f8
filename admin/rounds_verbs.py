"""What is done with application rounds, as forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.budget_fields import KINDS
from admin.choosing import INDENT, key
from admin.fields import DanishDateField, KronerField, TextAreaField, choices_of
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.core.money import show
from tenant_app.forums import service as forums
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tenant_app.rounds.rules import LONGEST, Standing
from tenant_app.rounds.service import Details

P = Permission
FACTS = ("title", "purpose", "criteria", "amount", "opens_on", "closes_on")


def story_of(ctx: Context, row: ApplicationRound) -> Details:
    """Everything about a round, read once for its page and its buttons."""
    known: Details | None = ctx.memo.get("round story")
    if known is None or known.round is not row:
        known = ctx.memo["round story"] = rounds.details(ctx, row)
    return known


def _standing(ctx: Context, row: ApplicationRound) -> Sequence[RoundApplication]:
    return rounds.withdrawable(ctx, story_of(ctx, row))


def _key_or_none(value: Any) -> UUID | None:
    return None if value in ("", None, "None") else key(value)


class RoundForm(FlaskForm):
    title = StringField(_l("Title"), [DataRequired(), Length(max=LONGEST["title"])])
    purpose = TextAreaField(_l("What the money is for"), [Length(max=LONGEST["purpose"])])
    criteria = TextAreaField(
        _l("Criteria"),
        [Length(max=LONGEST["criteria"])],
        description=_l("What applications are weighed by. Units read it before they apply."),
    )
    amount = KronerField(_l("To give in all (kr)"), [InputRequired()])
    opens_on = DanishDateField(_l("Opens"), [InputRequired()])
    closes_on = DanishDateField(_l("Last day to apply"), [InputRequired()])


class NewRoundForm(RoundForm):
    pool_id = SelectField(_l("Pool"), [InputRequired()], coerce=key)


class HoldVerb(Verb):
    """Done by those who manage the pool."""

    permission = P.BUDGET_MANAGE

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return rounds.may_hold(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: ApplicationRound) -> None:
        if not rounds.may_hold(ctx, row):
            raise Forbidden()


class Create(Verb):
    name = "create"
    label = _l("New application round")
    help = _l("It starts as a draft that units do not see.")
    form = NewRoundForm
    permission = P.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        pools = rounds.pools_to_give(ctx)
        left = rounds.left_of(ctx, pools)
        form.pool_id.choices = choices_of(
            (
                pool.id,
                _(
                    "%(year)s: %(pool)s (%(kind)s), %(left)s available",
                    year=pool.year.year,
                    pool=pool.name,
                    kind=KINDS[pool.kind],
                    left=show(left.get(pool.id, 0)),
                ),
            )
            for pool in pools
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        facts = {name: form[name].data or "" for name in FACTS[:3]}
        facts |= {name: form[name].data for name in FACTS[3:]}
        made = rounds.create(ctx, pool_id=form.pool_id.data, **facts)
        return redirect(url_for("rounds.details_view", id=made.id))


class Change(HoldVerb):
    name = "change"
    label = _l("Change the round")
    help = _l("Once units have been able to apply, only the last day can be moved, to a later one.")
    form = RoundForm

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return row.state is not RoundState.DECIDED and super().shown(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: ApplicationRound) -> None:
        super().prepare(ctx, form, row)
        if request.method == "GET":
            for name in FACTS:
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        facts = {name: form[name].data or "" for name in FACTS[:3]}
        facts |= {name: form[name].data for name in FACTS[3:]}
        made = rounds.change(ctx, row_id, **facts)
        return _("“%(title)s” is changed.", title=made.title)


class Open(HoldVerb):
    name = "open"
    label = _l("Open the round")
    help = _l("Units see it at once, and apply from its first day to its last.")

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return row.state in (RoundState.DRAFT, RoundState.CLOSED) and super().shown(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = rounds.open_round(ctx, row_id)
        return _("“%(title)s” is open.", title=made.title)


class Close(HoldVerb):
    name = "close"
    label = _l("Close for applications")
    help = _l("Nobody applies any more, also before the last day.")

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return row.state is RoundState.OPEN and super().shown(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = rounds.close(ctx, row_id)
        return _("“%(title)s” is closed for applications.", title=made.title)


class Drop(HoldVerb):
    name = "drop"
    label = _l("Give the round up")
    help = _l("No list shows it any more. Only while nobody has applied.")
    danger = True

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return (
            row.state is not RoundState.DECIDED
            and super().shown(ctx, row)
            and not story_of(ctx, row).sums.count
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> Any:
        made = rounds.drop(ctx, row_id)
        flash(_("“%(title)s” is given up.", title=made.title), "success")
        return redirect(url_for("rounds.index_view"))


class ApplyForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)
    amount = KronerField(_l("Amount (kr)"), [InputRequired()])
    reason = TextAreaField(_l("Reason"), [DataRequired(), Length(max=LONGEST["reason"])])
    initiative_id = SelectField(_l("Part of the initiative"), coerce=_key_or_none)
    need_id = SelectField(_l("Need it answers"), coerce=_key_or_none)


class Apply(Verb):
    name = "apply"
    label = _l("Apply in the round")
    help = _l("Applying again changes what the unit applied for.")
    form = ApplyForm
    permission = P.ROUNDS_APPLY
    template = "rounds/apply.html"

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return rounds.may_apply(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: ApplicationRound) -> None:
        # Kept for the page: a refusal expires the row with all that was loaded for it.
        ctx.memo["round shown"] = {name: getattr(row, name) for name in FACTS}
        places = rounds.units_to_apply_for(ctx, row)
        least = min((place.path.count(".") for place in places), default=0)
        form.unit_id.choices = choices_of(
            (str(each.unit_id), INDENT * (each.path.count(".") - least) + each.unit.name)
            for each in places
        )
        none = [("", _("– none –"))]
        form.initiative_id.choices = choices_of([*none, *initiatives.choices(ctx)])
        form.need_id.choices = choices_of([*none, *needs.choices(ctx)])
        if request.method == "GET":
            known = rounds.own_applications(ctx, row)
            if len(places) == 1 and known:
                for name in ("amount", "reason", "initiative_id", "need_id"):
                    form[name].data = getattr(known[0], name)

    def extra(self, ctx: Context, row: ApplicationRound) -> dict[str, Any]:
        return {"round": ctx.memo["round shown"]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = rounds.apply(
            ctx,
            row_id,
            unit_id=form.unit_id.data,
            amount=form.amount.data,
            reason=form.reason.data,
            initiative_id=form.initiative_id.data,
            need_id=form.need_id.data,
        )
        return _("%(unit)s applies for %(amount)s.", unit=made.unit.name, amount=show(made.amount))


class WithdrawForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)


class Withdraw(Verb):
    name = "withdraw"
    label = _l("Withdraw an application")
    form = WithdrawForm
    permission = P.ROUNDS_APPLY
    danger = True

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return rounds.may_apply(ctx, row) and bool(_standing(ctx, row))

    def prepare(self, ctx: Context, form: Any, row: ApplicationRound) -> None:
        form.unit_id.choices = choices_of(
            (each.unit_id, each.unit.name) for each in _standing(ctx, row)
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = rounds.withdraw(ctx, row_id, unit_id=form.unit_id.data)
        return _("The application of %(unit)s is withdrawn.", unit=made.unit.name)


class AwardRow(Form):
    """An application and what it is given."""

    application_id = HiddenField()
    amount = KronerField(_l("Awarded (kr)"), [InputRequired()])
    answer = StringField(
        _l("Answer"), [Length(max=LONGEST["answer"])], description=_l("A no needs a reason.")
    )


class DecideForm(FlaskForm):
    awards = FieldList(FormField(AwardRow), label=_l("Awards"))
    weighed_at = SelectField(
        _l("The meeting that weighed it"),
        default="",
        description=_l("The round then leads to the meeting."),
    )
    decided_where = StringField(
        _l("Or where else it was weighed"), [Length(max=LONGEST["decided_where"])]
    )


class Decide(HoldVerb):
    name = "decide"
    label = _l("Decide the round")
    help = _l(
        "Answer every application; 0 says no. What is awarded moves to the units’ own pools at "
        "once, and the round cannot be decided again."
    )
    form = DecideForm
    template = "rounds/decide.html"

    def shown(self, ctx: Context, row: ApplicationRound) -> bool:
        return rounds.standing(ctx, row) is Standing.TO_DECIDE and super().shown(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: ApplicationRound) -> None:
        super().prepare(ctx, form, row)
        meetings = forums.names_of_meetings(ctx) if forums.reads_forums(ctx) else ()
        names = [name for name in meetings if len(name) <= LONGEST["decided_where"]]
        form.weighed_at.choices = choices_of(
            [("", _("– none –")), *((each, each) for each in names)]
        )
        found = rounds.details(ctx, row)
        live = [each for each in found.compared if not each.application.is_withdrawn]
        ctx.memo["round compared"] = {
            str(each.application.id): {
                "unit": each.application.unit.name,
                "asked": show(each.application.amount),
                "per_fte": "–" if each.per_fte is None else show(each.per_fte),
                "earlier": show(each.earlier),
                "reason": each.application.reason,
            }
            for each in live
        }
        ctx.memo["round room"] = {
            "amount": show(row.amount),
            "left": show(rounds.room_left(ctx, row)),
            "asked": show(found.sums.asked),
        }
        if request.method == "GET":
            for each in live:
                entry = form.awards.append_entry().form
                entry.application_id.data = str(each.application.id)

    def extra(self, ctx: Context, row: ApplicationRound) -> dict[str, Any]:
        return {"lines": ctx.memo["round compared"], "room": ctx.memo["round room"]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        awards = []
        for each in form.awards:
            try:
                application_id = key(each.form.application_id.data)
            except ValueError:
                raise NotFound(
                    N_("There is no such application in the round."), field="awards"
                ) from None
            given = rounds.Award(application_id, each.form.amount.data, each.form.answer.data or "")
            awards.append(given)
        where = form.weighed_at.data or form.decided_where.data or ""
        rounds.decide(ctx, row_id, awards, decided_where=where)
        return _(
            "The round is decided: %(amount)s is awarded.",
            amount=show(sum(award.amount for award in awards)),
        )


VERBS: tuple[type[Verb], ...] = (
    *(Create, Apply, Withdraw, Open, Change, Close, Decide),
    Drop,
)
