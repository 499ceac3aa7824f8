"""Funding rules: the versions with what each changed, the editor of the next, and the tester."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from admin.base import RoomView, Verb
from admin.budget_fields import LINES
from admin.budget_rules_form import EditorForm, editor, rearranged, suffix
from admin.budget_rules_try import TryFields
from admin.budget_rules_words import (
    FLAGS,
    NUMBERS,
    TEXTS,
    differences,
    doubt_text,
    parts_text,
    payers_of,
    row_text,
    shares_text,
    unmet_text,
    when_text,
)
from admin.fields import DanishDateField
from admin.formats import day
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet
from tenant_app.budgets.rules import code_of, doubts
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound, Refusal
from tenant_app.core.money import show
from tenant_app.enrolments.service import Trial
from tenant_app.web import unsent
from tenant_app.web.current import context
from tenant_app.web.errors import text_of

SAVE, TRY = "save", "try"
_VERSION = re.compile(r"v(\d{1,6})")


def _payers(ctx: Context, current: FundingRuleSet | None) -> dict[str, str]:
    """Payer → name: the kinds, the named pools, and what the current rules name besides."""
    named = budgets.named_pools(ctx)
    if current is not None:
        for rule in [*current.rules, *current.cover]:
            for parts in rule["shares"].values():
                for payer in parts if isinstance(parts, dict) else rule["shares"]:
                    code = code_of(payer)
                    if code is not None:
                        named.setdefault(code, code)
    return payers_of(named)


def _newest(ctx: Context) -> FundingRuleSet | None:
    versions = budgets.rules_versions(ctx, page_size=1).items
    return versions[0] if versions else None


def _editor(**typed: Any) -> EditorForm:
    """The form; its share fields depend on the pools there are."""
    ctx = context()
    return editor(_payers(ctx, _newest(ctx)))(**typed)


class SetRules(Verb):
    name = "set"
    label = _l("Change the funding rules")
    help = _l(
        "The first rule that matches decides. Saving makes a new version; "
        "what is already reserved or approved keeps its rule."
    )
    permission = Permission.BUDGET_MANAGE
    on_row = False
    template = "budgets/set_rules.html"

    form: ClassVar[Any] = staticmethod(_editor)

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET" and not form.rules.entries:
            form.valid_from.data = ctx.today
            current = _newest(ctx)
            if current is not None:
                form.fill(current.rules, current.cover)
            else:
                form.rules.append_entry()
        form.offer()
        form.offer_trial(ctx)

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return WORDS | {"trial": None, "warnings": [], "checked": False, "here": ""}

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        rules, cover = form.read()
        made = budgets.set_rules(
            ctx, rules, cover=cover, valid_from=form.valid_from.data, note=form.note.data or ""
        )
        said = _(
            "Version %(version)s of the funding rules is valid from %(day)s.",
            version=made.version,
            day=made.valid_from.strftime("%d-%m-%Y"),
        )
        return " ".join(filter(None, (said, yield_text(ctx, made))))


def yield_text(ctx: Context, row: FundingRuleSet) -> str:
    """That an older version takes over on a later day, where one was planned."""
    planned = budgets.planned_after(ctx, [row]).get(row.version)
    if planned is None:
        return ""
    return _(
        "Mind: version %(older)s was planned before, and takes over on %(day)s. If the new rules "
        "are to go on, save them once more as valid from that day.",
        older=planned[0],
        day=planned[1].strftime("%d-%m-%Y"),
    )


class TryForm(TryFields, FlaskForm):
    on = DanishDateField(
        _l("Rules of the day"), [Optional()], description=_l("Empty: those of today.")
    )


class TryRules(Verb):
    name = "try"
    label = _l("Try the rules")
    help = _l("See who would pay for a person's course, and which rule says so. Nothing is stored.")
    form = TryForm
    permission = Permission.BUDGET_MANAGE
    on_row = False
    template = "budgets/try_rules.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.offer_trial(ctx)

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return WORDS | {"trial": None}


WORDS: dict[str, Any] = {
    "lines": LINES,
    "flags": FLAGS,
    "numbers": NUMBERS,
    "texts": TEXTS,
    "unmet_text": unmet_text,
    "show": show,
    "suffix": suffix,
    "row_text": row_text,
}


def made_by_text(name: str) -> str:
    """Who made a version; what the vendor set up is not the name of anybody here."""
    return _("The vendor") if name.startswith("vendor: ") else name


class FundingRulesView(RoomView):
    """Who pays what, version by version."""

    model_class = FundingRuleSet
    endpoint_name = "funding-rules"
    label = _l("Funding rules")
    help = _l(
        "Which pools pay for what. A change makes a new version, and old requests keep theirs."
    )
    group = MONEY
    permission = Permission.BUDGET_VIEW
    empty = _l("No funding rules yet. They say which pools pay for a request.")
    verbs = (SetRules, TryRules)
    details_template = "budgets/rules.html"
    column_list: ClassVar[list[str]] = ["version", "valid_from", "rules", "made_by", "created_at"]
    column_details_list: ClassVar[list[str]] = [
        "version",
        "valid_from",
        "made_by",
        "created_at",
        "note",
    ]
    column_sortable_list: ClassVar[list[str]] = ["version", "valid_from", "created_at"]
    more_columns: ClassVar[list[str]] = ["note"]
    column_default_sort = ("version", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "version": _l("Version"),
        "valid_from": _l("Valid from"),
        "rules": _l("Rules"),
        "created_at": _l("Made"),
        "made_by": _l("By"),
        "note": _l("Why"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "valid_from": day("valid_from"),
        "created_at": day("created_at"),
        "made_by": lambda v, c, row, name: made_by_text(row.made_by),
        "rules": lambda v, c, row, name: ", ".join(rule["name"] for rule in row.rules),
    }
    column_formatters_detail = column_formatters

    when_text = staticmethod(when_text)
    parts_text = staticmethod(parts_text)

    def get_one(self, id: str) -> Any:
        """A version by its id, or by its number: a price names `v3`, and no id."""
        number = _VERSION.fullmatch(str(id))
        if number is None:
            return super().get_one(id)
        found = self.get_query().filter(FundingRuleSet.version == int(number[1])).one_or_none()
        if found is None:
            raise NotFound()
        return found

    def title_of(self, row: FundingRuleSet) -> str:
        return _("Funding rules, version %(version)s", version=row.version)

    def codes(self) -> dict[str, str]:
        """Code → name of the named pools."""
        known: dict[str, str] = self.ctx.memo.setdefault("named pools on screen", {})
        if not known:
            known |= budgets.named_pools(self.ctx)
        return known

    def shares_text(self, rule: Any) -> list[tuple[str, str]]:
        """(cost line, who pays how much)."""
        return shares_text(rule, self.codes())

    def changes(self, row: FundingRuleSet) -> Sequence[str] | None:
        """What the version changed, None for the first."""
        before = budgets.rules_before(self.ctx, row.id)
        if before is None:
            return None
        return [
            *differences(before.rules, row.rules, self.codes()),
            *differences(before.cover, row.cover, self.codes()),
        ]

    def doubts(self, row: FundingRuleSet) -> list[str]:
        """What is worth looking at again in the rules."""
        said = [doubt_text(each) for each in (*doubts(row.rules), *doubts(row.cover))]
        return [*filter(None, [yield_text(self.ctx, row)]), *said]

    def verb_page(self, verb: Verb) -> ResponseReturnValue:
        """Buttons of the editor other than *save* show the form again; nothing is stored."""
        does = request.form.get("do", SAVE)
        if request.method == "GET" or not isinstance(verb, SetRules | TryRules):
            return super().verb_page(verb)
        self.ctx.require(verb.permission)
        if isinstance(verb, TryRules):
            return self._tried(verb)
        return super().verb_page(verb) if does == SAVE else self._edited(verb, does)

    def _tried(self, verb: TryRules) -> ResponseReturnValue:
        with unsent.as_it_was_sent():
            form = verb.form()
            verb.prepare(self.ctx, form, None)
        trial, refused = None, None
        if form.validate():
            trial, refused = self._trial(form, on=form.on.data)
        return self._page(verb, form, trial=trial, refused=refused)

    def _edited(self, verb: SetRules, does: str) -> ResponseReturnValue:
        typed, here = rearranged(request.form, does)
        form: Any = verb.form(formdata=typed)
        form.offer()
        form.offer_trial(self.ctx)
        trial, refused, warnings = None, None, []
        checked = does in {TRY, "check"}
        if checked and form.validate():
            try:
                rules, cover = form.read()
                warnings = [doubt_text(each) for each in (*doubts(rules), *doubts(cover))]
                if does == TRY:
                    trial, refused = self._trial(form, draft=rules, cover=cover)
                else:
                    budgets.check_draft_rules(
                        self.ctx, rules, cover=cover, valid_from=form.valid_from.data
                    )
            except Refusal as refusal:
                refused = refusal
        return self._page(
            verb,
            form,
            trial=trial,
            refused=refused,
            warnings=warnings,
            checked=checked and refused is None and not form.errors,
            here=here,
        )

    def _trial(self, form: Any, **what: Any) -> tuple[Trial | None, Refusal | None]:
        try:
            return form.trial(self.ctx, **what), None
        except Refusal as refusal:
            return None, refusal

    def _page(
        self, verb: Verb, form: Any, *, refused: Refusal | None, **more: Any
    ) -> ResponseReturnValue:
        if refused is not None:
            text, field = text_of(refused), refused.field
            if field and field.startswith("try_") and field in form:
                form[field].errors = [*form[field].errors, text]
            else:
                form.form_errors.append(text)
        page = self.render(
            verb.template,
            verb=verb,
            form=form,
            row=None,
            row_title="",
            back=self.after(None),
            **{**verb.extra(self.ctx, None), **more},
        )
        status = refused.status if refused is not None else 422 if form.errors else 200
        return page, status
