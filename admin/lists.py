"""What every list of rows can do: be searched, sorted, narrowed to some columns, counted so far as
somebody would read it, kept under a name, and exported as it is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Text, case, select
from sqlalchemy.orm import Query

from admin import exports
from admin.formats import plain_types, thousands
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import SavedView
from tenant_app.accounts.rules import TYPED, plain_query
from tenant_app.core.context import Context
from tenant_app.core.db import StrEnumText, danish
from tenant_app.core.errors import NotFound, Refusal
from tenant_app.core.paging import COUNTED, count_up_to

PAGE_SIZES = (25, 50, 100, 200)
ROWS_AT_A_TIME = 500
SHOW_ALL = "all"
"""In an address that asks for nothing: the list as it is, and not the view it opens with."""
NOT_WORDS = {"number", "code", "email", "actor_name"}
"""Columns of text that are no words: they sort sign by sign."""
SortKey = Callable[[Context], ColumnElement[Any]]


@dataclass(frozen=True)
class Listing:
    """One page of a list."""

    rows: Sequence[Any]
    page: int
    page_size: int
    total: int
    """Exact up to COUNTED; one more stands for “more”."""
    has_more: bool

    @property
    def first(self) -> int:
        return self.page * self.page_size + 1

    @property
    def last(self) -> int:
        return self.page * self.page_size + len(self.rows)

    @property
    def is_counted(self) -> bool:
        return self.total <= COUNTED

    @property
    def counted(self) -> str:
        """The total as it is written."""
        return thousands(min(self.total, COUNTED))


def in_order(column: Any) -> Any:
    """What to sort a column by: words in Danish order, states as they follow one another."""
    kind = column.type
    if isinstance(kind, StrEnumText):
        return case(*((column == value, at) for at, value in enumerate(kind.enum)))
    if isinstance(kind, Text) and kind.collation is None and column.key not in NOT_WORDS:
        return danish(column)
    return column


def _can_be_null(column: Any) -> bool:
    mapped = getattr(column, "property", None)
    return mapped is None or mapped.columns[0].nullable


def looked_up(what: Any, where: ColumnElement[bool], *, row: Any) -> SortKey:
    """Sort by something of another table, found by the row: its place beside the row's own."""
    found = select(what).where(where).correlate(row).limit(1).scalar_subquery()
    return lambda ctx: found


