"""Deputies: who stands in for whom, and when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import RoomView, Verb
from admin.fields import DanishDateField
from admin.formats import day
from admin.labels import PEOPLE
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Delegation
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation


class DelegateForm(FlaskForm):
    deputy = StringField(
        _l("Deputy's e-mail"),
        [DataRequired(), Length(max=254)],
        description=_l("The e-mail the deputy signs in with."),
    )
    from_date = DanishDateField(
        _l("First day"), [InputRequired()], description=_l("dd-mm-yyyy, included.")
    )
    to_date = DanishDateField(
        _l("Last day"), [InputRequired()], description=_l("dd-mm-yyyy, included.")
    )
    reason = StringField(_l("Reason"), [Optional(), Length(max=500)])
    leader = StringField(
        _l("Leader's e-mail"),
        [Optional(), Length(max=254)],
        description=_l("Only for administrators: whom the deputy stands in for."),
    )


class Delegate(Verb):
    name = "delegate"
    label = _l("Appoint deputy")
    help = _l(
        "The deputy can do what the leader can, on these days. What the leader has borrowed from "
        "others is not passed on."
    )
    form = DelegateForm
    permission = Permission.DELEGATION_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if not ctx.actor.may(Permission.USERS_MANAGE):
            del form.leader
        elif request.method == "GET":
            form.leader.data = accounts.me(ctx).email if accounts.has_own_deputies(ctx) else ""

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        leader = form.leader.data.strip() if form.leader and form.leader.data else ""
        deputy = accounts.user_named(ctx, email=form.deputy.data)
        accounts.delegate(
            ctx,
            deputy_id=deputy.id,
            from_date=form.from_date.data,
            to_date=form.to_date.data,
            reason=form.reason.data or "",
            leader_id=accounts.user_named(ctx, email=leader, field="leader").id if leader else None,
        )
        return _("%(name)s is deputy in the period.", name=deputy.name)


class RevokeDelegation(Verb):
    name = "revoke"
    label = _l("End at once")
    help = _l("The deputy can do nothing more in the leader's place.")
    permission = Permission.DELEGATION_MANAGE
    danger = True

    def shown(self, ctx: Context, row: Delegation) -> bool:
        mine = row.leader_id == ctx.actor.user_id or ctx.actor.may(Permission.USERS_MANAGE)
        return mine and row.revoked_at is None and row.to_date >= ctx.today

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.revoke_delegation(ctx, row_id)
        return _("The deputy's period is over.")


class DelegationsView(RoomView):
    """Who stands in for whom: one's own, or all for municipal admins."""

    model_class = Delegation
    endpoint_name = "delegations"
    label = _l("Deputies")
    help = _l("Who stands in for a leader, and when.")
    empty = _l("No deputies yet. Appoint one for holidays and illness.")
    group = PEOPLE
    permission = Permission.DELEGATION_MANAGE
    verbs = (Delegate, RevokeDelegation)
    load = (joinedload(Delegation.leader), joinedload(Delegation.deputy))
    column_list = ("leader", "deputy", "from_date", "to_date", "reason", "revoked_at")
    column_details_list = column_list
    column_labels = {
        "leader": _l("Leader"),
        "deputy": _l("Deputy"),
        "from_date": _l("First day"),
        "to_date": _l("Last day"),
        "reason": _l("Reason"),
        "revoked_at": _l("Ended early"),
    }
    column_sortable_list = (
        ("leader", "leader.name"),
        ("deputy", "deputy.name"),
        *("from_date", "to_date", "revoked_at"),
    )
    column_default_sort = ("from_date", True)
    column_formatters = {
        "leader": lambda _view, _context, row, _name: row.leader.name,
        "deputy": lambda _view, _context, row, _name: row.deputy.name,
        "from_date": day("from_date"),
        "to_date": day("to_date"),
        "revoked_at": day("revoked_at"),
    }

    def title_of(self, row: Delegation) -> str:
        return row.deputy.name

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        if ctx.actor.may(Permission.USERS_MANAGE, at=organisation.root_path(ctx)):
            return None
        me = ctx.actor.user_id
        return (Delegation.leader_id == me) | (Delegation.deputy_id == me)
