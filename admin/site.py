"""The municipality's panel: collects the screens of every room."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, url_for
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.theme import Bootstrap4Theme
from flask_babel import lazy_gettext as _l
from jinja2 import ChoiceLoader, FileSystemLoader

from admin import (
    accounts,
    budgets,
    catalogue,
    competences,
    enrolments,
    imports,
    jobs,
    organisation,
    reports,
    tenancy,
    vendor,
)
from admin.base import Guarded
from admin.home import home
from admin.labels import ROLES
from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor
from tenant_app.web.current import context, nonce

HERE = Path(__file__).parent
ROOMS = (
    enrolments,
    budgets,
    reports,
    catalogue,
    competences,
    organisation,
    imports,
    accounts,
    tenancy,
    jobs,
)


class Home(Guarded, AdminIndexView):
    """Where each role begins."""

    @expose()
    def index(self) -> Any:
        return self.render("admin/home.html", **home(self.ctx))


@cache
def _print(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]


def panel_static(name: str) -> str:
    """The URL of one of our files, with its print: cached for ever, fetched anew when changed."""
    return url_for("panel_files.static", filename=name, v=_print(name))


def site_name() -> str:
    """The municipality whose panel this is."""
    ctx = _ctx()
    tenant = ctx.memo.get("tenant") if ctx is not None else None
    return tenant.name if tenant is not None else "Rød Tråd"


def roles_of(actor: Actor) -> str:
    """The actor's roles in the reader's language."""
    return ", ".join(dict.fromkeys(str(ROLES[Role(grant.role)]) for grant in actor.grants))


def _ctx() -> Any:
    try:
        return context()
    except Exception:
        return None


def profile_url() -> str | None:
    """The page about oneself; support sessions have none."""
    ctx = _ctx()
    if ctx is None or ctx.actor.user_id is None:
        return None
    return url_for("profile.index")


def mount(app: Flask) -> None:
    """Put both panels on the web floor."""
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(HERE / "templates"), app.jinja_loader]  # type: ignore[list-item]
    )
    app.register_blueprint(
        Blueprint(
            "panel_files", __name__, static_folder=str(HERE / "static"), static_url_path="/panel"
        )
    )
    app.jinja_env.globals.update(
        panel_static=panel_static, site_name=site_name, roles_of=roles_of, profile_url=profile_url
    )
    site = Admin(
        app,
        name="Rød Tråd",
        url="/admin",
        index_view=Home(name=_l("Overview"), url="/admin", endpoint="admin"),
        theme=Bootstrap4Theme(base_template="admin/panel.html"),
        csp_nonce_generator=nonce,
    )
    for room in ROOMS:
        for view in room.views():
            site.add_view(view)
    vendor.mount(app)
