"""The page about oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from flask_admin import expose
from flask_admin.helpers import get_current_view
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.fields import choices_of
from admin.labels import ROLES
from admin.verb_pages import VerbPage
from tenant_app.accounts import service as accounts
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation

LANGUAGES = {"da": _l("Danish"), "en": _l("English")}
EVERY_ROLE = Permission.CATALOGUE_VIEW
"""Everybody with a role has this one: what one does for oneself needs no more."""


def shown_once(template: str, **words: Any) -> Response:
    """A page with a secret that is not shown again."""
    return make_response(get_current_view().render(template, **words))


class LanguageForm(FlaskForm):
    locale = RadioField(_l("Language"), [InputRequired()], choices=choices_of(LANGUAGES.items()))


class SetLanguage(Verb):
    name = "language"
    label = _l("Change language")
    form = LanguageForm
    permission = EVERY_ROLE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.locale.data = accounts.me(ctx).locale

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        ctx.memo["user"] = accounts.set_locale(ctx, locale=form.locale.data)
        return _("Your language is changed.")


class TokenForm(FlaskForm):
    name = StringField(
        _l("Name"),
        [DataRequired(), Length(max=100)],
        description=_l("What it is for, so that you know which one to revoke later."),
    )
    days = IntegerField(_l("Days"), [InputRequired()], description=_l("1 to 365."), default=90)


class MakeToken(Verb):
    name = "token"
    label = _l("Make API token")
    help = _l("A program that has the token can do what you can. The next page shows it once.")
    form = TokenForm
    permission = EVERY_ROLE
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: None) -> Response:
        token = accounts.make_token(ctx, name=form.name.data, days=form.days.data)
        return shown_once("accounts/token.html", token=token)


class RevokeToken(Verb):
    name = "revoke-token"
    label = _l("Revoke")
    help = _l("Programs that use the token are refused from now on.")
    permission = EVERY_ROLE
    danger = True

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.revoked_at is None and row.expires_at > ctx.now

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.revoke_token(ctx, row_id)
        return _("The token is revoked.")


class ProfileView(VerbPage):
    """The page about oneself: language, password, tokens, deputies."""

    verbs = (SetLanguage, MakeToken, RevokeToken)
    help = _l("Your language, your password, your roles and who stands in for you.")

    def is_visible(self) -> bool:
        return False  # reached from the top bar

    def get_one(self, key: str) -> Any:
        """One of one's own tokens."""
        try:
            token_id = UUID(key)
        except ValueError:
            raise NotFound() from None
        return accounts.own_token(self.ctx, token_id)

    @expose("/")
    def index(self) -> Any:
        ctx = self.ctx
        user = accounts.me(ctx)
        return self.render(
            "accounts/profile.html",
            user=user,
            language=LANGUAGES[user.locale],
            grants=ctx.actor.grants,
            role_names={role.value: label for role, label in ROLES.items()},
            unit_names=self._unit_names(),
            tokens=accounts.tokens(ctx, page_size=200).items,
            delegations=accounts.delegations_of_mine(ctx),
            appoints=ctx.actor.may(Permission.DELEGATION_MANAGE),
        )

    def _unit_names(self) -> dict[UUID, str]:
        return {place.unit_id: place.unit.name for place in organisation.placements(self.ctx)}
