"""What-if: a year's requests under another split, key or set of rules, side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, false

from admin import charts, exports
from admin.base import RoomView, Verb
from admin.budget_fields import KEYS, KINDS, percent_text
from admin.budget_years import key_text, limits_text
from admin.fields import choices_of
from admin.formats import date_text, day, money, thousands
from admin.labels import MONEY
from admin.reports import job_text
from admin.scenario_form import KEYS_OFFERED, OWN, ScenarioForm, unit_numbers
from admin.scenario_parts import CELLS, pair_of
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, Refusal
from tenant_app.organisation import service as organisation
from tenant_app.reports import service as reports
from tenant_app.reports.rules import JobState
from tenant_app.scenarios import service as scenarios
from tenant_app.scenarios.models import Scenario, ScenarioRow
from tenant_app.tenancy import profiles
from tenant_app.web.i18n import DOMAIN

BARS_SHOWN = 8
VERSIONS_SHOWN = 20
PROFILES = {
    "ects_central": _l("Rudersdal's rules (ECTS central)"),
    "mixed_equity": _l("Glostrup's rules (mixed, with equity guard)"),
    "decentral": _l("Frederiksberg's rules (decentral)"),
}
LEVELS = {
    PoolKind.CENTRAL: _l("Central"),
    PoolKind.AREA: _l("Areas"),
    PoolKind.INSTITUTION: _l("Institutions"),
    PoolKind.EARMARKED: _l("Earmarked"),
    PoolKind.FUND: _l("Funds"),
}


def rules_text(scenario: Scenario) -> str:
    """Where its rules are from."""
    if scenario.rules_version is not None:
        return _("Version %(version)s", version=scenario.rules_version)
    titles = {profiles.load(name).title: label for name, label in PROFILES.items()}
    return str(titles.get(scenario.rules_name, DOMAIN.gettext(scenario.rules_name)))


def split_text(scenario: Scenario) -> str:
    """How it divides the frame."""
    if not scenario.divides_anew:
        return _("As it was")
    rest = 10_000 - scenario.central_bp - scenario.area_bp
    parts = [_("%(share)s %% central", share=percent_text(scenario.central_bp))]
    if scenario.area_bp:
        parts.append(_("%(share)s %% areas", share=percent_text(scenario.area_bp)))
    parts.append(_("%(share)s %% institutions", share=percent_text(rest)))
    limits = limits_text(scenario.limits)
    told = [", ".join(parts), key_text(scenario.allocation), *([limits] if limits else [])]
    return " · ".join(told)


class MakeScenario(Verb):
    name = "make"
    label = _l("Make a scenario")
    help = _l(
        "The year's real requests are run again in the background under what you choose here. "
        "Nothing else is touched: no pool, no request, no entry."
    )
    form = ScenarioForm
    permission = Permission.BUDGET_MANAGE
    on_row = False
    template = "scenarios/make.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        years = scenarios.base_years(ctx)
        form.year.choices = [(year, str(year)) for year in years]
        versions = budgets.rules_versions(ctx, page_size=VERSIONS_SHOWN).items
        form.rules_from.choices = choices_of(
            [
                *(
                    (
                        f"version:{each.version}",
                        _(
                            "Version %(version)s, valid from %(day)s",
                            version=each.version,
                            day=each.valid_from.strftime("%d-%m-%Y"),
                        ),
                    )
                    for each in versions
                ),
                *((f"profile:{name}", label) for name, label in PROFILES.items()),
                (OWN, _("Own rules, written below")),
            ]
        )
        keys = [(key.value, KEYS[key]) for key in KEYS_OFFERED if key in KEYS]
        form.allocation.choices = choices_of([("", _("As in the year")), *keys])
        form.second_key.choices = choices_of([("", _("(none)")), *keys])
        if request.method == "GET":
            valid = budgets.rules_on(ctx, ctx.today)
            if valid is not None:
                form.rules_from.data = f"version:{valid.version}"
                form.own_rules.data = json.dumps(
                    {"rules": valid.rules, "cover": valid.cover}, ensure_ascii=False, indent=2
                )

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        try:
            made = scenarios.make(ctx, **form.facts(unit_numbers(ctx)))
        except Refusal as refusal:
            # Where the form has the field under another name.
            own = form.rules_from.data == OWN
            refusal.field = {
                "rules": "own_rules" if own else "rules_from",
                "cover": "own_rules" if own else "rules_from",
                "limits": "floor",
            }.get(refusal.field or "", refusal.field)
            raise
        flash(_("“%(name)s” is being computed. You can go on working.", name=made.name), "success")
        return redirect(url_for("scenarios.details_view", id=made.id))


class Adopt(Verb):
    name = "adopt"
    label = _l("Adopt as next year's draft")
    help = _l(
        "Next year's draft gets this split and key, and from 1 January these funding rules are "
        "valid. The draft is still yours to change before it is adopted."
    )
    permission = Permission.BUDGET_MANAGE

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.computed_at is not None and row.adopted_year is None

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None  # the verb is about a row
        draft = scenarios.adopt(ctx, row_id)
        return _(
            "The draft of %(year)s follows the scenario, and its rules are valid from "
            "01-01-%(year)s.",
            year=draft.year,
        )


class Remove(Verb):
    name = "remove"
    label = _l("Remove")
    help = _l("The scenario is no longer shown. What it was adopted as stays.")
    permission = Permission.BUDGET_MANAGE
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> Any:
        assert row_id is not None  # the verb is about a row
        scenarios.remove(ctx, row_id)
        return _("The scenario is removed.")


def _result(view: Any, context: Any, row: Any, name: str) -> Any:
    if row.computed_at is None:
        return Markup('<span class="tag">{}</span>').format(_("Not computed yet"))
    if not row.lost:
        return Markup('<span class="tag ok">{}</span>').format(_("Nothing refused"))
    return Markup('<span class="tag warn">{}</span>').format(
        _("%(lost)s of %(all)s refused", lost=thousands(row.lost), all=thousands(row.requests))
    )


class ScenariosView(RoomView):
    """What was tried, and what would have come of it."""

    model_class = Scenario
    endpoint_name = "scenarios"
    label = _l("What-if")
    help = _l(
        "Try another split, allocation key or set of funding rules on the requests there really "
        "were. Live money is never touched."
    )
    empty = _l("No scenarios yet.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    verbs = (MakeScenario, Adopt, Remove)
    details_template = "scenarios/scenario.html"
    column_list: ClassVar[list[str]] = [
        "name",
        "year",
        "rules_name",
        "central_bp",
        "result",
        "made_at",
    ]
    column_details_list: ClassVar[list[str]] = ["year", "rules_name", "central_bp"]
    column_sortable_list: ClassVar[list[str]] = ["name", "year", "made_at"]
    column_default_sort = ("made_at", True)
    column_searchable_list: ClassVar[list[str]] = ["name"]
    column_labels: ClassVar[dict[str, Any]] = {
        "name": _l("Scenario"),
        "year": _l("Requests of"),
        "rules_name": _l("Funding rules"),
        "central_bp": _l("Split"),
        "result": _l("Result"),
        "made_at": _l("Made"),
        "made_by_name": _l("By"),
        "lost_cost": _l("Refused (kr)"),
        "adopted_year": _l("Adopted as the draft of"),
    }
    more_columns: ClassVar[list[str]] = ["made_by_name", "lost_cost", "adopted_year"]
    column_formatters: ClassVar[dict[str, Any]] = {
        "rules_name": lambda v, c, row, name: rules_text(row),
        "central_bp": lambda v, c, row, name: split_text(row),
        "result": _result,
        "made_at": day("made_at"),
        "lost_cost": money("lost_cost"),
    }
    column_formatters_detail = column_formatters
    can_export = True

    def __init__(self) -> None:
        super().__init__()
        self._urls += [url for url in type(self)._urls if url[1] == "result_export"]

    def is_accessible(self) -> bool:
        return super().is_accessible() and scenarios.may_see(self.ctx)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        root = organisation.root_path(self.ctx)
        self.ctx.require(Permission.BUDGET_VIEW, at=root)
        return super().inaccessible_callback(name, **kwargs)

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return Scenario.removed_at.is_(None) if scenarios.may_see(ctx) else false()

    def after(self, row: Any) -> str:
        gone = row is not None and row.removed_at is not None
        return self.get_url(".index_view") if gone else super().after(row)

    # -- for the page of one scenario

    def rows(self, row: Scenario) -> Sequence[ScenarioRow]:
        """Its pools before and after."""
        key = ("scenario", row.id)
        if key not in self.ctx.memo:
            self.ctx.memo[key] = scenarios.result(self.ctx, row.id)
        found: Sequence[ScenarioRow] = self.ctx.memo[key]
        return found

    def job(self, row: Scenario) -> JobState | None:
        """How far it is, for whoever may follow its job."""
        if row.computed_at is not None or row.job_id is None:
            return None
        try:
            return reports.job(self.ctx, row.job_id)
        except Refusal:
            return None

    def sides(self, row: Scenario) -> list[tuple[charts.Chart, charts.Chart]]:
        """Before and after, beside each other: by level, and where most changes."""
        rows = self.rows(row)
        levels = [
            (str(LEVELS[kind]), [each for each in rows if each.kind is kind]) for kind in PoolKind
        ]
        most = sorted(
            (each for each in rows if each.kind is PoolKind.INSTITUTION),
            key=lambda each: -abs(each.available_after - each.available_before),
        )
        pairs = [
            pair_of("levels", _("By level"), [(name, each) for name, each in levels if each]),
            pair_of("most", _("Most changed"), [(each.name, [each]) for each in most[:BARS_SHOWN]]),
        ]
        return [(before, after) for before, after in pairs if before and after]

    def facts(self, row: Scenario) -> dict[str, Any]:
        """What the template shows in words."""
        return {
            "rules": rules_text(row),
            "split": split_text(row),
            "below": [each for each in self.rows(row) if each.available_after < 0],
            "kinds": KINDS,
            "kind": PoolKind,
            "job_text": job_text,
            "thousands": thousands,
            "moment": date_text,
        }

    @expose("/result/<export_type>/", methods=("GET",))
    def result_export(self, export_type: str) -> Response:
        """Every pool before and after, as a file."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        row = self.get_one(request.args.get("id", ""))
        found = self.rows(row)
        sheet = exports.Sheet(
            row.name,
            [str(head) for head, _cell in CELLS],
            ([cell(each) for _head, cell in CELLS] for each in found),
            len(found),
            "",
        )
        return exports.answer(sheet, export_type, name=f"what-if-{row.year}-{row.id}")


def views() -> list[RoomView]:
    """The screens of this room."""
    return [ScenariosView()]
