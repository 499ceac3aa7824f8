"""The tester of funding rules: who would pay, by which rule, and why not by those before it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from admin.budget_rules_words import FLAGS
from admin.fields import choices_of
from tenant_app.catalogue import service as catalogue
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.service import Trial

PEOPLE_SHOWN, SESSIONS_SHOWN = 25, 200


class TryFields(Form):
    """Whom and what to try. Nothing of it is stored."""

    try_words = StringField(
        _l("Employee"), [Length(max=100)], description=_l("Name, number or unit.")
    )
    try_employee = SelectField(_l("Choose the employee"), validate_choice=False, default="")
    try_session = SelectField(_l("Course and session"), validate_choice=False, default="")
    try_institutions = IntegerField(
        _l("Institutions that take part"), [Optional(), NumberRange(1, 1000)], default=1
    )
    try_municipal_goal = SelectField(FLAGS["municipal_goal"], default="")
    try_mandatory = SelectField(FLAGS["mandatory"], default="")
    try_weak_economy = SelectField(FLAGS["weak_economy"], default="")

    def offer_trial(self, ctx: Context) -> None:
        """The choices of the tester; the people are those the words find."""
        found = catalogue.sessions(ctx, open_only=True, page_size=SESSIONS_SHOWN).items
        self.try_session.choices = choices_of(
            [("", _("– choose –"))]
            + [
                (str(each.id), f"{each.course.title}, {each.starts_on:%d-%m-%Y}, {each.place}")
                for each in found
            ]
        )
        for name in FLAGS:
            self[f"try_{name}"].choices = choices_of(
                [("", _("(as it is)")), ("yes", _("Yes")), ("no", _("No"))]
            )
        words = (self.try_words.data or "").strip()
        people = enrolments.people_to_try(ctx, words=words, page_size=PEOPLE_SHOWN) if words else []
        self.try_employee.choices = choices_of(
            (str(each.employee_id), f"{each.employee.name}, {each.unit.name}") for each in people
        )
        known = {str(each.employee_id) for each in people}
        if self.try_employee.data not in known:
            self.try_employee.data = next(iter(known)) if len(known) == 1 else ""

    def trial(self, ctx: Context, **draft: Any) -> Trial:
        """What the tester answers. Raises Invalid and what the service raises."""
        people = self.try_employee.choices or []
        if not people:
            raise Invalid(
                N_("No employee is found. Write a name, a number or a unit."), field="try_words"
            )
        if not self.try_employee.data:
            raise Invalid(N_("Several are found. Choose one."), field="try_employee")
        return enrolments.try_rules(
            ctx,
            session_id=_key(self.try_session.data),
            employee_id=_key(self.try_employee.data),
            institutions=self.try_institutions.data or 1,
            suppose={
                name: self[f"try_{name}"].data == "yes"
                for name in FLAGS
                if self[f"try_{name}"].data in {"yes", "no"}
            },
            **draft,
        )


def _key(text: str | None) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Invalid(N_("Choose a course and a session."), field="try_session") from None
