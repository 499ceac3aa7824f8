"""Coming in to a dialogue session: by its code, or from the list of those that are open here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from admin.base import Page, Verb, verb_page
from admin.labels_dialogue import STATES, TONES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue


class JoinForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [DataRequired(), Length(max=50)],
        description=_l("Six letters and digits: they stand on the shared screen."),
    )


class Join(Verb):
    name = "join"
    label = _l("Join the session")
    help = _l(
        "Type the code of the meeting. Whoever was there before finds their answers and votes "
        "again."
    )
    form = JoinForm
    permission = Permission.DIALOGUE_JOIN
    on_row = False
    template = "dialogue/join.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.code.data = request.args.get("code", "")[:50].replace("\0", "")

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return {"open": dialogue.joinable(ctx), "states": STATES, "tones": TONES}

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> Any:
        found = dialogue.join(ctx, form.code.data)
        return redirect(url_for("dialogue-live.phone", id=found.id))


class JoinPage(Page):
    """One box for a code, made for a phone."""

    permission = Permission.DIALOGUE_JOIN

    def __init__(self) -> None:
        super().__init__(
            name=_l("Join a dialogue session"), endpoint="dialogue-join", url="dialogue-join"
        )

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        return verb_page(self, self.ctx, Join(), None, self.get_url("admin.index"))
