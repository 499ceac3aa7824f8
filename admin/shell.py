"""What the frame around every screen shows: whose panel, who reads, in which role, and the menu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_admin import AdminIndexView
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, FileSystemLoader

from admin.forums_joins import decided_on
from admin.labels import ROLES
from admin.menu import menu
from admin.notices import job_notices
from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor, Grant
from tenant_app.core.context import Context
from tenant_app.core.errors import SignInRequired
from tenant_app.web.assets import asset
from tenant_app.web.current import context

HERE = Path(__file__).parent


def panel_static(name: str) -> str:
    """The URL of one of the panel's own files, under the name that holds its print."""
    return asset("panel", name)


def _ctx() -> Context | None:
    try:
        return context()
    except SignInRequired:
        return None


def site_name() -> str:
    """The municipality whose panel this is."""
    ctx = _ctx()
    tenant = ctx.memo.get("tenant") if ctx is not None else None
    return tenant.name if tenant is not None else "Rød Tråd"


def role_name(grant: Grant) -> str:
    """The role in the reader's language."""
    return str(ROLES[Role(grant.role)])


def _is_at_top(grant: Grant) -> bool:
    return grant.path.count(".") == 1


def grant_text(grant: Grant) -> str:
    """The role, where it holds, and whose it is: `Områdeleder, Nord (for Hanne Holm)`."""
    where = "" if _is_at_top(grant) or not grant.unit_name else f", {grant.unit_name}"
    text = role_name(grant) + where
    if grant.deputy_for is not None:
        text = _("%(role)s (deputy for %(name)s)", role=text, name=grant.holder_name)
    return text


def roles_of(actor: Actor) -> str:
    """The role and its unit; of somebody with several roles, their names."""
    if len(actor.grants) == 1:
        return grant_text(actor.grants[0])
    return ", ".join(dict.fromkeys(role_name(grant) for grant in actor.grants)) or _("No role")


def profile_url() -> str | None:
    """The page about oneself; support sessions have none."""
    ctx = _ctx()
    if ctx is None or ctx.actor.user_id is None:
        return None
    return url_for("profile.index")


def search_url() -> str | None:
    """Where the field on top of every page sends what was typed."""
    return url_for("search.index") if _ctx() is not None else None


def without_files(view: AdminIndexView) -> AdminIndexView:
    """The front page without Flask-Admin's own address for files: what is used has one of ours."""
    view.static_folder = None
    return view


WORDS: dict[str, Any] = {
    "panel_static": panel_static,
    "site_name": site_name,
    "roles_of": roles_of,
    "grant_text": grant_text,
    "profile_url": profile_url,
    "search_url": search_url,
    "menu": menu,
    "job_notices": job_notices,
    "decided_on": decided_on,
}


def init(app: Flask) -> None:
    """The panel's templates, and what they may ask."""
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(HERE / "templates"), app.jinja_loader]  # type: ignore[list-item]  # set by Flask
    )
    app.jinja_env.globals.update(WORDS)
