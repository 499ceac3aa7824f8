"""The inbox: everything one must know to answer, and one answer for one or many. Works without
JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Length

from admin.base import Page
from admin.enrolments_labels import DECISION_TONES, DECISIONS, LEVELS, LINES, STATES, TONES
from admin.enrolments_outcomes import Told, forget, keep, kept
from admin.fields import TextAreaField
from admin.labels import ENROL
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, Refusal
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.enrolments.rules import WINDOW_DAYS
from tenant_app.enrolments.service import Decision, Expected
from tenant_app.web import unsent
from tenant_app.web.errors import text_of

PAGE_SIZE = 25
SOON = 7
"""Days to the deadline from which it is marked."""


class AnswerForm(FlaskForm):
    note = TextAreaField(
        _l("Reason for the answer"),
        [Length(max=2000)],
        description=_l("Needed to return or reject."),
    )


@dataclass(frozen=True)
class Ticked:
    """A request as the page showed it when the user ticked it."""

    id: UUID
    expected: Expected


def mark(enrolment: Any) -> str:
    """What a tick box sends: which request, and how it looked."""
    return f"{enrolment.id}:{enrolment.state.value}:{enrolment.submission}"


def read_mark(text: str | None) -> Ticked:
    """The tick of a page of ours. Raises Invalid on anything else, and on none."""
    try:
        key, state, submission = (text or "").split(":")
        return Ticked(UUID(key), Expected(EnrolmentState(state), int(submission)))
    except ValueError:
        raise Invalid(N_("The page could not be read. Reload the inbox."), field="rows") from None


class InboxPage(Page):
    """What waits for me."""

    permission = Permission.ENROLMENT_APPROVE_INSTITUTION
    help = _l("Requests that wait for your answer, the oldest first.")

    def __init__(self) -> None:
        super().__init__(name=_l("Inbox"), category=ENROL, endpoint="inbox", url="inbox")

    def is_accessible(self) -> bool:
        return enrolments.may_decide(self.ctx)

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        with unsent.as_it_was_sent():
            form = AnswerForm()
        if request.method == "POST":
            return self._answer(form)
        forget()
        return self._show(form)

    @expose("/answered/")
    def answered(self) -> ResponseReturnValue:
        """How the latest answers went. Reloading it sends nothing again."""
        found = kept(self.ctx)
        if found is None:
            return redirect(self.get_url(".index"))
        return self._tell(*found)

    def _answer(self, form: AnswerForm) -> ResponseReturnValue:
        try:
            decision, ticks = self._sent()
            if not form.validate():
                return self._show(form, status=422)
            with self.ctx.session.begin_nested():
                outcomes = enrolments.decide_many(
                    self.ctx,
                    list(ticks),
                    decision,
                    form.note.data or "",
                    expected=ticks,
                )
        except Refusal as refusal:
            # Outside the form's own validation, so that both kinds of message look alike.
            text = text_of(refusal)
            if refusal.field == "note":
                form.note.errors = [*form.note.errors, text]
            else:
                form.form_errors.append(text)
            return self._show(form, status=refusal.status)
        told = [
            Told(
                outcome.enrolment_id,
                outcome.enrolment,
                None if outcome.refusal is None else text_of(outcome.refusal),
            )
            for outcome in outcomes
        ]
        if keep(self.ctx, decision, told):
            return redirect(self.get_url(".answered"))
        return self._tell(decision, told)

    def _tell(self, decision: Decision, told: Sequence[Told]) -> ResponseReturnValue:
        return self.render(
            "enrolments/answered.html",
            done=[each for each in told if each.why is None],
            refused=[each for each in told if each.why is not None],
            decided=DECISIONS[decision],
            tone=DECISION_TONES[decision],
            states=STATES,
            tones=TONES,
        )

    def _sent(self) -> tuple[Decision, dict[UUID, Expected]]:
        alone = request.form.get("approve_one")
        chosen = [alone] if alone else request.form.getlist("rows")
        try:
            decision = Decision.APPROVE if alone else Decision(request.form.get("decision", ""))
        except ValueError:
            raise Invalid(N_("Choose an answer."), field="decision") from None
        ticks = [read_mark(text) for text in chosen]
        if not ticks:
            raise Invalid(N_("Tick at least one request."), field="rows")
        return decision, {tick.id: tick.expected for tick in ticks}

    def _show(self, form: AnswerForm, *, status: int = 200) -> ResponseReturnValue:
        page = max(1, request.args.get("page", 1, type=int))
        found = enrolments.inbox(self.ctx, page=page, page_size=PAGE_SIZE)
        all_ = request.method == "GET" and request.args.get("all") == "1"
        return (
            self.render(
                "enrolments/inbox.html",
                form=form,
                found=found,
                size=found.size,
                counted_to=enrolments.COUNTED_TO,
                ticked=(
                    {mark(row.enrolment) for row in found.items}
                    if all_
                    else set(unsent.fields().getlist("rows"))
                ),
                all_ticked=all_,
                mark=mark,
                show=show,
                lines=LINES,
                states=STATES,
                levels=LEVELS,
                soon=SOON,
                window_days=WINDOW_DAYS,
            ),
            status,
        )
