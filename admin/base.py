"""Base classes of every screen.

Flask-Admin swallows exceptions and renders again, and its own create, update and delete would
write without a service: none of them is reachable here. Screens read through it, and a *verb* is a
form page that calls a service inside a savepoint.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from types import MethodType
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, flash, has_app_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_admin.base import _wrap_view
from flask_admin.contrib.sqla import ModelView
from flask_admin.helpers import get_redirect_target
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import escape
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Query, Session, scoped_session

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import TenantOwned
from tenant_app.core.errors import N_, Invalid, NotFound, Refusal
from tenant_app.web.current import context
from tenant_app.web.errors import text_of

PAGE_SIZE = 50
LAST_PAGE = 100_000


class RequestSession:
    """What Flask-Admin takes for a session: always the open unit of work's own."""

    @property
    def session(self) -> Any:
        return context().session if has_app_context() else None


class Guarded:
    """Who may see a screen at all. The rows are another matter: see `RoomView.visible`."""

    permission: ClassVar[Permission | None] = None
    """None: whoever is signed in."""

    @property
    def ctx(self) -> Context:
        return context()

    def is_accessible(self) -> bool:
        return self.permission is None or self.ctx.actor.may(self.permission)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        self.ctx.require(self.permission or Permission.TENANT_CONFIGURE)
        raise NotFound()


class Page(Guarded, BaseView):
    """Any screen that is not a list of rows."""

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin's own would swallow a TypeError and call again.
        return fn(self, *args, **kwargs)


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


class RoomView(Guarded, ModelView):
    """A list of rows and their details, with the verbs of the room."""

    model_class: ClassVar[type[TenantOwned]]
    endpoint_name: ClassVar[str]
    label: ClassVar[Any]
    group: ClassVar[Any] = None
    """Menu group."""
    help: ClassVar[Any] = ""
    empty: ClassVar[Any] = _l("Nothing here yet.")
    verbs: ClassVar[Sequence[type[Verb]]] = ()
    load: ClassVar[tuple[Any, ...]] = ()
    """Loader options for what the list shows: lazy loading raises."""

    can_create = can_edit = can_delete = False
    can_view_details = True
    can_export = False
    export_types = ["csv"]
    export_max_rows = 20_000
    page_size = PAGE_SIZE
    simple_list_pager = True  # 59 ms against 167 ms at 200,000 rows
    column_display_pk = False
    # By number: a name made of the label would be another in each language.
    named_filter_urls = False
    action_disallowed_list = ("delete",)
    list_template = "admin/room_list.html"
    details_template = "admin/room_details.html"
    form_base_class = FlaskForm

    def __init__(self) -> None:
        self._verbs = {verb.name: verb() for verb in self.verbs}
        super().__init__(
            self.model_class,
            scoped_session_like(),
            name=self.label,
            category=self.group,
            endpoint=self.endpoint_name,
            url=self.endpoint_name,
        )
        # Flask-Admin's own create, edit, delete, actions and inline edit have no URL here.
        kept = {"index_view", *(["details_view"] if self.can_view_details else [])}
        kept |= {"export"} if self.can_export else set()
        self._urls = [url for url in type(self)._urls if url[1] in kept]
        for name, verb in self._verbs.items():
            method = f"verb_{name.replace('-', '_')}"
            page = _wrap_view(partial_named(method, RoomView._verb_page, verb))
            setattr(self, method, MethodType(page, self))
            self._urls.append((f"/{name}/", method, ("GET", "POST")))

    # Flask-Admin asks for relations and forms of each model; our screens have their own.
    def scaffold_form(self) -> type[FlaskForm]:
        return FlaskForm

    def scaffold_auto_joins(self) -> list[Any]:
        return []

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        """Which rows of the tenant the actor may see; None is all of them."""
        return None

    def _visible(self, query: Query[Any]) -> Query[Any]:
        condition = self.visible(self.ctx)
        return query if condition is None else query.filter(condition)

    def get_query(self) -> Query[Any]:
        return self._visible(self.ctx.session.query(self.model)).options(*self.load)

    def get_count_query(self) -> Query[Any]:
        return self._visible(self.ctx.session.query(func.count("*")).select_from(self.model))

    def get_one(self, id: str) -> Any:
        """The row, or NotFound: foreign, out of scope, malformed and never existing alike."""
        try:
            key = UUID(str(id))
        except ValueError:
            raise NotFound() from None
        found = self.get_query().filter(self.model.id == key).one_or_none()
        if found is None:
            raise NotFound()
        return found

    def _get_list_extra_args(self) -> Any:
        """What the URL asks for, within what the database can answer."""
        asked = super()._get_list_extra_args()
        asked.page = min(max(asked.page or 0, 0), LAST_PAGE)
        asked.search = (asked.search or "").replace("\0", "")[:200] or None
        return asked

    def _get_list_filter_args(self) -> Any:
        """The filters of the URL. One left at “all” arrives empty, and that is no error."""
        if not self._filters:
            return None
        chosen = []
        for name, value in request.args.items():
            position, _, word = name.removeprefix("flt").partition("_")
            if not name.startswith("flt") or word not in self._filter_args or not value:
                continue
            index, chosen_filter = self._filter_args[word]
            if chosen_filter.validate(value):
                chosen.append((position, (index, str(chosen_filter.name), value)))
            else:
                flash(self.get_invalid_value_msg(value, chosen_filter), "error")
        return [entry for _position, entry in sorted(chosen, key=lambda each: each[0])]

    def get_empty_list_message(self) -> Any:
        return self.empty

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> ResponseReturnValue:
        """What the list shows, as Danish Excel reads it: semicolons and a BOM."""
        if export_type not in self.export_types:
            raise NotFound()
        _count, rows = self._export_data()
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([tame(str(label)) for _name, label in self._export_columns])
        for row in rows:
            values = (self.get_export_value(row, name) for name, _label in self._export_columns)
            writer.writerow([cell(value) for value in values])
        response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{self.endpoint}.csv"'
        return response

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    def title_of(self, row: Any) -> str:
        """What a row is called in headings and crumbs."""
        return str(getattr(row, "name", None) or getattr(row, "title", None) or self.name)

    def buttons(self, row: Any = None) -> list[tuple[Verb, str]]:
        """The verbs to offer, with their URLs: for a row, or above the list."""
        offered = []
        for verb in self._verbs.values():
            if verb.on_row != (row is not None) or not self.ctx.actor.may(verb.permission):
                continue
            if row is not None and not verb.shown(self.ctx, row):
                continue
            keys = {"id": row.id} if row is not None else {}
            method = verb.name.replace("-", "_")
            offered.append((verb, self.get_url(f".verb_{method}", **keys)))
        return offered

    def _verb_page(self, verb: Verb) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id", "")) if verb.on_row else None
        self.ctx.require(verb.permission)
        return verb_page(self, self.ctx, verb, row, self._after(row))

    def _after(self, row: Any) -> str:
        target = get_redirect_target()
        if target:
            return target
        if row is not None and self.can_view_details:
            return self.get_url(".details_view", id=row.id)
        return self.get_url(".index_view")


