"""The shape of logins, roles, deputies and tokens in JSON. Days are ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.accounts.models import Role
from tenant_app.accounts.rules import LOCALES, LONGEST_EMAIL, LONGEST_NAME, TOKEN_DAYS


class UnitRef(Schema):
    """Where."""

    id = fields.UUID()
    number = fields.String()
    name = fields.String()


class UserRef(Schema):
    """Who."""

    id = fields.UUID()
    name = fields.String()
    email = fields.String()


class HeldRoleOut(Schema):
    """A role at a unit and below, up to but not including `to_date`."""

    id = fields.UUID()
    role = fields.Enum(Role, by_value=True)
    unit = fields.Nested(UnitRef)
    from_date = fields.Date()
    to_date = fields.Date(allow_none=True)


class RoleOut(HeldRoleOut):
    """A role and who holds it."""

    user = fields.Nested(UserRef)


class RoleQuery(Schema):
    """Whose roles; all when left out."""

    user_id = fields.UUID(load_default=None)


class RoleIn(Schema):
    """A role to give to another user."""

    user_id = fields.UUID(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    unit_id = fields.UUID(required=True)
    from_date = fields.Date(load_default=None, metadata={"description": "Today when left out"})


class RoleEndIn(Schema):
    """The first day without the role."""

    on = fields.Date(load_default=None, metadata={"description": "Today when left out"})


class UserOut(Schema):
    """A login."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    employee_id = fields.UUID(allow_none=True)
    locale = fields.String()
    is_active = fields.Boolean()


class LoginOut(Schema):
    """A login with the roles held today or later."""

    user = fields.Nested(UserOut)
    roles = fields.List(fields.Nested(HeldRoleOut))


class UserQuery(Schema):
    """Part of a name or an e-mail."""

    search = fields.String(load_default="", validate=validate.Length(max=100))


class InvitationIn(Schema):
    """A new login with its first role."""

    email = fields.String(required=True, validate=validate.Length(max=LONGEST_EMAIL))
    name = fields.String(required=True, validate=validate.Length(max=LONGEST_NAME))
    role = fields.Enum(Role, by_value=True, required=True)
    unit_id = fields.UUID(required=True)
    employee_id = fields.UUID(load_default=None, allow_none=True)


class InvitationOut(Schema):
    """The one time the link is shown. It works once, for 14 days."""

    path = fields.String(metadata={"description": "Path of the link on the municipality's host"})


class DelegationIn(Schema):
    """A deputy for a period, both days included."""

    deputy = fields.String(required=True, metadata={"description": "E-mail of an open login"})
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    leader = fields.String(
        load_default=None,
        metadata={"description": "E-mail of the leader, for municipal admins; else oneself"},
    )


class DelegationOut(Schema):
    """Who stands in for whom, and when."""

    id = fields.UUID()
    leader = fields.Nested(UserRef)
    deputy = fields.Nested(UserRef)
    from_date = fields.Date()
    to_date = fields.Date()
    reason = fields.String()
    revoked_at = fields.DateTime(allow_none=True)


class TokenIn(Schema):
    """A key to make."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    days = fields.Integer(
        strict=True, required=True, metadata={"description": f"1 to {TOKEN_DAYS}"}
    )


class NewTokenOut(Schema):
    """The one time the token is shown."""

    token = fields.String()


class TokenOut(Schema):
    """A key of one's own, without its secret."""

    id = fields.UUID()
    name = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime()
    revoked_at = fields.DateTime(allow_none=True)


class GrantOut(Schema):
    """A role the caller acts with today; `deputy_for` names the leader who lent it."""

    role = fields.String()
    unit_id = fields.UUID()
    deputy_for = fields.UUID(allow_none=True)


class MeOut(Schema):
    """Who calls, in which municipality, with which roles."""

    user = fields.Nested(UserOut)
    municipality = fields.String()
    grants = fields.List(fields.Nested(GrantOut))
    permissions = fields.List(fields.String())


class LocaleIn(Schema):
    """The language of one's own pages."""

    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))
