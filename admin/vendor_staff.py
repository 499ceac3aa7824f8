"""The vendor's own staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from admin.fields import choices_of
from admin.vendor_base import VendorPage, VendorVerb
from tenant_app.core.access import VendorPermission
from tenant_app.core.context import VendorContext
from tenant_app.core.errors import NotFound
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole, VendorUser

ROLES = {
    VendorRole.VENDOR_ADMIN: _l("Vendor administrator"),
    VendorRole.VENDOR_SUPPORT: _l("Vendor support"),
}


class StaffForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(), Length(max=200)])
    email = StringField(_l("E-mail"), [DataRequired(), Length(max=254)])
    role = SelectField(_l("Role"), [DataRequired()])
    password = PasswordField(
        _l("First password"),
        [DataRequired(), Length(max=200)],
        description=_l("At least 12 characters. Hand it over in person."),
    )


class CreateStaff(VendorVerb):
    name = "create"
    label = _l("Create staff member")
    form = StaffForm
    permission = VendorPermission.STAFF_MANAGE
    on_row = False

    def prepare(self, ctx: VendorContext, form: Any, row: None) -> None:  # type: ignore[override]
        form.role.choices = choices_of((role.value, label) for role, label in ROLES.items())

    def act(self, ctx: VendorContext, form: Any, row_id: None) -> str:  # type: ignore[override]
        person = tenancy.create_staff(
            ctx,
            name=form.name.data,
            email=form.email.data,
            role=VendorRole(form.role.data),
            password=form.password.data,
        )
        return _("%(name)s can sign in.", name=person.name)


class CloseStaff(VendorVerb):
    name = "close"
    label = _l("Close login")
    help = _l("The person is signed out at once and cannot sign in again.")
    danger = True
    permission = VendorPermission.STAFF_MANAGE

    def shown(self, ctx: Any, row: VendorUser) -> bool:
        return row.is_active and row.id != ctx.actor.vendor_user_id

    def act(self, ctx: VendorContext, form: Any, row_id: UUID) -> str:  # type: ignore[override]
        person = tenancy.close_staff(ctx, row_id)
        return _("The login of %(name)s is closed.", name=person.name)


class Staff(VendorPage):
    """Who works at the vendor."""

    permission = VendorPermission.STAFF_MANAGE
    verbs = (CreateStaff, CloseStaff)
    help = _l("Who can sign in here. A closed login opens nothing from the same moment.")

    def get_one(self, key: str) -> VendorUser:
        """The person. Raises NotFound."""
        for person in tenancy.staff(self.ctx):
            if str(person.id) == key:
                return person
        raise NotFound()

    @expose("/")
    def index(self) -> Any:
        return self.render("vendor/staff.html", people=tenancy.staff(self.ctx), roles=ROLES)


class PasswordForm(FlaskForm):
    old = PasswordField(_l("Present password"), [DataRequired(), Length(max=200)])
    new = PasswordField(
        _l("New password"),
        [DataRequired(), Length(max=200)],
        description=_l("At least 12 characters."),
    )


class ChangePassword(VendorVerb):
    name = "change"
    label = _l("Change my password")
    form = PasswordForm
    permission = VendorPermission.TENANT_VIEW
    on_row = False

    def act(self, ctx: VendorContext, form: Any, row_id: None) -> str:  # type: ignore[override]
        tenancy.change_password(ctx, old=form.old.data, new=form.new.data)
        return _("Your password is changed.")
