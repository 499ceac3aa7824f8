"""The list of shared needs, the page of one, and what leaders do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Query, joinedload
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, as_options, key, yes_or_no
from admin.cooperation_labels import FOUND_BY, KINDS, OUTCOMES, STATES, TONES
from admin.fields import TextAreaField, choices_of
from admin.formats import date_text, day, state
from admin.labels_goals import GOALS
from admin.labels_needs import STATES as NEED_STATES
from admin.labels_needs import TONES as NEED_TONES
from admin.needs_verbs import area_choices
from admin.reports import job_text
from tenant_app.cooperation import rules
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterState, SharedNeedCluster
from tenant_app.cooperation.service import Details, Figures
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.initiatives import rules as initiative_rules
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.reports import service as reports
from tenant_app.web.current import context

NAMES_SHOWN = 3


def story_of(ctx: Context, row: SharedNeedCluster) -> Details:
    """Everything about a cluster, read once for its page."""
    name = ("cluster story", row.id)
    if name not in ctx.memo:
        ctx.memo[name] = cooperation.details(ctx, row)
    found: Details = ctx.memo[name]
    return found


class AnswerForm(FlaskForm):
    institution_id = SelectField(_l("Institution"), [InputRequired()], coerce=key)
    joins = RadioField(
        _l("Is it the same need as yours?"),
        [InputRequired()],
        coerce=str,
        choices=choices_of(
            [
                ("yes", _l("Yes, we share it with the others")),
                ("no", _l("No, ours is another need")),
            ]
        ),
    )
    reason = TextAreaField(
        _l("Why not"),
        [Length(max=rules.LONGEST_REASON)],
        description=_l("Only when you say no. The leaders of the other houses can read it."),
    )


class Answer(Verb):
    name = "answer"
    label = _l("Answer for your house")
    help = _l(
        "Two leaders of two houses must say yes. With a no your needs leave for good, and the same "
        "needs are not suggested together again."
    )
    form = AnswerForm
    permission = Permission.COOPERATION_CONFIRM
    template = "cooperation/answer.html"

    def shown(self, ctx: Context, row: SharedNeedCluster) -> bool:
        return any(house.may_answer for house in story_of(ctx, row).houses)

    def prepare(self, ctx: Context, form: Any, row: SharedNeedCluster) -> None:
        houses = cooperation.houses_to_answer(ctx, row)
        form.institution_id.choices = choices_of((house.id, house.name) for house in houses)

    def extra(self, ctx: Context, row: SharedNeedCluster) -> dict[str, Any]:
        return {"words": list(row.words), "area": row.area.name}

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        joins = form.joins.data == "yes"
        found = cooperation.answer(
            ctx,
            row_id,
            institution_id=form.institution_id.data,
            joins=joins,
            reason=form.reason.data or "",
        )
        if not joins:
            return _("Your house has said no, and its needs have left.")
        if found.state is ClusterState.CONFIRMED:
            return _("The shared need is confirmed. A forum can take it up now.")
        if found.state is not ClusterState.SUGGESTED:
            return _("Your house joins.")
        return _("Your house joins. A leader of another house must say yes too.")


class AcceptForm(FlaskForm):
    title = StringField(
        _l("What the initiative is called"),
        [DataRequired(), Length(max=initiative_rules.LONGEST["title"])],
    )
    unit_id = SelectField(_l("Whose it is"), [InputRequired()], coerce=key)
    people = IntegerField(
        _l("Number of people"),
        [InputRequired()],
        description=_l("To begin with the staff whom the needs concern."),
    )
    description = TextAreaField(
        _l("Description"), [Length(max=initiative_rules.LONGEST["description"])]
    )


class Accept(Verb):
    name = "accept"
    label = _l("Make an initiative of it")
    help = _l("One initiative answers all the needs, and all the houses take part in it.")
    form = AcceptForm
    permission = Permission.INITIATIVES_MANAGE

    def shown(self, ctx: Context, row: SharedNeedCluster) -> bool:
        found = story_of(ctx, row)  # the page says what waits to be qualified
        return found.may_accept and not found.unqualified

    def prepare(self, ctx: Context, form: Any, row: SharedNeedCluster) -> None:
        inside = cooperation.houses_inside(ctx, row)
        form.unit_id.choices = choices_of(_owners(ctx, [house.id for house in inside]))
        if request.method == "GET":
            form.title.data = row.title
            form.people.data = sum(house.staff for house in inside) or 1

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        made = cooperation.accept(
            ctx,
            row_id,
            title=form.title.data,
            unit_id=form.unit_id.data,
            people=form.people.data,
            description=form.description.data or "",
        )
        flash(_("“%(title)s” is an idea now.", title=made.title), "success")
        return redirect(url_for("initiatives.details_view", id=made.id))


def _owners(ctx: Context, houses: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """What the houses have in common, and the municipality, as far as the reader leads there."""
    if not houses:
        return []
    common = cooperation.common_unit(ctx, houses)
    kinds = (UnitKind.MUNICIPALITY, UnitKind.AREA)
    places = organisation.choosable(ctx, Permission.INITIATIVES_MANAGE, kinds=kinds)
    found = [
        place.unit
        for place in places
        if place.unit_id == common or place.unit.kind is UnitKind.MUNICIPALITY
    ]
    return [(unit.id, unit.name) for unit in sorted(found, key=lambda unit: unit.id != common)]


class Find(Verb):
    name = "find"
    label = _l("Search for shared needs now")
    help = _l(
        "Needs of the same competence area are compared word by word. It happens by itself every "
        "night; here you need not wait for it."
    )
    permission = Permission.COOPERATION_STATE
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        job_id = cooperation.request_search(ctx)
        return redirect(url_for("clusters.index_view", job=job_id))


class Matching(Among):
    """A filter that the room itself knows: `word` is its keyword there."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        try:
            return query.filter(*cooperation.matching(context(), **{self.word: value}))
        except NotFound:
            return query.filter(false())


