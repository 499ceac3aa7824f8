"""Verbs on screens: a button, a form page inside a savepoint, and one call of a service.

Every screen that offers verbs, whether a list of rows or any other page, of the municipality or of
the vendor, is wired here.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MethodType
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin.base import _wrap_view
from flask_admin.helpers import get_redirect_target
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import FormField

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound, Refusal
from tenant_app.web import unsent
from tenant_app.web.errors import text_of


class Verb:
    """Something a user does: a button, a form page, and one call of a service."""

    name: ClassVar[str]
    label: ClassVar[Any]
    form: ClassVar[type[FlaskForm]] = FlaskForm
    permission: ClassVar[Permission]
    on_row: ClassVar[bool] = True
    danger: ClassVar[bool] = False
    help: ClassVar[Any] = ""
    template: ClassVar[str] = "admin/verb.html"

    def prepare(self, ctx: Context, form: FlaskForm, row: Any) -> None:
        """Set the choices of selects and, on GET, the values to begin with."""

    def shown(self, ctx: Context, row: Any) -> bool:
        """Whether the button makes sense for this row. The service decides all the same."""
        return True

    def act(self, ctx: Context, form: FlaskForm, row_id: UUID | None) -> Any:
        """Call the service; return what to tell the user, or a response to show."""
        raise NotImplementedError

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        """More for the template, such as a preview."""
        return {}


class OffersVerbs:
    """A screen with a form page per verb. The class beside it is the view, and says what `ctx` is.

    `wire_verbs` is called once, when the view is made.
    """

    verbs: ClassVar[Sequence[type[Verb]]] = ()
    ctx: Any
    get_url: Any
    _urls: list[Any]
    _verbs: dict[str, Verb]

    def wire_verbs(self) -> None:
        """Each verb has its URL."""
        self._verbs = {verb.name: self.make(verb) for verb in self.verbs}
        for name, verb in self._verbs.items():
            method = method_of(verb)
            page = _wrap_view(_page_of(method, verb))
            setattr(self, method, MethodType(page, self))
            self._urls.append((f"/{name}/", method, ("GET", "POST")))

    def make(self, verb: type[Verb]) -> Verb:
        """The verb as this screen offers it."""
        return verb()

    def may(self, verb: Verb) -> bool:
        """Whether whoever asks has the verb's permission."""
        return bool(self.ctx.actor.may(verb.permission))

    def get_one(self, id: str) -> Any:
        """The row a verb is about. Raises NotFound."""
        raise NotFound()

    def buttons(self, row: Any = None) -> list[tuple[Verb, str]]:
        """The verbs to offer, with their URLs: for a row, or above the list."""
        offered = []
        for verb in self._verbs.values():
            if verb.on_row != (row is not None) or not self.may(verb):
                continue
            if row is not None and not verb.shown(self.ctx, row):
                continue
            keys = {"id": row.id} if row is not None else {}
            offered.append((verb, self.get_url(f".{method_of(verb)}", **keys)))
        return offered

    def after(self, row: Any) -> str:
        """Where a verb leads when it is done."""
        return get_redirect_target() or self.get_url(".index")

    def verb_page(self, verb: Verb) -> ResponseReturnValue:
        """The page of a verb, for a row that the reader may see."""
        row = self.get_one(request.args.get("id", "")) if verb.on_row else None
        self.ctx.require(verb.permission)
        return verb_page(self, self.ctx, verb, row, self.after(row))


def method_of(verb: Verb) -> str:
    """The name of the verb's page in its view, as addresses are built of it."""
    return f"verb_{verb.name.replace('-', '_')}"


def _page_of(method: str, verb: Verb) -> Any:
    """Flask-Admin reads the name of a view; a bare partial has none."""

    def view(self: OffersVerbs) -> ResponseReturnValue:
        return self.verb_page(verb)

    view.__name__ = method
    return view


def verb_page(view: Any, ctx: Any, verb: Any, row: Any, back: str) -> ResponseReturnValue:
    """Show the form, or act in a savepoint. A refusal is shown at its field; nothing changed."""
    with unsent.as_it_was_sent():
        form = verb.form()
        verb.prepare(ctx, form, row)
    # Asked before a refusal expires the row with all that was loaded for it.
    named = row is not None and hasattr(view, "title_of")
    title = view.title_of(row) if named else ""
    status = 200
    refusal: Refusal | None = None
    if request.method == "POST":
        if form.validate() and _can_be_kept(form):
            try:
                with ctx.session.begin_nested():
                    answer = verb.act(ctx, form, row.id if row is not None else None)
                    ctx.session.flush()  # constraint errors belong inside the savepoint
            except Refusal as caught:
                refusal = caught
                status = caught.status
            else:
                if isinstance(answer, Response):
                    return answer
                if answer:
                    flash(answer, "success")
                return redirect(back)
        else:
            status = 422
    if refusal is not None:
        ctx.session.expire_all()
        _show_refusal(form, refusal)
    page = view.render(
        verb.template,
        verb=verb,
        form=form,
        row=row,
        row_title=title,
        back=back,
        **verb.extra(ctx, row),
    )
    return page, status


def _can_be_kept(form: FlaskForm) -> bool:
    """Whether PostgreSQL can hold what was typed; where not, the field says so."""
    wrong = [field for field in form if _holds_nul(field.data)]
    text = _("The text holds signs that cannot be kept. Write it without them.")
    for field in wrong:
        if isinstance(field, FormField):  # its errors are those of its fields
            form.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]
    return not wrong


def _holds_nul(data: Any) -> bool:
    """Whether a text has it, however deep among lines of fields it stands."""
    if isinstance(data, dict):
        return any(map(_holds_nul, data.values()))
    if isinstance(data, list):
        return any(map(_holds_nul, data))
    return isinstance(data, str) and "\0" in data


def _show_refusal(form: FlaskForm, refusal: Refusal) -> None:
    text = text_of(refusal)
    errors = getattr(refusal, "errors", None) or {}
    placed = False
    for name, messages in errors.items():
        if name in form:
            form[name].errors = [*form[name].errors, *messages]
            placed = True
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, text]
        placed = True
    if not placed:
        form.form_errors.append(text)


__all__ = ["OffersVerbs", "Verb", "verb_page"]
