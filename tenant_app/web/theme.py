"""Light or dark: as the system says, or as chosen in this browser, signed in or not."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue

from tenant_app.web.current import settings
from tenant_app.web.signin import local_path

COOKIE = "theme"
THEMES = ("light", "dark")
"""Without the cookie the system decides."""
YEAR = 365 * 24 * 3600
MEDIA = {
    "light": None,
    "dark": "screen",
    "system": "screen and (prefers-color-scheme: dark)",
}
"""When the dark colours hold. On paper they never do."""

blueprint = Blueprint("theme", __name__)


def appearance() -> str:
    """`light`, `dark` or `system`. Known to the server, so that no page flashes."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in THEMES else "system"


def dark_media() -> str | None:
    """The media for which dark.css is linked; None where it is not."""
    return MEDIA[appearance()]


@blueprint.post("/theme")
def choose() -> ResponseReturnValue:
    """This browser shows the chosen theme from now on; anything else follows the system."""
    response = redirect(local_path(request.form.get("next"), otherwise="home"))
    chosen = request.form.get("theme", "")
    secure = settings().secure_cookies
    if chosen in THEMES:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=secure
        )
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=secure)
    return response


def init(app: Flask) -> None:
    """Templates know the theme."""
    app.jinja_env.globals.update(appearance=appearance, dark_media=dark_media)
    app.register_blueprint(blueprint)