def _houses(view: Any, page: Any, row: SharedNeedCluster, name: str) -> Any:
    names = view.figures(row).houses
    shown = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{shown} (+{more})" if more > 0 else shown


def _number(what: str) -> Any:
    return lambda view, page, row, name: Markup('<span class="money">{}</span>').format(
        getattr(view.figures(row), what)
    )


def _yes(view: Any, page: Any, row: SharedNeedCluster, name: str) -> str:
    found = view.figures(row)
    return _("%(yes)s of %(houses)s", yes=found.yes, houses=len(found.houses))


def _standing(view: Any, page: Any, row: SharedNeedCluster, name: str) -> Any:
    shown = state("state", STATES, TONES)(view, page, row, name)
    if row.outcome is None or row.state is not ClusterState.DECIDED:
        return shown
    return Markup('{} <span class="sub">{}</span>').format(shown, OUTCOMES[row.outcome])


class ClusterList(FilteredView):
    """Shared needs as far as one of one's houses is in them."""

    model_class = SharedNeedCluster
    endpoint_name = "clusters"
    label = _l("Shared needs")
    group = GOALS
    help = _l(
        "Needs of several houses that look like one. They are suggested by the words in common; "
        "leaders of the houses say whether they are right."
    )
    empty = _l("No shared needs yet. They are searched for every night among all needs.")
    permission = Permission.COOPERATION_VIEW
    verbs = (Find, Answer, Accept)
    load = (joinedload(SharedNeedCluster.area), joinedload(SharedNeedCluster.initiative))
    list_template = "cooperation/list.html"
    details_template = "cooperation/details.html"
    column_list = ("title", "area", "houses", "needs", "staff", "yes", "state", "proposed_at")
    column_labels = {
        "title": _l("Words in common"),
        "area": _l("Competence area"),
        "houses": _l("Institutions"),
        "needs": _l("Needs"),
        "staff": _l("Staff it concerns"),
        "yes": _l("Have said yes"),
        "state": _l("State"),
        "proposed_at": _l("Suggested on"),
    }
    column_sortable_list = ("title", "state", "proposed_at", ("area", "area.name"))
    column_default_sort = [("proposed_at", True), ("id", True)]
    column_searchable_list = ("title",)
    column_filters = (
        Among(
            SharedNeedCluster.state,
            _l("State"),
            ReadOptions(lambda: [(each.value, text) for each, text in STATES.items()]),
            word="state",
            convert=ClusterState,
        ),
        Among(
            SharedNeedCluster.area_id,
            _l("Competence area"),
            ReadOptions(lambda: as_options(area_choices(context()))),
            word="area",
            convert=key,
        ),
        Matching(
            SharedNeedCluster.id,
            _l("Waits for my answer"),
            YES_NO,
            word="to_answer",
            convert=yes_or_no,
        ),
    )
    column_formatters = {
        "area": lambda view, page, row, name: row.area.name,
        "houses": _houses,
        "needs": _number("needs"),
        "staff": _number("staff"),
        "yes": _yes,
        "state": _standing,
        "proposed_at": day("proposed_at", hours=False),
    }
    kept_args = ("job",)

    def __init__(self) -> None:
        super().__init__()
        self._urls += [url for url in type(self)._urls if url[1] == "progress"]

    def title_of(self, row: SharedNeedCluster) -> str:
        return f"{row.area.name}: {row.title}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return cooperation.visible(ctx)

    def read_for(self, rows: Sequence[SharedNeedCluster]) -> None:
        """What is in the page's clusters, read at once."""
        self.ctx.memo["cluster figures"] = cooperation.figures(self.ctx, [row.id for row in rows])

    def figures(self, row: SharedNeedCluster) -> Figures:
        """What is in a cluster."""
        known: dict[UUID, Figures] = self.ctx.memo.setdefault("cluster figures", {})
        if row.id not in known:
            known |= cooperation.figures(self.ctx, [row.id])
        return known[row.id]

    def story(self, row: SharedNeedCluster) -> Details:
        """Everything about one cluster."""
        return story_of(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of the page."""
        return {
            "states": STATES,
            "tones": TONES,
            "outcomes": OUTCOMES,
            "kinds": KINDS,
            "need_states": NEED_STATES,
            "need_tones": NEED_TONES,
            "found_by": FOUND_BY,
            "day": lambda value: date_text(value, hours=False),
            "moment": date_text,
        }

    def job(self) -> Any:
        """The search that the reader waits for; None where the address names none."""
        text = request.args.get("job", "")
        if not text:
            return None
        try:
            found = reports.job(self.ctx, UUID(text))
        except (ValueError, NotFound):
            return None
        return found, job_text(found)

    @expose("/progress/")
    def progress(self) -> Response:
        """How far the search is, for the page that waits."""
        found = self.job()
        if found is None:
            raise NotFound()
        job, text = found
        return jsonify(done=job.done, total=job.total, text=text, is_over=job.is_over)
