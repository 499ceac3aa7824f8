"""The municipality's panel: collects the screens of every room."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.theme import Bootstrap4Theme
from flask_babel import lazy_gettext as _l

from admin import (
    accounts,
    anchoring,
    budgets,
    catalogue,
    chain,
    competences,
    cooperation,
    dialogue,
    dialogue_live,
    enrolments,
    explaining,
    forecasts,
    forums,
    funds,
    goal_tree,
    goals,
    imports,
    initiatives,
    invoices,
    jobs,
    needs,
    organisation,
    reports,
    resource_persons,
    rounds,
    scenarios,
    search,
    shell,
    supervision,
    talks,
    tenancy,
    vendor,
)
from admin.base import Guarded
from admin.home import home
from tenant_app.web.current import nonce

ROOMS = (
    enrolments,
    anchoring,
    supervision,
    talks,
    budgets,
    rounds,
    funds,
    invoices,
    reports,
    forecasts,
    explaining,
    scenarios,
    catalogue,
    competences,
    goals,
    goal_tree,
    needs,
    initiatives,
    cooperation,
    resource_persons,
    dialogue,
    dialogue_live,
    forums,
    chain,
    organisation,
    imports,
    accounts,
    tenancy,
    jobs,
    search,
)


class Home(Guarded, AdminIndexView):
    """Where each role begins."""

    @expose()
    def index(self) -> Any:
        return self.render("admin/home.html", **home(self.ctx))


def mount(app: Flask) -> None:
    """Put both panels on the web floor."""
    shell.init(app)
    site = Admin(
        app,
        name="Rød Tråd",
        url="/admin",
        index_view=shell.without_files(Home(name=_l("Overview"), url="/admin", endpoint="admin")),
        theme=Bootstrap4Theme(base_template="admin/panel.html"),
        csp_nonce_generator=nonce,
    )
    for room in ROOMS:
        for view in room.views():
            site.add_view(view)
    vendor.mount(app)
