"""Everybody's own saved views of the lists: saved above a list, kept in order here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_admin import BaseView, expose
from flask_admin.helpers import get_current_view
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from admin.base import RoomView, Verb
from admin.profile import EVERY_ROLE
from admin.verb_pages import VerbPage
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import SavedView
from tenant_app.accounts.rules import LONGEST_VIEW_NAME, was_searched
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound


class ViewForm(FlaskForm):
    name = StringField(
        _l("Name of the view"),
        [DataRequired(), Length(max=LONGEST_VIEW_NAME)],
        description=_l("Keeps the filters, the order and the columns. Only you see it."),
    )
    is_default = BooleanField(_l("Open the list with it"))
    view = HiddenField()
    query = HiddenField()


class Save(Verb):
    """Posted from above a list; the page by itself shows what was refused."""

    name = "save"
    label = _l("Save view")
    help = _l("A view with the same name is replaced.")
    form = ViewForm
    permission = EVERY_ROLE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.view.data = request.args.get("view", "")
            form.query.data = request.args.get("query", "")

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        shown = list_named(form.view.data or "")
        kept = accounts.save_view(
            ctx,
            view=shown.endpoint,
            name=form.name.data,
            query=form.query.data or "",
            is_default=form.is_default.data,
        )
        flash(_("The view “%(name)s” is saved.", name=kept.name), "success")
        if was_searched(form.query.data or ""):
            flash(_("What you searched for is not kept, since it may be a person's name."))
        return redirect(shown.url_of(kept.query))


class PutFirst(Verb):
    name = "put-first"
    label = _l("Open the list with it")
    help = _l("The list begins so, whenever you open it from the menu.")
    permission = EVERY_ROLE

    def shown(self, ctx: Context, row: SavedView) -> bool:
        return not row.is_default

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        kept = accounts.put_view_first(ctx, row_id)
        return _("The list opens with “%(name)s” from now on.", name=kept.name)


class StepBack(Verb):
    name = "step-back"
    label = _l("Do not open the list with it")
    help = _l("The list begins with all rows again. The view stays.")
    permission = EVERY_ROLE

    def shown(self, ctx: Context, row: SavedView) -> bool:
        return row.is_default

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        accounts.put_view_first(ctx, row_id, first=False)
        return _("The list begins with all rows again.")


class Remove(Verb):
    name = "remove"
    label = _l("Remove the view")
    help = _l("Only the view goes: the rows of the list stay as they are.")
    permission = EVERY_ROLE
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:
        kept = accounts.remove_view(ctx, row_id)
        return _("The view “%(name)s” is removed.", name=kept.name)


class SavedViewsPage(VerbPage):
    """All of one's own views, list by list."""

    help = _l("Your own ways to see the lists. Make one above a list: search, filter, then save.")
    verbs = (Save, PutFirst, StepBack, Remove)

    def is_visible(self) -> bool:
        return False  # reached from the lists

    def get_one(self, id: str) -> SavedView:
        """One of one's own views."""
        try:
            view_id = UUID(id)
        except ValueError:
            raise NotFound() from None
        return accounts.own_view(self.ctx, view_id)

    def buttons(self, row: Any = None) -> list[tuple[Verb, str]]:
        """A view is saved where its list is seen: here there is nothing to save."""
        return [] if row is None else super().buttons(row)

    @expose("/")
    def index(self) -> Any:
        lists = {view.endpoint: view for view in _lists()}
        kept = [
            (lists[view.view], view)
            for view in accounts.views_of(self.ctx)
            if view.view in lists  # a role that ended takes its lists along
        ]
        return self.render("admin/saved_views.html", kept=kept)


def _lists() -> list[RoomView]:
    """The lists that the reader may open."""
    known = get_current_view().admin._views
    return [view for view in known if isinstance(view, RoomView) and view.is_accessible()]


def list_named(endpoint: str) -> RoomView:
    """A list that the reader may open. Raises NotFound."""
    found = [view for view in _lists() if view.endpoint == endpoint]
    if not found:
        raise NotFound()
    return found[0]


def views() -> list[BaseView]:
    """Not in the menu."""
    return [SavedViewsPage(name=_l("My views"), endpoint="saved_views", url="saved-views")]
