"""Municipalities at the vendor: create, rename, set up, move through their life, look inside."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from flask import make_response, request, url_for
from flask_admin import AdminIndexView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin import vendor_home
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.tenancy import LANGUAGES
from admin.vendor_base import VendorPage, VendorVerb, moment
from tenant_app.core.access import VendorPermission
from tenant_app.core.clock import danish_date
from tenant_app.core.context import VendorContext
from tenant_app.core.danish import danish_key
from tenant_app.core.errors import NotFound
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import profiles
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, TenantState
from tenant_app.web.current import house, settings

STATES = {
    TenantState.TRIAL: _l("Trial"),
    TenantState.ACTIVE: _l("Active"),
    TenantState.SUSPENDED: _l("Suspended"),
    TenantState.ARCHIVED: _l("Archived"),
}
TRIAL_CODES = tuple(f"9{number:03}" for number in range(1, 10))


def titles() -> dict[str, str]:
    """Profile → its title."""
    return {name: profiles.load(name).title for name in profiles.NAMES}


def on_host(tenant: Tenant, path: str) -> str:
    """The path on the municipality's own host; on this one where there is only one."""
    base = settings().base_host
    if not base:
        return request.host_url.rstrip("/") + path
    port = request.host.partition(":")[2]
    host = f"{tenant.slug}.{base}" + (f":{port}" if port else "")
    return f"{request.scheme}://{host}{path}"


class CreateForm(FlaskForm):
    code = SelectField(_l("Municipality"), [DataRequired()])
    profile = SelectField(_l("Profile"), [DataRequired()])
    slug = StringField(
        _l("Short name"),
        [Optional(), Length(max=40)],
        description=_l("Used in addresses, such as “rudersdal”. Empty: made from the name."),
    )
    name = StringField(
        _l("Name"),
        [Optional(), Length(max=200)],
        description=_l("Empty: the municipality's own name."),
    )
    year = IntegerField(_l("First budget year"), [InputRequired()])
    admin_name = StringField(_l("Name of the administrator"), [DataRequired(), Length(max=200)])
    admin_email = StringField(_l("E-mail of the administrator"), [DataRequired(), Length(max=254)])


class CreateTenant(VendorVerb):
    name = "create"
    label = _l("Create municipality")
    help = _l(
        "The municipality starts with the settings of the profile. Its administrator gets an "
        "invitation and does the rest."
    )
    form = CreateForm
    permission = VendorPermission.TENANT_CREATE
    on_row = False

    def prepare(self, ctx: VendorContext, form: Any, row: None) -> None:  # type: ignore[override]
        trial = [(code, f"{code} {_('Trial municipality')}") for code in TRIAL_CODES]
        known = [(code, f"{name} ({code})") for code, name in profiles.municipalities().items()]
        form.code.choices = choices_of(
            [*sorted(known, key=lambda choice: danish_key(str(choice[1]))), *trial]
        )
        form.profile.choices = choices_of(titles().items())
        if request.method == "GET":
            form.year.data = danish_date(ctx.now).year

    def act(self, ctx: VendorContext, form: Any, row_id: None) -> Any:  # type: ignore[override]
        code = form.code.data
        known = profiles.municipalities().get(code)
        name = f"{known} Kommune" if known else f"{_('Trial municipality')} {code}"
        slug = form.slug.data.strip() or as_slug(known or name)
        tenant_id, token = provisioning.create_tenant(
            house(),
            ctx,
            slug=slug,
            code=code,
            name=form.name.data.strip() or name,
            profile=form.profile.data,
            admin_email=form.admin_email.data,
            admin_name=form.admin_name.data,
            year=form.year.data,
        )
        tenant = tenancy.tenant_of(ctx, tenant_id)
        path = url_for("signin.invitation", slug=tenant.slug, token=token)
        return make_response(
            self.view.render(
                "vendor/created.html",
                tenant_id=tenant_id,
                email=form.admin_email.data,
                link=on_host(tenant, path),
            )
        )


def as_slug(name: str) -> str:
    """Høje-Taastrup → hoeje-taastrup."""
    small = name.lower()
    for letter, letters in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        small = small.replace(letter, letters)
    return re.sub(r"[^a-z0-9]+", "-", small).strip("-")


class RenameForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(), Length(max=200)])
    slug = StringField(
        _l("Short name"),
        [DataRequired(), Length(max=40)],
        description=_l("Links that people have saved stop working when it changes."),
    )


class RenameTenant(VendorVerb):
    name = "rename"
    label = _l("Change name")
    form = RenameForm
    permission = VendorPermission.TENANT_CHANGE_STATE

    def prepare(self, ctx: VendorContext, form: Any, row: Tenant) -> None:  # type: ignore[override]  # the vendor's
        if request.method == "GET":
            form.name.data, form.slug.data = row.name, row.slug

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> str:  # type: ignore[override]  # the vendor's
        tenancy.rename_tenant(
            ctx, row_id, database=house(), name=form.name.data, slug=form.slug.data
        )
        return _("The name is changed.")


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(), Length(max=1000)],
        description=_l("The municipality reads it in its own trail."),
    )


class ConfigureForm(ReasonForm):
    profile = SelectField(
        _l("Profile"),
        [Optional()],
        description=_l(
            "Its approval rules, cover and working rules take the place of the municipality's own."
        ),
    )
    valid_from = DanishDateField(
        _l("Funding rules valid from"),
        [Optional()],
        description=_l("Today or later. Without a profile the funding rules stay as they are."),
    )
    locale = SelectField(_l("Language"), [Optional()], description=_l("For new users."))