_AMOUNT = re.compile(r"-?\d{1,3}(\.\d{3})*,\d\d kr")


def cell(value: Any) -> str:
    """What a list shows, for a spreadsheet: no markup, and amounts as numbers it can add up."""
    text = escape(value).replace("<br>", "; ").replace("</div>", "; ").striptags()
    text = text.removesuffix(";")
    return text.removesuffix(" kr") if _AMOUNT.fullmatch(text) else tame(text)


def tame(text: str) -> str:
    """A cell that a spreadsheet would run as a formula, made harmless."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\0") else text


def verb_page(view: BaseView, ctx: Any, verb: Any, row: Any, back: str) -> ResponseReturnValue:
    """Show the form, or act in a savepoint. A refusal is shown at its field; nothing changed."""
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
    wrong = [field for field in form if isinstance(field.data, str) and "\0" in field.data]
    for field in wrong:
        text = _("The text holds signs that cannot be kept. Write it without them.")
        field.errors = [*field.errors, text]
    return not wrong


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


def partial_named(name: str, function: Any, verb: Verb) -> Any:
    """Flask-Admin reads the name of a view; a bare partial has none."""

    def view(self: Any) -> Any:
        return function(self, verb)

    view.__name__ = name
    return view


def scoped_session_like() -> scoped_session[Session]:
    return RequestSession()  # type: ignore[return-value]  # Flask-Admin only asks it for `.session`


__all__ = ["N_", "Invalid", "Page", "RoomView", "Verb", "verb_page"]
