"""The catalogue one asks from, and what one has asked for oneself."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, Optional

from admin.base import Page
from admin.beginnings import Beginning, next_of
from admin.catalogue import FORM_LABELS
from admin.choosing import all_of
from admin.competence_choices import competence_choices
from admin.enrolments_asking import Asking, may_ask
from admin.enrolments_labels import STATES, TONES
from admin.fields import DanishDateField, KronerField
from admin.labels import ENROL
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments

PAGE_SIZE = 25


class WishForm(FlaskForm):
    """What one looks for. Read from the address: a search can be kept and sent to a colleague."""

    class Meta:
        csrf = False

    q = StringField(_l("Search in title and code"), [Length(max=100)])
    form = SelectField(_l("Form"), validate_choice=False)
    provider = SelectField(_l("Provider"), validate_choice=False)
    competence = SelectField(_l("Gives the competence"), validate_choice=False)
    begins_from = DanishDateField(_l("Begins from"), [Optional()])
    begins_to = DanishDateField(_l("Begins no later than"), [Optional()])
    price = KronerField(_l("Price at most (kr.)"), [Optional()])
    seats = BooleanField(_l("With free seats"))
    goal = BooleanField(_l("Serves a municipal goal"))

    def fill(self, ctx: Context) -> None:
        """The choices of the selects; one the address names and nobody offers chooses all."""
        self.form.choices = [("", _("All forms"))] + [
            (form.value, str(label)) for form, label in FORM_LABELS.items()
        ]
        self.provider.choices = [("", _("All providers"))] + [
            (str(each.id), each.name) for each in all_of(partial(catalogue.providers, ctx))
        ]
        self.competence.choices = [("", _("All competences"))]
        if ctx.actor.may(Permission.COMPETENCES_VIEW):
            self.competence.choices += [(str(key), name) for key, name in competence_choices(ctx)]
        for select in (self.form, self.provider, self.competence):
            if select.data not in {value for value, _label in select.choices}:
                select.data = ""

    def wishes(self) -> dict[str, Any]:
        """For the service; a field with an error filters nothing."""
        return {
            "words": (self.q.data or "").replace("\0", "")[:100],
            "form": CourseForm(self.form.data) if self.form.data else None,
            "provider_id": UUID(self.provider.data) if self.provider.data else None,
            "competence_id": UUID(self.competence.data) if self.competence.data else None,
            "begins_from": None if self.begins_from.errors else self.begins_from.data,
            "begins_to": None if self.begins_to.errors else self.begins_to.data,
            "price_most": None if self.price.errors else self.price.data,
            "has_seats": self.seats.data,
            "serves_goal": self.goal.data,
        }

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beyond the words."""
        return any(field.data for field in self if field.name != "q")


SESSIONS = Beginning(
    _l("See the sessions"), "sessions.index_view", frozenset({Permission.CATALOGUE_MANAGE})
)


class OffersPage(Asking):
    """What one can ask for."""

    permission = Permission.CATALOGUE_VIEW
    help = _l("Courses that can still be asked for, the next deadline first.")

    def __init__(self) -> None:
        super().__init__(name=_l("Catalogue"), category=ENROL, endpoint="browse", url="browse")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        form = WishForm(request.args)
        form.fill(self.ctx)
        form.validate()
        found = enrolments.offers(
            self.ctx,
            **form.wishes(),
            page=max(1, request.args.get("page", 1, type=int)),
            page_size=PAGE_SIZE,
        )
        return self.render(
            "enrolments/offers.html",
            found=found,
            form=form,
            forms=FORM_LABELS,
            asked={key: value for key, value in request.args.items() if key != "page"},
            show=show,
            may_ask=may_ask(),
            next=next_of(self.ctx.actor, (SESSIONS,)),
        )


class OwnPage(Page):
    """What I am going to, have asked for and have been to."""

    permission = None
    help = _l("What you have asked for, are going to and have been to. The newest first.")

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
