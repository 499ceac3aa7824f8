"""The doors of one room alone, as one user: the same unit of work around each request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, g
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView
from flask_admin.theme import Bootstrap4Theme
from flask_smorest import Api, Blueprint
from jinja2 import ChoiceLoader, FileSystemLoader

from admin import formats, saved_views, shell
from config.settings import Settings
from tenant_app.web import errors
from tenant_app.web.app import create_app
from tests.town import Town


class Door(Flask):
    """Each request is one unit of work of the user."""

    def __init__(self, town: Town, user: str) -> None:
        super().__init__(__name__)
        self.town, self.user = town, user
        self.config.update(
            API_TITLE="Room", API_VERSION="v1", OPENAPI_VERSION="3.1.0", TESTING=False
        )

    def dispatch_request(self) -> ResponseReturnValue:
        with self.town.as_user(self.user) as ctx:
            g.ctx = ctx
            return super().dispatch_request()


def api_of(town: Town, user: str, blueprint: Blueprint) -> FlaskClient:
    """A client of the room's API, acting as the user."""
    app = Door(town, user)
    Api(app).register_blueprint(blueprint)
    errors.init(app)
    return app.test_client()


def panel_of(town: Town, user: str, settings: Settings, views: list[BaseView]) -> FlaskClient:
    """A client of these screens, acting as the user, in Danish."""
    app = create_app(settings, town.db)
    app.config.update(WTF_CSRF_ENABLED=False)

    @contextmanager
    def opener() -> Iterator[object]:
        with town.as_user(user) as ctx:
            g.ctx = ctx
            try:
                yield ctx
            finally:
                g.ctx_after, g.ctx = ctx, None

    app.openers["/admin"] = opener
    templates = Path(formats.__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), app.jinja_loader])
    app.jinja_env.globals.update(
        {**shell.WORDS, **dict.fromkeys(("profile_url", "search_url"), lambda: None)}
    )
    site = Admin(app, url="/admin", theme=Bootstrap4Theme(base_template="admin/panel.html"))
    for view in [*views, *saved_views.views()]:  # every list offers to be kept
        site.add_view(view)
    return app.test_client()
