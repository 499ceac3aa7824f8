"""From the catalogue to a request: choose, see what it costs and who pays, send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from admin.base import Page
from admin.catalogue import FORM_LABELS
from admin.enrolments_labels import LEVELS, LINES, STATES, TONES
from admin.labels import ENROL
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Forbidden, NotFound, Refusal
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment
from tenant_app.web.current import context
from tenant_app.web.errors import text_of

PAGE_SIZE = 25


class RequestForm(FlaskForm):
    motivation = TextAreaField(
        _l("Why this course"),
        [Length(max=2000)],
        description=_l("The one who answers reads it."),
    )


def may_ask() -> bool:
    """Whether the actor asks for anybody at all."""
    actor = context().actor
    return bool(
        actor.may(Permission.ENROLMENT_REQUEST) or actor.may(Permission.ENROLMENT_REQUEST_OWN)
    )


class OffersPage(Page):
    """What one can ask for."""

    permission = Permission.CATALOGUE_VIEW
    help = _l("Courses that can still be asked for, the next deadline first.")

    def __init__(self) -> None:
        super().__init__(name=_l("Catalogue"), category=ENROL, endpoint="browse", url="browse")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        words = request.args.get("q", "")[:100]
        chosen = request.args.get("form", "")
        found = enrolments.offers(
            self.ctx,
            words=words,
            form=CourseForm(chosen) if chosen in set(CourseForm) else None,
            page=request.args.get("page", 1, type=int),
            page_size=PAGE_SIZE,
        )
        return self.render(
            "enrolments/offers.html",
            found=found,
            words=words,
            chosen=chosen,
            forms=FORM_LABELS,
            show=show,
            may_ask=may_ask(),
        )

    @expose("/request/", methods=("GET", "POST"))
    def request_page(self) -> ResponseReturnValue:
        """GET: choose. POST with step=preview: see the cost card. POST with step=send: ask."""
        if not may_ask():
            raise Forbidden()
        session = catalogue.offer(self.ctx, _uuid(request.args.get("session", "")))
        form = RequestForm()
        if request.method == "GET":
            return self._choose(session, form)
        if not form.validate():
            return self._choose(session, form, status=422)
        try:
            people = [_person(text) for text in request.form.getlist("people")]
        except NotFound as refusal:
            return self._refused(session, form, refusal)
        if request.form.get("step") == "send":
            return self._send(session, form, people)
        return self._preview(session, form, people)

    def _choose(
        self, session: CourseSession, form: RequestForm, *, status: int = 200
    ) -> ResponseReturnValue:
        groups: dict[str, list[Employment]] = {}
        for employment in self._staff():
            groups.setdefault(employment.unit.name, []).append(employment)
        return (
            self.render(
                "enrolments/choose.html",
                session=session,
                form=form,
                groups=groups,
                chosen=set(request.form.getlist("people")),
                self_id=self.ctx.actor.employee_id,
                forms=FORM_LABELS,
                show=show,
            ),
            status,
        )

    def _staff(self) -> list[Employment]:
        """Those one may ask for: one's staff, or oneself."""
        staff = list(enrolments.staff_to_ask_for(self.ctx))
        own_id = self.ctx.actor.employee_id
        if own_id is not None and all(each.employee_id != own_id for each in staff):
            own = organisation.employment(self.ctx, own_id)
            if own is not None and self.ctx.actor.may(Permission.ENROLMENT_REQUEST_OWN):
                staff.insert(0, own)
        return staff

    def _preview(
        self, session: CourseSession, form: RequestForm, people: list[UUID]
    ) -> ResponseReturnValue:
        try:
            drafts = enrolments.preview(self.ctx, session_id=session.id, employee_ids=people)
        except Refusal as refusal:
            return self._refused(session, form, refusal)
        return self.render(
            "enrolments/preview.html",
            session=session,
            form=form,
            people=people,
            drafts=drafts,
            total=sum(draft.card.total for draft in drafts),
            pools=enrolments.effect(self.ctx, [draft.card for draft in drafts]),
            sees_budget=self.ctx.actor.may(Permission.BUDGET_VIEW),
            lines=LINES,
            levels=LEVELS,
            show=show,
        )

    def _send(
        self, session: CourseSession, form: RequestForm, people: list[UUID]
    ) -> ResponseReturnValue:
        try:
            with self.ctx.session.begin_nested():
                made = enrolments.request(
                    self.ctx,
                    session_id=session.id,
                    employee_ids=people,
                    motivation=form.motivation.data or "",
                )
                self.ctx.session.flush()  # constraint errors belong inside the savepoint
        except Refusal as refusal:
            self.ctx.session.expire_all()
            fresh = catalogue.offer(self.ctx, _uuid(request.args.get("session", "")))
            return self._refused(fresh, form, refusal)
        flash(_("The request is sent, and the money is set aside."), "success")
        for warning in enrolments.warnings_of(self.ctx):
            flash(_(warning.message, **warning.params), "warning")
        if len(made) == 1:
            return redirect(self.get_url("requests.details_view", id=made[0].id))
        return redirect(self.get_url("requests.index_view"))

    def _refused(
        self, session: CourseSession, form: RequestForm, refusal: Refusal
    ) -> ResponseReturnValue:
        if isinstance(refusal, NotFound) and refusal.field != "employee_ids":
            raise refusal
        form.form_errors.append(text_of(refusal))
        return self._choose(session, form, status=refusal.status)


class OwnPage(Page):
    """What I am going to, have asked for and have been to."""

    permission = None

    def __init__(self) -> None:
        super().__init__(name=_l("My courses"), category=ENROL, endpoint="own", url="own")

    def is_accessible(self) -> bool:
        """Whoever is employed has courses of their own."""
        return self.ctx.actor.employee_id is not None

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        raise Forbidden()

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found = enrolments.own(
            self.ctx, page=request.args.get("page", 1, type=int), page_size=PAGE_SIZE
        )
        return self.render(
            "enrolments/own.html", found=found, states=STATES, tones=TONES, show=show
        )


def _person(text: str) -> UUID:
    """A tick of the list. Raises what an employee who is not there raises."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(
            N_("There is no such employee. Choose from the list."), field="employee_ids"
        ) from None


def _uuid(text: str) -> UUID:
    """The id in a form or an address. Raises NotFound on anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None
