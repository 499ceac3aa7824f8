"""Working in one of several roles: a browser's session sees less for a while, never more.

The session keeps the name of a grant, not the grant. What is held is asked anew at each request,
so a role that ended meanwhile opens nothing.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tenant_app.accounts import service as accounts
from tenant_app.accounts.rules import GrantGone, key_of
from tenant_app.core.access import Actor, Grant
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden
from tenant_app.web.current import context

KEPT = "works_as"
"""In the session: the key of the chosen grant."""

blueprint = Blueprint("working_as", __name__, url_prefix="/admin")


def narrowed(ctx: Context, actor: Actor) -> Actor:
    """The actor as chosen in this browser. A choice that holds no more is forgotten, and said."""
    try:
        return accounts.working_as(ctx, actor, key=session.get(KEPT))
    except GrantGone:
        session.pop(KEPT)
        flash(_("You no longer hold the role you had chosen. You now work in all your roles."))
        return actor


def choices(ctx: Context) -> list[tuple[str, Grant]]:
    """(key, grant) of everything the reader may choose; none where there is nothing to choose."""
    held = {key_of(grant): grant for grant in ctx.memo.get("grants", ())}
    return list(held.items()) if len(held) > 1 else []


def chosen() -> str | None:
    """The key of the grant worked in; None for all."""
    return session.get(KEPT)


@blueprint.post("/working-as")
def choose() -> ResponseReturnValue:
    """This browser works in the chosen role, or in all of them when none is named.

    Raises GrantGone for a role not held, Forbidden for vendor staff in support.
    """
    ctx = context()
    if ctx.actor.user_id is None:
        raise Forbidden(N_("Only a user with a login of their own can do this."))
    key = request.form.get("grant", "")
    if not key:
        session.pop(KEPT, None)
        flash(_("You now work in all your roles."), "success")
    else:
        accounts.working_as(ctx, replace(ctx.actor, grants=ctx.memo["grants"]), key=key)
        session[KEPT] = key
    # Not where one stood: the page may not be open to the chosen role.
    return redirect(url_for("admin.index"))


def init(app: Flask) -> None:
    """Templates know what can be chosen."""
    app.jinja_env.globals.update(works_as=chosen, works_as_choices=choices)
    app.register_blueprint(blueprint)
