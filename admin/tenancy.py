"""The municipality's own settings, its trail, and who from the vendor looked inside."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement, false, true
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin import trail_words
from admin.approval_rules import LEVELS, ApprovalForm, condition_text, levels_text
from admin.base import RoomView, Verb
from admin.choosing import Among
from admin.cover_rules import ChangeCover, cover_words
from admin.fields import choices_of
from admin.formats import choice, day
from admin.labels import SETUP
from admin.verb_pages import VerbPage
from tenant_app.audit.models import AuditEntry
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import SupportSession

CONTACT = {
    "accessibility_email": _l("E-mail for accessibility"),
    "accessibility_phone": _l("Telephone for accessibility"),
    "accessibility_statement": _l("Statement in the WAS-Tool"),
}
LANGUAGES = {"da": _l("Danish"), "en": _l("English")}
NUMBERS = {
    "active_goals": _l("Adopted goals per unit, at most"),
    "running_initiatives": _l("Running initiatives per institution, at most"),
    "running_per_person": _l("Running initiatives per person, at most"),
    "together_at_least": _l("Participants from the same institution, at least"),
    "sources_at_least": _l("Kinds of source behind a qualified need, at least (otherwise 2)"),
    "roles_at_least": _l("Roles behind a qualified need, at least (otherwise 2)"),
    "weak_central_at_least": _l(
        "Per cent that the central pool pays at least for institutions with a weak economy"
    ),
    "forecast_from_month": _l("Month from which forecasts warn, 1 to 12 (otherwise 1)"),
    "forecast_below_percent": _l(
        "Per cent of the budget below which a forecast warns of money left over (otherwise 80)"
    ),
    "forecast_over_by_percent": _l(
        "Per cent a forecast may lie above the budget before it warns (otherwise 0)"
    ),
    "follow_up_days": _l("Days after a course to share and try what was learnt (otherwise 90)"),
    "report_months": _l("Months between published supervision reports, at most (otherwise 24)"),
}
FLAGS = {
    "leader_observes": _l("The leader observes the practice afterwards"),
    "area_leaders_coordinate": _l("Area leaders coordinate large efforts"),
    "survey_before_course": _l("Consultants survey the needs before a course"),
    "screening_feeds_needs": _l("Screening and supervision feed the needs"),
    "share_at_staff_meeting": _l("What was learnt is shared at a staff meeting"),
}


class ChangeApproval(Verb):
    name = "approval"
    label = _l("Change approval rules")
    help = _l(
        "The first rule that matches says who approves, in that order. The last rule must have no "
        "conditions. Requests under way keep their steps."
    )
    form = ApprovalForm
    permission = Permission.TENANT_CONFIGURE
    on_row = False
    template = "tenancy/approval.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.show(tenancy.settings(ctx).approval_rules, fill=request.method == "GET")

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        tenancy.change_settings(ctx, approval_rules=form.read())
        return _("The approval rules are changed.")


class LimitsForm(FlaskForm):
    pass


for _name, _label in NUMBERS.items():
    setattr(LimitsForm, _name, IntegerField(_label, [Optional()], description=_l("Empty: none.")))
for _name, _label in FLAGS.items():
    setattr(LimitsForm, _name, BooleanField(_label))


class ChangeLimits(Verb):
    name = "limits"
    label = _l("Change working rules")
    form = LimitsForm
    permission = Permission.TENANT_CONFIGURE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            for name, value in tenancy.settings(ctx).limits.items():
                form[name].data = value

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        limits = {name: form[name].data for name in (*NUMBERS, *FLAGS)}
        tenancy.change_settings(
            ctx,
            limits={
                name: value
                for name, value in limits.items()
                if value is not None and value is not False
            },
        )
        return _("The working rules are changed.")


class LanguageForm(FlaskForm):
    locale = SelectField(
        _l("Language"),
        [InputRequired()],
        choices=choices_of(LANGUAGES.items()),
        description=_l("For new users. Everyone can choose their own on their profile."),
    )


class ChangeLanguage(Verb):
    name = "language"
    label = _l("Change language")
    form = LanguageForm
    permission = Permission.TENANT_CONFIGURE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.locale.data = tenancy.settings(ctx).locale

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        tenancy.change_settings(ctx, locale=form.locale.data)
        return _("The language is changed.")


class AccessibilityForm(FlaskForm):
    accessibility_email = StringField(
        CONTACT["accessibility_email"],
        [Length(max=254)],
        render_kw={"type": "email", "autocomplete": "off"},
        description=_l("A mailbox that several people read, rather than a person's own."),
    )
    accessibility_phone = StringField(
        CONTACT["accessibility_phone"],
        [Length(max=30)],
        render_kw={"type": "tel", "autocomplete": "off"},
        description=_l("8 to 15 digits, such as 12 34 56 78 or +45 12 34 56 78."),
    )
    accessibility_statement = StringField(
        CONTACT["accessibility_statement"],
        [Length(max=300)],
        render_kw={"type": "url", "placeholder": "https://was.digst.dk/…"},
        description=_l(
            "The address that Digitaliseringsstyrelsen's WAS-Tool gave the statement you made "
            "there. It begins with https://was.digst.dk/."
        ),
    )


class ChangeAccessibility(Verb):
    name = "accessibility"
    label = _l("Change accessibility contact")
    help = _l(
        "The law wants a telephone number and an address to write to. Everybody can read them on "
        "the accessibility statement; at the municipality's own address without signing in too. "
        "Of an empty field they read that it is not given."
    )
    form = AccessibilityForm
    permission = Permission.TENANT_CONFIGURE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            settings = tenancy.settings(ctx)
            for name in CONTACT:
                form[name].data = getattr(settings, name)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        tenancy.change_settings(
            ctx, accessibility={name: form[name].data or "" for name in CONTACT}
        )
        return _("The accessibility contact is changed.")


class Settings(VerbPage):
    """How the municipality works, in words."""

    permission = Permission.TENANT_CONFIGURE
    verbs = (ChangeApproval, ChangeCover, ChangeLimits, ChangeLanguage, ChangeAccessibility)
    help = _l(
        "How requests are approved, what cover costs, the rules everybody works by, and whom to "
        "tell of what is not accessible."
    )

    @expose("/")
    def index(self) -> Any:
        settings = tenancy.settings(self.ctx)
        return self.render(
            "tenancy/settings.html",
            settings=settings,
            rules=[
                (condition_text(rule["when"]), levels_text(rule["levels"]))
                for rule in settings.approval_rules
            ],
            levels=LEVELS,
            cover=cover_words(settings.cover_rules),
            limits=[
                (label, settings.limits[name])
                for name, label in (NUMBERS | FLAGS).items()
                if name in settings.limits
            ],
            languages=LANGUAGES,
            contact=[(label, getattr(settings, name)) for name, label in CONTACT.items()],
        )


class Overseeing(RoomView):
    """What only those who oversee the whole municipality see."""

    permission = Permission.AUDIT_VIEW
    group = SETUP

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        whole = ctx.actor.may(Permission.AUDIT_VIEW, at=organisation.root_path(ctx))
        return true() if whole else false()


def _changes(view: Any, context: Any, row: AuditEntry, name: str) -> Any:
    """`Frame: 100,00 kr → 200,00 kr`, a line per fact."""
    old, new = row.changes.get("old", {}), row.changes.get("new", {})
    lines = []
    for key in dict.fromkeys([*old, *new]):
        label = trail_words.fact(key)
        after = trail_words.value(key, new.get(key))
        if label is None:
            continue
        before = f"{trail_words.value(key, old[key])} → " if key in old else ""
        lines.append(f"{label}: {before}{after}")
    return Markup("<br>").join(lines)


def _known_action(word: str) -> str:
    """The action itself. Raises ValueError on any other word."""
    if word not in trail_words.ACTIONS:
        raise ValueError(word)
    return word


class Trail(Overseeing):
    """Who did what, when. It can be read and never changed."""

    model_class = AuditEntry
    endpoint_name = "trail"
    label = _l("Audit trail")
    column_list = ("at", "actor_name", "action", "note", "changes")
    column_details_list = ("at", "actor_name", "action", "note", "changes")
    column_labels = {
        "at": _l("When"),
        "actor_name": _l("Who"),
        "told_name": _l("Who"),
        "action": _l("What"),
        "note": _l("Note"),
        "changes": _l("Changes"),
    }
    column_formatters = {
        "at": day("at"),
        "actor_name": lambda view, context, row, name: trail_words.who(row.told_name),
        "action": choice("action", trail_words.ACTIONS),
        "changes": _changes,
    }
    column_searchable_list = ("told_name", "note")
    column_filters = (
        Among(
            AuditEntry.action,
            _l("What"),
            list(trail_words.ACTIONS.items()),
            word="action",
            convert=_known_action,
        ),
    )
    column_sortable_list = ("at",)
    sort_by = {"actor_name": lambda ctx: AuditEntry.told_name}
    column_default_sort = ("at", True)
    can_export = True
    help = _l(
        "Who did what, when. It cannot be changed by anyone. Of talks and development plans it "
        "tells what was done, and not by whom."
    )

    def title_of(self, row: AuditEntry) -> str:
        return str(trail_words.ACTIONS.get(row.action, row.action))


class EndSupport(Verb):
    name = "end"
    label = _l("End support session")
    help = _l("The vendor's staff can see nothing from now on.")
    permission = Permission.TENANT_CONFIGURE
    danger = True

    def shown(self, ctx: Context, row: SupportSession) -> bool:
        return row.closed_at is None and row.expires_at > ctx.now

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        tenancy.close_support(ctx, row_id)
        return _("The support session is ended.")


class Support(Overseeing):
    """When and why vendor staff looked inside. Every page they opened is in the trail."""

    model_class = SupportSession
    endpoint_name = "support-sessions"
    label = _l("Support sessions")
    help = _l("Vendor staff see what an auditor sees, for two hours at most, and change nothing.")
    empty = _l("No vendor staff have looked inside.")
    verbs = (EndSupport,)
    column_list = ("opened_at", "staff_name", "reason", "expires_at", "closed_at")
    column_details_list = column_list
    column_labels = {
        "opened_at": _l("Opened"),
        "staff_name": _l("Who"),
        "reason": _l("Reason"),
        "expires_at": _l("Ends"),
        "closed_at": _l("Ended"),
    }
    column_formatters = {name: day(name) for name in ("opened_at", "expires_at", "closed_at")}

    def title_of(self, row: SupportSession) -> str:
        return row.staff_name

    column_sortable_list = ("opened_at", "staff_name", "expires_at", "closed_at")
    column_default_sort = ("opened_at", True)


def views() -> list[BaseView]:
    """The screens of this room."""
    return [
        Settings(name=_l("Settings"), category=SETUP, endpoint="settings", url="settings"),
        Trail(),
        Support(),
    ]
