"""Base classes of every screen.

Flask-Admin swallows exceptions and renders again, and its own create, update and delete would
write without a service: none of them is reachable here. Screens read through it, and a *verb* is a
form page that calls a service inside a savepoint.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask import current_app, flash, has_app_context, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_admin.helpers import get_redirect_target
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, Session, scoped_session

from admin.beginnings import Begins
from admin.lists import RowList
from admin.verbs import OffersVerbs, Verb, verb_page
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import TenantOwned
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.paging import COUNTED
from tenant_app.web.current import context


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


class RoomView(Begins, OffersVerbs, Guarded, RowList):
    """A list of rows and their details, with the verbs of the room."""

    model_class: ClassVar[type[TenantOwned]]
    endpoint_name: ClassVar[str]
    label: ClassVar[Any]
    group: ClassVar[Any] = None
    """Menu group."""
    help: ClassVar[Any] = ""
    empty: ClassVar[Any] = _l("Nothing here yet.")
    """What an empty list says first; `what_next` says the rest."""
    thread: ClassVar[str] = ""
    """Which link of the red thread a row is: its page then leads to its neighbours."""
    load: ClassVar[tuple[Any, ...]] = ()
    """Loader options for what the list shows: lazy loading raises."""

    can_create = can_edit = can_delete = False
    can_view_details = True
    column_display_pk = False
    action_disallowed_list = ("delete",)
    list_template = "admin/room_list.html"
    details_template = "admin/room_details.html"
    form_base_class = FlaskForm

    def __init__(self) -> None:
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
        self.wire_verbs()

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
        asked.page = min(max(asked.page or 0, 0), COUNTED)
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

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)

    def title_of(self, row: Any) -> str:
        """What a row is called in headings and crumbs."""
        return str(getattr(row, "name", None) or getattr(row, "title", None) or self.name)

    def thread_url(self, row: Any) -> str | None:
        """Where both neighbours of the row are shown; None for what is on no thread."""
        reads = self.ctx.actor.may(Permission.GOALS_VIEW)
        if not self.thread or not reads or "thread.index" not in current_app.view_functions:
            return None
        return self.get_url("thread.index", kind=self.thread, id=row.id)

    def after(self, row: Any) -> str:
        """Where a verb leads when it is done: where one came from, the row, or the list."""
        target = get_redirect_target()
        if target:
            return target
        if row is not None and self.can_view_details:
            return self.get_url(".details_view", id=row.id)
        return self.get_url(".index_view")


def scoped_session_like() -> scoped_session[Session]:
    return RequestSession()  # type: ignore[return-value]  # Flask-Admin only asks it for `.session`


__all__ = ["N_", "Invalid", "Page", "RoomView", "Verb", "verb_page"]
