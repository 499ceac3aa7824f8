"""Verbs of logins, roles, deputies, sign-in and tokens: one file per story."""

from tenant_app.accounts.service.actors import (
    actor_for,
    actor_of,
    actor_of_session,
    actor_of_token,
    working_as,
)
from tenant_app.accounts.service.deputies import (
    delegate,
    delegations,
    delegations_of_mine,
    has_own_deputies,
    revoke_delegation,
    user_named,
)
from tenant_app.accounts.service.invitations import (
    GONE,
    accept_invitation,
    employee_numbered,
    invite,
    invited,
    reinvite,
)
from tenant_app.accounts.service.leaving import keep_an_administrator
from tenant_app.accounts.service.logins import (
    Login,
    change_password,
    close_user,
    me,
    open_user,
    roles_of,
    set_locale,
    users,
)
from tenant_app.accounts.service.roles import end_role, grant_role, roles
from tenant_app.accounts.service.saved_views import (
    own_view,
    put_view_first,
    remove_view,
    save_view,
    views_of,
)
from tenant_app.accounts.service.signing_in import open_session, sign_in, sign_out
from tenant_app.accounts.service.tokens import make_token, own_token, revoke_token, tokens

__all__ = [
    "GONE",
    "Login",
    "accept_invitation",
    "actor_for",
    "actor_of",
    "actor_of_session",
    "actor_of_token",
    "change_password",
    "close_user",
    "delegate",
    "delegations",
    "delegations_of_mine",
    "employee_numbered",
    "end_role",
    "grant_role",
    "has_own_deputies",
    "invite",
    "invited",
    "keep_an_administrator",
    "make_token",
    "me",
    "open_session",
    "open_user",
    "own_token",
    "own_view",
    "put_view_first",
    "reinvite",
    "remove_view",
    "revoke_delegation",
    "revoke_token",
    "roles",
    "roles_of",
    "save_view",
    "set_locale",
    "sign_in",
    "sign_out",
    "tokens",
    "user_named",
    "users",
    "views_of",
    "working_as",
]