class RowList(ModelView):
    """A list of rows. The class beside it says what `ctx` is and which rows may be seen."""

    ctx: Any
    more_columns: ClassVar[Sequence[str]] = ()
    """Columns that are shown when somebody asks for them. None may read the database by the row."""
    sort_by: ClassVar[Mapping[str, SortKey]] = {}
    """How columns sort that are no columns of the table."""
    kept_args: ClassVar[Sequence[str]] = ()
    """The list's own arguments of the address, besides search, sort, columns and filters."""
    verbs_need_rows: ClassVar[bool] = False
    """Whether the buttons above the list act on its rows, so that an empty one has none."""

    can_export = True
    export_types = ["csv", "xlsx"]
    export_max_rows = 20_000
    page_size = 50
    can_set_page_size = True
    page_size_options = PAGE_SIZES
    simple_list_pager = True  # we count ourselves, and only so far
    # By number: a name made of the label would be another in each language.
    named_filter_urls = False
    column_type_formatters = column_type_formatters_export = plain_types()
    column_type_formatters_detail = column_type_formatters

    # Columns

    def get_list_columns(self) -> list[tuple[Any, Any]]:
        """Every column that can be shown; `sort` in an address is a place in this list."""
        return self.get_column_names([*self.column_list, *self.more_columns], None)

    def standard_columns(self) -> list[tuple[Any, Any]]:
        """What is shown unless somebody chooses."""
        return self._list_columns[: len(self.column_list)]

    def chosen_columns(self) -> list[tuple[Any, Any]]:
        """What the address asks for, in the list's own order; at least one."""
        wanted = set(request.args.getlist("column"))
        return [each for each in self._list_columns if each[0] in wanted] or self.standard_columns()

    # Rows

    def read_for(self, rows: Sequence[Any]) -> None:
        """Read at once what the columns of these rows show besides."""

    empty_is_latest: tuple[str, ...] = ()
    """Columns that are sorted as PostgreSQL has it by itself, so that an index serves the order."""

    def is_sortable(self, name: str) -> bool:
        return name in self.sort_by or super().is_sortable(name)

    def _order_by(
        self, query: Any, joins: Any, sort_joins: Any, sort_field: Any, sort_desc: bool
    ) -> Any:
        query, joins, alias = self._apply_path_joins(query, joins, sort_joins, inner_join=False)
        column = sort_field if alias is None else getattr(alias, sort_field.key)
        key = in_order(column)
        if sort_desc:
            key = key.desc()
            if (_can_be_null(column) or sort_joins) and column.key not in self.empty_is_latest:
                key = key.nulls_last()  # what has no date is not the newest
        return query.order_by(key), joins

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:
        if sort_column in self.sort_by:
            key = self.sort_by[sort_column](self.ctx)
            query = query.order_by(key.desc().nulls_last() if sort_desc else key)
        else:
            query, joins = super()._apply_sorting(query, joins, sort_column, sort_desc)
        # Rows that are alike keep their places from page to page.
        return query.order_by(self.model.id.desc() if sort_desc else self.model.id), joins

    def _asked_query(self, asked: Any) -> Query[Any]:
        """All rows that the address asks for, in its order."""
        column = self._get_column_by_idx(asked.sort)
        name = column[0] if column and self.is_sortable(column[0]) else None
        _none, query = self.get_list(
            0, name, asked.sort_desc, asked.search, asked.filters, execute=False, page_size=0
        )
        return query

    def listing(self, asked: Any) -> Listing:
        """The page that the address asks for."""
        size = self.get_safe_page_size(asked.page_size)
        page = min(asked.page, COUNTED // size - 1)
        query = self._asked_query(asked)
        rows = query.limit(size + 1).offset(page * size).all()
        has_more = len(rows) > size
        rows = rows[:size]
        if has_more or (page and not rows):
            ids = query.enable_eagerloads(False).with_entities(self.model.id)
            total = count_up_to(self.ctx.session, ids.statement, most=COUNTED)
        else:
            total = page * size + len(rows)
        self.read_for(rows)
        return Listing(rows, page, size, total, has_more and (page + 1) * size < COUNTED)

    # Addresses and saved views

    def kept(self) -> list[tuple[str, str]]:
        """What the address asks for, without the page and without what asks for nothing."""
        known = {"search", "sort", "desc", "page_size", "column", *self.kept_args}
        found = [
            (name, value[:200].replace("\0", ""))
            for name, value in request.args.items(multi=True)
            if value and (name in known or name.startswith("flt"))
        ]
        columns = [name for name, _label in self.chosen_columns()]
        usual = [name for name, _label in self.standard_columns()]
        size = self.get_safe_page_size(request.args.get("page_size", 0, type=int))
        return [
            (name, value)
            for name, value in found
            if (name != "column" or (columns != usual and value in columns))
            and (name != "page_size" or (value == str(size) and size != self.page_size))
        ]

    def list_url(self, **changes: Any) -> str:
        """The address of the list as it is seen, with changes; None takes an argument away."""
        pairs = [(name, value) for name, value in self.kept() if name not in changes]
        pairs += [(name, str(value)) for name, value in changes.items() if value is not None]
        return self.url_of(urlencode(pairs))

    def url_of(self, query: str) -> str:
        """The address of the list with these arguments."""
        # By its whole name: the page of saved views asks for it too.
        return f"{self.get_url(f'{self.endpoint}.index_view')}?{query or SHOW_ALL + '=1'}"

    def sort_url(self, column: int, asked: Any) -> str:
        """The address with the list sorted by a column, or the other way round."""
        turned = asked.sort == column and not asked.sort_desc
        return self.list_url(sort=column, desc=1 if turned else None)

    def export_url(self, kind: str) -> str:
        """The address of a file with what is seen."""
        return f"{self.get_url('.export', export_type=kind)}?{urlencode(self.kept())}"

    def _shown_view(self, views: Sequence[SavedView]) -> SavedView | None:
        """The saved view whose filters, order and columns are those of the address; one may search
        within it."""
        asked = sorted(pair for pair in self.kept() if pair[0] not in TYPED)
        return next((view for view in views if sorted(parse_qsl(view.query)) == asked), None)

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """The list. Opened without a question, it begins as its reader has chosen."""
        views = accounts.views_of(self.ctx, self.endpoint)
        first = next((view.query for view in views if view.is_default), "")
        if first and not request.args:
            return redirect(self.url_of(first))
        asked = self._get_list_extra_args()
        listing = self.listing(asked)
        kept = self.kept()
        return self.render(
            self.list_template,
            listing=listing,
            data=listing.rows,
            list_columns=self.chosen_columns(),
            places={name: at for at, (name, _label) in enumerate(self._list_columns)},
            asked=asked,
            views=views,
            shown_view=self._shown_view(views),
            is_narrowed=bool(kept),
            is_searched=any(name in TYPED for name, _value in kept),
            kept_query=_keepable(kept),
            page_sizes=self.page_size_options,
            most_rows=thousands(self.export_max_rows),
            most_listed=thousands(COUNTED),
            search_supported=self._search_supported,
            search=asked.search,
            search_placeholder=self.search_placeholder(),
            filter_groups=self._get_filter_groups(),
            active_filters=asked.filters,
            get_value=self.get_list_value,
            get_pk_value=self.get_pk_value,
        )

    # Export

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> ResponseReturnValue:
        """What the list shows, as a file: the same filters, order and columns."""
        if not self.can_export or export_type not in self.export_types:
            raise NotFound()
        columns = self.chosen_columns()
        heads = [str(label) for _name, label in columns]
        query = self._asked_query(self._get_list_extra_args()).limit(self.export_max_rows + 1)
        rows = self._cells(query, [name for name, _label in columns])
        note = _(
            "Only the first %(most)s rows are here. Filter the list to get the others.",
            most=thousands(self.export_max_rows),
        )
        table = exports.Sheet(str(self.name), heads, rows, self.export_max_rows, note)
        return exports.answer(table, export_type, name=self.endpoint)

    def _cells(self, query: Query[Any], names: Sequence[str]) -> Iterator[list[exports.Cell]]:
        """The rows a few hundred at a time, so that memory does not grow with them."""
        rows = iter(query.yield_per(ROWS_AT_A_TIME))
        while batch := list(islice(rows, ROWS_AT_A_TIME)):
            self.read_for(batch)
            for row in batch:
                yield [exports.typed(self.get_export_value(row, name)) for name in names]


def _keepable(pairs: list[tuple[str, str]]) -> str | None:
    """What a saved view can be made of; None where there is nothing to keep, or too much."""
    query = urlencode(pairs)
    try:
        return query if plain_query(query) else None
    except Refusal:
        return None
