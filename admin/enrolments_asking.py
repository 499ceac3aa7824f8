"""Asking for places: choose people, see what it costs and who pays, send.

Everything up to the sending is GET: the address holds who is chosen, so that the Back button,
a second tab and a reload show the same and send nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import Length

from admin.base import Page
from admin.catalogue import FORM_LABELS
from admin.enrolments_labels import LEVELS, LINES
from admin.fields import TextAreaField, choices_of
from tenant_app.budgets import service as budgets
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound, Refusal
from tenant_app.core.money import Money, show
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.rules import AlreadyAsked
from tenant_app.enrolments.service import Draft, PoolEffect
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.rules import PersonLimitReached
from tenant_app.web import unsent
from tenant_app.web.current import context
from tenant_app.web.errors import text_of

PEOPLE_PAGE = 25


class RequestForm(FlaskForm):
    is_over_limit = False
    """Refused because somebody takes part in as many initiatives as they may."""
    initiative_id = SelectField(
        _l("Part of the initiative"),
        coerce=lambda value: UUID(str(value)) if value not in ("", None, "None") else None,
        validate_choice=False,  # the service says which fit
        description=_l("The one who answers sees the needs and the goal behind it."),
    )
    motivation = TextAreaField(
        _l("Why this course"),
        [Length(max=2000)],
        description=_l("The one who answers reads it."),
    )
    override_reason = TextAreaField(
        _l("Reason to exceed the limit"),
        [Length(max=2000)],
        description=_l("Only those who lead above the institution can let them in."),
    )


@dataclass(frozen=True)
class Price:
    """What the chosen would cost, or what hinders them. Nothing is held."""

    drafts: Sequence[Draft] = ()
    pools: Sequence[PoolEffect] = ()
    hindered: str | None = None
    total: Money = field(default_factory=lambda: Money(0))
    broken: Sequence[str] = ()
    """What of constraints and caps the request would be refused for."""


def may_ask() -> bool:
    """Whether the actor asks for anybody at all."""
    actor = context().actor
    return bool(
        actor.may(Permission.ENROLMENT_REQUEST) or actor.may(Permission.ENROLMENT_REQUEST_OWN)
    )


def short(key: UUID) -> str:
    """A person in an address: 22 signs, for a group of 200 must fit in one."""
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def person(text: str) -> UUID:
    """A tick of the list. Raises what an employee who is not there raises."""
    try:
        if len(text) == len("AAAAAAAAAAAAAAAAAAAAAA"):
            return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
        return UUID(text)
    except ValueError:
        raise NotFound(
            N_("There is no such employee. Choose from the list."), field="employee_ids"
        ) from None


class Asking(Page):
    """The pages of one request."""

    @expose("/request/", methods=("GET", "POST"))
    def request_page(self) -> ResponseReturnValue:
        """GET: choose, and with step=confirm look it through. POST: ask."""
        session = self._session()
        with unsent.as_it_was_sent():
            form = RequestForm()
        if request.method == "POST":
            return self._send(session, form)
        kept = self._ticked()
        if kept:  # sent with a session that had ended
            return self._again(session, form, kept, status=200)
        people = self._chosen()
        if request.args.get("step") == "confirm":
            price = self._price(session, people)
            if price.hindered is None:
                return self._confirm(session, form, people, price)
        return self._choose(session, people)

    @expose("/cost/")
    def cost(self) -> ResponseReturnValue:
        """The cost card alone, for a page that is open already."""
        session = self._session()
        people = self._chosen()
        price = self._price(session, people)
        return self.render("enrolments/cost_only.html", **self._words(session, people, price))

    def _session(self) -> CourseSession:
        if not may_ask():
            raise Forbidden()
        return enrolments.offer(self.ctx, uuid_of(request.args.get("session", ""))).session

    def _chosen(self) -> list[UUID]:
        """Those ticked in the address, each once; what cannot be read is left out."""
        found = []
        for text in request.args.getlist("p"):
            try:
                found.append(person(text))
            except NotFound:
                continue
        only_self = not self.ctx.actor.may(Permission.ENROLMENT_REQUEST)
        if not found and only_self and self.ctx.actor.employee_id is not None:
            return [self.ctx.actor.employee_id]
        return list(dict.fromkeys(found))

    def _price(self, session: CourseSession, people: Sequence[UUID]) -> Price:
        if not people:
            return Price()
        try:
            drafts = enrolments.preview(self.ctx, session_id=session.id, employee_ids=people)
        except Refusal as refusal:
            return Price(hindered=text_of(refusal))
        cards = [draft.card for draft in drafts]
        total = Money(sum(card.total for card in cards))
        broken = budgets.foresee_limits(
            self.ctx, [(draft.employment.employee_id, draft.card) for draft in drafts]
        )
        texts = [text_of(refusal) for refusal in broken]
        return Price(drafts, enrolments.effect(self.ctx, cards), None, total, texts)

    def _words(
        self, session: CourseSession, people: Sequence[UUID], price: Price
    ) -> dict[str, Any]:
        return {
            "session": session,
            "people": people,
            "initiative": initiative_of_address(),
            "price": price,
            "leads": self.ctx.actor.may(Permission.ENROLMENT_REQUEST),
            "sees_budget": self.ctx.actor.may(Permission.BUDGET_VIEW),
            "forms": FORM_LABELS,
            "lines": LINES,
            "levels": LEVELS,
            "show": show,
            "short": short,
        }

    def _choose(
        self,
        session: CourseSession,
        people: Sequence[UUID],
        *,
        refusal: Refusal | None = None,
    ) -> ResponseReturnValue:
        words = request.args.get("q", "").replace("\0", "")[:100].strip()
        price = (
            self._price(session, people) if refusal is None else Price(hindered=text_of(refusal))
        )
        chosen = [draft.employment for draft in price.drafts]
        if people and not chosen:
            chosen = list(enrolments.chosen_staff(self.ctx, people))
        found = enrolments.staff_to_ask_for(
            self.ctx,
            words=words,
            without=[each.employee_id for each in chosen],
            page=max(1, request.args.get("page", 1, type=int)),
            page_size=PEOPLE_PAGE,
        )
        offer = enrolments.offer(self.ctx, session.id)
        page = self.render(
            "enrolments/choose.html",
            chosen=chosen,
            found=found,
            asked=offer.asked,
            words=words,
            self_id=self.ctx.actor.employee_id,
            seats_left=offer.seats_left,
            refused=refusal is not None,
            **self._words(session, people, price),
        )
        return page, 200 if refusal is None else refusal.status

    def _confirm(
        self,
        session: CourseSession,
        form: RequestForm,
        people: Sequence[UUID],
        price: Price,
        *,
        status: int = 200,
    ) -> ResponseReturnValue:
        found = initiatives_for(self.ctx, session, price)
        form.initiative_id.choices = choices_of([("", _("– none –")), *found])
        if request.method == "GET" and initiative_of_address() in dict(found):
            form.initiative_id.data = initiative_of_address()
        page = self.render(
            "enrolments/preview.html",
            form=form,
            asks_why=self.ctx.actor.may(Permission.LIMIT_OVERRIDE)
            and (form.is_over_limit or bool(form.override_reason.data)),
            **self._words(session, people, price),
        )
        return page, status

    def _send(self, session: CourseSession, form: RequestForm) -> ResponseReturnValue:
        people: list[UUID] = []
        try:
            people = [person(text) for text in request.form.getlist("people")]
            if not form.validate():
                return self._again(session, form, people, status=422)
            with self.ctx.session.begin_nested():
                made = enrolments.request(
                    self.ctx,
                    session_id=session.id,
                    employee_ids=people,
                    motivation=form.motivation.data or "",
                    initiative_id=form.initiative_id.data,
                    override_reason=form.override_reason.data or "",
                )
                self.ctx.session.flush()  # constraint errors belong inside the savepoint
        except Refusal as refusal:
            return self._refused(form, refusal, people)
        flash(_("The request is sent, and the money is set aside."), "success")
        for warning in enrolments.warnings_of(self.ctx):
            flash(_(warning.message, **warning.params), "warning")
        return self._to(made[0].id if len(made) == 1 else None)

    def _refused(
        self, form: RequestForm, refusal: Refusal, people: list[UUID]
    ) -> ResponseReturnValue:
        """Say why, with everything still there; or, after a double click, that it is sent."""
        self.ctx.session.expire_all()
        key = uuid_of(request.args.get("session", ""))
        session = enrolments.offer(self.ctx, key, again=True).session
        if isinstance(refusal, NotFound) and refusal.field != "employee_ids":
            raise refusal
        if isinstance(refusal, AlreadyAsked):
            sent = sent_before(self.ctx, session, people)
            if sent:
                flash(_("You have sent this request already. Nothing was sent twice."), "info")
                return self._to(sent[0] if len(sent) == 1 else None)
        if not people or isinstance(refusal, NotFound):
            readable = enrolments.chosen_staff(self.ctx, people or self._ticked())
            return self._choose(session, [each.employee_id for each in readable], refusal=refusal)
        form.form_errors.append(text_of(refusal))
        form.is_over_limit = isinstance(refusal, PersonLimitReached)
        return self._again(session, form, people, status=refusal.status)

    def _ticked(self) -> list[UUID]:
        """The ticks that can be read, where others cannot."""
        found = []
        for text in unsent.fields().getlist("people"):
            try:
                found.append(person(text))
            except NotFound:
                continue
        return found

    def _again(
        self, session: CourseSession, form: RequestForm, people: list[UUID], *, status: int
    ) -> ResponseReturnValue:
        return self._confirm(session, form, people, self._price(session, people), status=status)

    def _to(self, enrolment_id: UUID | None) -> ResponseReturnValue:
        """The one request, or the list that holds them all."""
        if enrolment_id is not None:
            return redirect(self.get_url("requests.details_view", id=enrolment_id))
        return redirect(self.get_url("requests.index_view"))


def sent_before(ctx: Context, session: CourseSession, people: Sequence[UUID]) -> list[UUID]:
    """The requests of exactly these people that the actor has sent before; none when one of them
    was asked for by somebody else, or not at all."""
    live = enrolments.asked_already(ctx, session.id, people)
    mine = [each for each in live if each.requested_by == ctx.actor.user_id]
    if len(mine) != len(set(people)):
        return []
    return [each.id for each in mine]


def initiative_of_address() -> UUID | None:
    """The initiative whose page one came from; what cannot be read is none."""
    try:
        return UUID(request.args.get("initiative", ""))
    except ValueError:
        return None


def initiatives_for(ctx: Context, session: CourseSession, price: Price) -> list[tuple[UUID, str]]:
    """Those that fit the course and the units of everybody chosen."""
    if not ctx.actor.may(Permission.INITIATIVES_VIEW):
        return []
    units = {draft.unit.id for draft in price.drafts}
    return initiatives.choices(ctx, course_id=session.course_id, unit_ids=units)


def uuid_of(text: str) -> UUID:
    """The id in a form or an address. Raises NotFound on anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
