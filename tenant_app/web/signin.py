"""Signing in and out, accepting an invitation, changing the password.

On a municipality's own host it is bound to that municipality; on a bare host the page asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from tenant_app.accounts import service as accounts
from tenant_app.accounts.rules import SHORTEST_PASSWORD, SignInRefused, plain_email
from tenant_app.core.errors import N_, Invalid, NotFound, Refusal
from tenant_app.core.fence import TenantSession
from tenant_app.core.uow import NOBODY
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant
from tenant_app.web import limits, unsent
from tenant_app.web.current import LOCALES, house, settings
from tenant_app.web.doors import OPEN_STATES, host_slug, panel
from tenant_app.web.errors import text_of

blueprint = Blueprint("signin", __name__)

LAST_TENANT = "municipality"
"""Cookie: the municipality chosen last on a bare host."""
YEAR = 365 * 24 * 3600
NO_TENANT = N_(
    "Nobody can sign in at this address at present. Check the address, or ask your municipality's "
    "administrator."
)
TOO_MANY = N_("Too many attempts. Wait a quarter of an hour and try again.")


class MunicipalityField(SelectField):
    """Says what to do where the choice is none: suspended since the page was opened, or never
    there. The two are alike."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(
                _(
                    "Nobody can sign in to this municipality at present. Choose one from the list, "
                    "or ask its administrator."
                )
            ) from None


class SignInForm(FlaskForm):
    tenant = MunicipalityField(_l("Municipality"), [DataRequired(_l("Choose your municipality."))])
    email = StringField(_l("E-mail"), [DataRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=1000)])
    next = HiddenField()


class InvitationForm(FlaskForm):
    password = PasswordField(_l("New password"), [DataRequired(), Length(max=1000)])
    again = PasswordField(
        _l("The same password again"),
        [DataRequired(), EqualTo("password", _l("The two passwords differ. Type them again."))],
    )


class PasswordForm(FlaskForm):
    old = PasswordField(_l("Present password"), [DataRequired(), Length(max=1000)])
    new = PasswordField(_l("New password"), [DataRequired(), Length(max=1000)])
    again = PasswordField(
        _l("The same password again"),
        [DataRequired(), EqualTo("new", _l("The two passwords differ. Type them again."))],
    )


@contextmanager
def _outside() -> Iterator[TenantSession]:
    """Before sign-in there is no fence: only the list of municipalities can be read."""
    with TenantSession(house().app, tenant_id=None) as opened:
        yield opened


def _tenant_of_host() -> Tenant | None:
    """The open municipality the host names; None on a bare host. Raises NotFound for any other."""
    slug = host_slug()
    if slug is None:
        if settings().base_host:
            raise NotFound(NO_TENANT)
        return None
    with _outside() as opened:
        found = tenancy.find_by_slug(opened, slug)
    if found is None or found.state not in OPEN_STATES:
        raise NotFound(NO_TENANT)
    return found


def _form() -> tuple[SignInForm, dict[str, Tenant]]:
    """The form, and the municipalities one may choose."""
    form = SignInForm()
    own = _tenant_of_host()
    if own is not None:
        del form.tenant
        return form, {own.slug: own}
    with _outside() as opened:
        tenants = {tenant.slug: tenant for tenant in tenancy.open_tenants(opened)}
    chosen = request.cookies.get(LAST_TENANT, "")
    known = [SelectChoice(slug, tenant.name) for slug, tenant in tenants.items()]
    form.tenant.choices = [SelectChoice("", _("Choose…")), *known]
    if request.method == "GET" and chosen in tenants:
        form.tenant.data = chosen
    return form, tenants


