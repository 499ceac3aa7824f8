"""Users and their roles, deputies, and the page about oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from admin import saved_views
from admin.base import RoomView, Verb
from admin.choosing import unit_choices
from admin.deputies import DelegationsView
from admin.fields import DanishDateField, choices_of
from admin.formats import yes_no
from admin.labels import ROLES, SETUP
from admin.profile import LANGUAGES, ProfileView, shown_once
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.tenancy import service as tenancy


def role_text(held: RoleAssignment) -> str:
    """Leader, Solsikken (until 31-12-2026)."""
    text = f"{ROLES[held.role]}, {held.unit.name}"
    if held.to_date is not None:
        return text + " (" + _("until %(day)s", day=held.to_date.strftime("%d-%m-%Y")) + ")"
    return text


def _role_choices() -> list[tuple[str, Any]]:
    return [(role.value, label) for role, label in ROLES.items()]


class RoleForm(FlaskForm):
    role = SelectField(_l("Role"), [DataRequired()])
    unit_id = SelectField(
        _l("Unit"),
        [DataRequired()],
        description=_l("The role holds at the unit and everything below it."),
    )
    from_date = DanishDateField(
        _l("From"), [Optional()], description=_l("dd-mm-yyyy. Empty: today.")
    )


class InviteForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(), Length(max=200)])
    email = StringField(_l("E-mail"), [DataRequired(), Length(max=254)])
    role = SelectField(_l("Role"), [DataRequired()])
    unit_id = SelectField(
        _l("Unit"),
        [DataRequired()],
        description=_l("The role holds at the unit and everything below it."),
    )
    employee_id = StringField(
        _l("Employee number"),
        [Optional(), Length(max=50)],
        description=_l("The payroll number, when the user is an employee of the municipality."),
    )


class EndRoleForm(FlaskForm):
    role = SelectField(_l("Role"), [DataRequired()])
    on = DanishDateField(
        _l("First day without the role"), [Optional()], description=_l("dd-mm-yyyy. Empty: today.")
    )


def _link_page(ctx: Context, token: str) -> Response:
    slug = tenancy.tenant(ctx).slug
    link = url_for("signin.invitation", slug=slug, token=token, _external=True)
    return shown_once("accounts/link.html", link=link)


class Invite(Verb):
    name = "invite"
    label = _l("Invite user")
    help = _l("The next page shows a link for you to send. It works once, for 14 days.")
    form = InviteForm
    permission = Permission.USERS_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.role.choices = choices_of(_role_choices())
        form.unit_id.choices = choices_of(unit_choices(ctx))

    def act(self, ctx: Context, form: Any, row_id: None) -> Response:
        token = accounts.invite(
            ctx,
            email=form.email.data,
            name=form.name.data,
            role=Role(form.role.data),
            unit_id=UUID(form.unit_id.data),
            employee_id=accounts.employee_numbered(ctx, form.employee_id.data or ""),
        )
        return _link_page(ctx, token)


class Reinvite(Verb):
    name = "reinvite"
    label = _l("New invitation")
    help = _l(
        "For whoever has lost the link or forgotten the password. Earlier links stop working; the "
        "old password works until a new one is chosen."
    )
    permission = Permission.USERS_MANAGE

    def shown(self, ctx: Context, row: User) -> bool:
        return row.is_active and row.id != ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Response:
        return _link_page(ctx, accounts.reinvite(ctx, row_id))


class GrantRole(Verb):
    name = "grant-role"
    label = _l("Give role")
    form = RoleForm
    permission = Permission.USERS_MANAGE

    def prepare(self, ctx: Context, form: Any, row: User) -> None:
        form.role.choices = choices_of(_role_choices())
        form.unit_id.choices = choices_of(unit_choices(ctx))

    def shown(self, ctx: Context, row: User) -> bool:
        return row.is_active and row.id != ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.grant_role(
            ctx,
            row_id,
            role=Role(form.role.data),
            unit_id=UUID(form.unit_id.data),
            from_date=form.from_date.data,
        )
        return _("The role is given.")


class EndRole(Verb):
    name = "end-role"
    label = _l("End role")
    form = EndRoleForm
    permission = Permission.USERS_MANAGE
    danger = True

    def prepare(self, ctx: Context, form: Any, row: User) -> None:
        held = accounts.roles_of(ctx, [row.id]).get(row.id, [])
        form.role.choices = choices_of((str(one.id), role_text(one)) for one in held)

    def shown(self, ctx: Context, row: User) -> bool:
        return row.id != ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        held = accounts.end_role(ctx, UUID(form.role.data), on=form.on.data)
        return _("The role ends on %(day)s.", day=held.to_date.strftime("%d-%m-%Y"))  # type: ignore[union-attr]  # an ended role has a date


class CloseUser(Verb):
    name = "close"
    label = _l("Close login")
    help = _l("The user is signed out everywhere at once and cannot sign in. Nothing is deleted.")
    permission = Permission.USERS_MANAGE
    danger = True

    def shown(self, ctx: Context, row: User) -> bool:
        return row.is_active and row.id != ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.close_user(ctx, row_id)
        return _("The login is closed.")


class OpenUser(Verb):
    name = "open"
    label = _l("Open login")
    help = _l("The user can sign in again, with the same password and roles.")
    permission = Permission.USERS_MANAGE

    def shown(self, ctx: Context, row: User) -> bool:
        return not row.is_active and row.id != ctx.actor.user_id

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.open_user(ctx, row_id)
        return _("The login is open.")


class UsersView(RoomView):
    """The municipality's logins. Only municipal admins see them."""

    model_class = User
    endpoint_name = "users"
    label = _l("Users")
    group = SETUP
    help = _l("Who can sign in, and with which roles. Nobody changes their own roles.")
    permission = Permission.USERS_MANAGE
    verbs = (Invite, Reinvite, GrantRole, EndRole, CloseUser, OpenUser)
    column_list = ("name", "email", "roles", "is_active")
    column_details_list = ("name", "email", "roles", "is_active", "locale")
    more_columns = ("locale",)
    column_labels = {
        "name": _l("Name"),
        "email": _l("E-mail"),
        "roles": _l("Roles"),
        "is_active": _l("Login is open"),
        "locale": _l("Language"),
    }
    column_searchable_list = ("name", "email")
    column_filters = ("is_active",)
    column_sortable_list = ("name", "email", "is_active", "locale")
    column_default_sort = "name"

    def read_for(self, rows: Sequence[User]) -> None:
        """The page's roles, read at once."""
        self.ctx.memo["roles"] = accounts.roles_of(self.ctx, [row.id for row in rows])

    def _roles(self, _context: Any, row: User, _name: str) -> Markup:
        known = self.ctx.memo.get("roles")
        if known is None:
            known = accounts.roles_of(self.ctx, [row.id])
        lines = (Markup("<div>{}</div>").format(role_text(held)) for held in known.get(row.id, []))
        return Markup("").join(lines)

    def _language(self, _context: Any, row: User, _name: str) -> str:
        return str(LANGUAGES.get(row.locale, row.locale))

    column_formatters = {"roles": _roles, "is_active": yes_no("is_active"), "locale": _language}


def views() -> list[BaseView]:
    """The screens of this room."""
    return [
        DelegationsView(),
        UsersView(),
        ProfileView(name=_l("My profile"), endpoint="profile", url="profile"),
        *saved_views.views(),
    ]