class ConfigureTenant(VendorVerb):
    name = "configure"
    label = _l("Set up")
    help = _l(
        "The municipality is set up as one of the profiles, gets another language, or both. "
        "Requests under way keep their steps and prices."
    )
    form = ConfigureForm
    permission = VendorPermission.TENANT_CONFIGURE

    def shown(self, ctx: Any, row: Tenant) -> bool:
        return row.state is not TenantState.ARCHIVED

    def prepare(self, ctx: VendorContext, form: Any, row: Tenant) -> None:  # type: ignore[override]  # the vendor's
        unchanged = ("", _("(as it is)"))
        form.profile.choices = choices_of([unchanged, *titles().items()])
        form.locale.choices = choices_of([unchanged, *LANGUAGES.items()])
        if request.method == "GET":
            form.valid_from.data = danish_date(ctx.now)

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> str:  # type: ignore[override]  # the vendor's
        provisioning.configure_tenant(
            house(),
            ctx,
            row_id,
            reason=form.reason.data,
            profile=form.profile.data or None,
            valid_from=form.valid_from.data,
            locale=form.locale.data or None,
        )
        return _("The municipality is set up.")


class ChangeState(VendorVerb):
    """One step in a municipality's life. `of` are the states where the step makes sense."""

    form = ReasonForm
    permission = VendorPermission.TENANT_CHANGE_STATE
    of: ClassVar[frozenset[TenantState]]
    done: ClassVar[Any]
    verb: ClassVar[Any]

    def shown(self, ctx: Any, row: Tenant) -> bool:
        return row.state in self.of

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> str:  # type: ignore[override]  # the vendor's
        type(self).verb(ctx, row_id, database=house(), reason=form.reason.data)
        return str(self.done)


class ActivateTenant(ChangeState):
    name = "activate"
    label = _l("Activate")
    help = _l("The trial is over and the municipality works for real.")
    of = frozenset({TenantState.TRIAL})
    verb = staticmethod(tenancy.activate)
    done = _l("The municipality is active.")


class SuspendTenant(ChangeState):
    name = "suspend"
    label = _l("Suspend")
    help = _l("Nobody can sign in and no job runs until it is reactivated. Nothing is deleted.")
    danger = True
    of = frozenset({TenantState.TRIAL, TenantState.ACTIVE})
    verb = staticmethod(tenancy.suspend)
    done = _l("The municipality is suspended.")


class ReactivateTenant(ChangeState):
    name = "reactivate"
    label = _l("Reactivate")
    of = frozenset({TenantState.SUSPENDED})
    verb = staticmethod(tenancy.reactivate)
    done = _l("The municipality is active again.")


class ArchiveTenant(ChangeState):
    name = "archive"
    label = _l("Archive")
    help = _l("The municipality has left for good. Its data are kept and nobody signs in again.")
    danger = True
    of = frozenset({TenantState.TRIAL, TenantState.SUSPENDED})
    verb = staticmethod(tenancy.archive)
    done = _l("The municipality is archived.")


class SupportForm(ReasonForm):
    minutes = IntegerField(
        _l("Minutes"), [InputRequired()], default=30, description=_l("At most 120.")
    )


class OpenSupport(VendorVerb):
    name = "support"
    label = _l("Look inside")
    help = _l(
        "You see what an auditor of the municipality sees, and nothing can be changed. The "
        "municipality sees the reason and every page you open."
    )
    form = SupportForm
    permission = VendorPermission.SUPPORT_OPEN

    def shown(self, ctx: Any, row: Tenant) -> bool:
        return row.state in (TenantState.TRIAL, TenantState.ACTIVE)

    def act(self, ctx: VendorContext, form: Any, row_id: int) -> Any:  # type: ignore[override]
        token = tenancy.open_support(
            ctx,
            row_id,
            database=house(),
            reason=form.reason.data,
            minutes=form.minutes.data,
        )
        tenant = tenancy.tenant_of(ctx, row_id)
        pass_ = f"{row_id}.{token}"
        own_host = bool(settings().base_host)
        host = on_host(tenant, url_for("vendor_signin.support", token=pass_)) if own_host else None
        return make_response(
            self.view.render(
                "vendor/support.html",
                tenant=tenant,
                minutes=form.minutes.data,
                token=pass_,
                host=host,
            )
        )


class Tenants(VendorPage, AdminIndexView):
    """Every municipality: counts and states, no persons."""

    verbs = (
        CreateTenant,
        RenameTenant,
        ConfigureTenant,
        OpenSupport,
        ActivateTenant,
        ReactivateTenant,
        SuspendTenant,
        ArchiveTenant,
    )
    help = _l("Figures are counted every night. Persons are seen only in a support session.")

    def get_one(self, key: str) -> Tenant:
        """The municipality. Raises NotFound."""
        if not (key.isascii() and key.isdigit() and len(key) < 18):
            raise NotFound()
        return tenancy.tenant_of(self.ctx, int(key))

    @expose("/")
    def index(self) -> Any:
        items = tenancy.overview(self.ctx)
        return self.render(
            "vendor/tenants.html",
            items=items,
            states=STATES,
            profiles=titles(),
            moment=moment,
            **vendor_home.shown(items, tenancy.growth(self.ctx), self.ctx.now),
        )

    @expose("/municipality/")
    def details(self) -> Any:
        return self.render(
            "vendor/tenant.html",
            tenant=self.get_one(request.args.get("id", "")),
            states=STATES,
            profiles=titles(),
            moment=moment,
        )