def _page(form: SignInForm, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template("signin/page.html", form=form, problem=problem), status


def _posted(name: str) -> str:
    """A form field, for counting; a body that cannot be read is left to the view to refuse."""
    try:
        return request.form.get(name, "")
    except HTTPException:
        return ""


def _tenant_key() -> str:
    return limits.blind(host_slug() or _posted("tenant"))


def _account_key() -> str:
    return limits.blind(host_slug() or _posted("tenant"), plain_email(_posted("email")))


def _session_key() -> str:
    return limits.blind("password", str(session.get("token")))


@blueprint.get("/sign-in")
def page() -> ResponseReturnValue:
    """Ask who it is, and on a bare host of which municipality."""
    form, _tenants = _form()
    form.next.data = request.args.get("next", "")
    return _page(form)


@blueprint.post("/sign-in")
@limits.by_account(_account_key)
@limits.by_address
@limits.by_tenant(_tenant_key)
def sign_in() -> ResponseReturnValue:
    """A new session in an emptied cookie; or one and the same refusal whatever was wrong."""
    form, tenants = _form()
    if not form.validate():
        return _page(form, status=422)
    tenant = tenants[form.tenant.data] if form.tenant else next(iter(tenants.values()))
    try:
        with house().unit_of_work(tenant.id, NOBODY) as ctx:
            token = accounts.sign_in(ctx, email=form.email.data, password=form.password.data)
            user = ctx.memo["user"]
            locale, user_id = user.locale, str(user.id)
    except SignInRefused as refusal:
        return _page(form, problem=text_of(refusal), status=refusal.status)
    limits.forgive_account()
    typed = session.get("unsent")
    _leave()
    session["tenant"], session["token"], session["locale"] = tenant.id, token, locale
    unsent.signed_in(typed, tenant_id=tenant.id, user=user_id)
    return _remember(redirect(local_path(form.next.data)), tenant.slug)


def _remember(response: BaseResponse, slug: str) -> BaseResponse:
    """On a bare host the municipality is chosen already next time."""
    if host_slug() is None:
        response.set_cookie(
            LAST_TENANT,
            slug,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings().secure_cookies,
        )
    return response


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """The session opens nothing any more, here and for whoever kept the cookie."""
    kept = {name: session[name] for name in ("locale", "user") if name in session}
    _leave()
    session.update(kept)  # the user: a form still open in another tab is kept for its own
    flash(_("You are signed out."), "success")
    return redirect(url_for("signin.page"))


def _leave() -> None:
    """The cookie is empty, and what it opened is closed on the server too."""
    tenant_id, token = session.get("tenant"), session.get("token")
    support = session.get("support_token")
    staff = session.get("vendor_token") if support else None
    session.clear()
    if staff:  # on a bare host the two share a cookie; who leaves a municipality is still at work
        session["vendor_token"] = staff
    if tenant_id is None or not (token or support):
        return
    with house().unit_of_work(int(tenant_id), NOBODY) as ctx:
        if token:
            accounts.sign_out(ctx, token=str(token))
        if support:
            tenancy.end_support(ctx, str(support))


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Pages before sign-in are in the chosen language."""
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
    return redirect(local_path(request.form.get("next"), otherwise="signin.page"))


@blueprint.route("/invitation/<slug>/<token>", methods=["GET", "POST"])
@limits.by_address
def invitation(slug: str, token: str) -> ResponseReturnValue:
    """Choose a password with a link that works once."""
    with _outside() as opened:
        tenant = tenancy.find_by_slug(opened, slug)
    if tenant is None or host_slug() not in (None, slug):
        raise NotFound(accounts.GONE)
    form = InvitationForm()
    status = 200
    try:
        with house().unit_of_work(tenant.id, NOBODY) as ctx:
            user = accounts.invited(ctx, token=token)
            words = {"name": user.name, "email": user.email, "tenant": tenant.name}
            if request.method == "POST" and form.validate():
                accounts.accept_invitation(ctx, token=token, password=form.password.data)
                flash(_("Your password is set. Sign in with it."), "success")
                return _remember(redirect(url_for("signin.page")), slug)
    except SignInRefused:
        raise NotFound(accounts.GONE) from None
    except Invalid as refusal:
        form.password.errors = [text_of(refusal)]
        status = 422
    if form.errors:
        status = 422
    page = render_template("signin/invitation.html", form=form, least=SHORTEST_PASSWORD, **words)
    return page, status


@blueprint.route("/password", methods=["GET", "POST"])
@limits.by_account(_session_key)
def password() -> ResponseReturnValue:
    """Change one's own password; other browsers are signed out."""
    form = PasswordForm()
    status = 200
    try:
        with panel() as ctx:
            accounts.me(ctx)  # vendor staff in support have no password here
            if request.method == "POST" and form.validate():
                accounts.change_password(ctx, old=form.old.data, new=form.new.data)
                flash(_("Your password is changed. Other browsers are signed out."), "success")
                return redirect(url_for("home"))
    except Invalid as refusal:
        _show(form, refusal)
        status = 422
    if form.errors:
        status = 422
    return render_template("signin/password.html", form=form, least=SHORTEST_PASSWORD), status


def _show(form: FlaskForm, refusal: Refusal) -> None:
    form[refusal.field or "old"].errors = [text_of(refusal)]


@blueprint.errorhandler(RateLimitExceeded)
def _too_many(error: RateLimitExceeded) -> ResponseReturnValue:
    """The same page in every case, with how long to wait."""
    detail = text_of(Refusal(TOO_MANY))
    body = render_template("error.html", title=_("Too many attempts"), detail=detail, status=429)
    seconds = error.limit.limit.get_expiry() if error.limit else limits.WINDOW_SECONDS
    return Response(body, status=429, headers={"Retry-After": str(seconds)})


def local_path(text: str | None, *, otherwise: str = "home") -> str:
    """Where to go next: a path on this very host, or the front page. Never somebody else's site."""
    front = url_for(otherwise)
    if not text or not text.startswith("/") or text.startswith("//"):
        return front
    if "\\" in text or not text.isprintable() or len(text) > 2000:
        return front
    try:
        parts = urlsplit(text)
    except ValueError:
        return front
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-", "/language")):
        return front
    return text
