"""The vendor's door: sign-in of vendor staff, their unit of work, and the way into support.

In production it answers only on the vendor's own host; on a bare host it stands beside the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from tenant_app.accounts.models import Role
from tenant_app.accounts.rules import ROLE_PERMISSIONS, plain_email
from tenant_app.core.access import Actor
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.errors import N_, NotFound, SignInRequired
from tenant_app.tenancy import service as tenancy
from tenant_app.web import limits, unsent
from tenant_app.web.current import house, settings
from tenant_app.web.doors import host_slug
from tenant_app.web.errors import text_of
from tenant_app.web.signin import local_path

HOST = "vendor"

blueprint = Blueprint("vendor_signin", __name__)


class SignInForm(FlaskForm):
    email = StringField(_l("E-mail"), [DataRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=200)])


class EnterForm(FlaskForm):
    token = HiddenField(validators=[DataRequired(), Length(max=200)])


def vendor_context() -> VendorContext:
    """The vendor's unit of work of this request. Raises SignInRequired when nobody opened one."""
    ctx = g.get("vendor_ctx")
    if ctx is None:
        raise SignInRequired()
    return ctx  # type: ignore[no-any-return]  # flask.g holds anything


def _check_host() -> None:
    """Where each municipality has a host of its own, so has the vendor. Raises NotFound."""
    if settings().base_host and host_slug() != HOST:
        raise NotFound()


@contextmanager
def vendor_door() -> Iterator[VendorContext]:
    """A signed-in browser of vendor staff."""
    _check_host()
    token = session.get("vendor_token")
    if not token:
        raise SignInRequired()
    with house().vendor_unit_of_work(tenancy.NOBODY) as ctx:
        ctx.actor = tenancy.actor_of_vendor_session(ctx, token)
        g.vendor_ctx = ctx
        g.vendor_reader = ctx.actor.name
        try:
            yield ctx
        finally:
            g.vendor_ctx = None


def _account() -> str:
    try:
        email = request.form.get("email", "")
    except HTTPException:  # a body that cannot be read is left to the view to refuse
        email = ""
    return limits.blind(HOST, plain_email(email))


@blueprint.route("/vendor/sign-in", methods=["GET", "POST"])
@limits.by_account(_account)
@limits.by_address
def page() -> ResponseReturnValue:
    """Ask who it is. The same answer, in the same time, whatever was wrong."""
    _check_host()
    form = SignInForm()
    problem, status = None, 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with house().vendor_unit_of_work(tenancy.NOBODY) as ctx:
                    token = tenancy.sign_in_staff(
                        ctx, email=form.email.data, password=form.password.data
                    )
            except SignInRequired as refusal:
                problem, status = text_of(refusal), refusal.status
            else:
                limits.forgive_account()
                chosen, typed = session.get("locale"), session.get("unsent")
                session.clear()
                session["vendor_token"] = token
                email = plain_email(form.email.data)
                unsent.signed_in(typed, tenant_id=None, user=email)
                if chosen:
                    session["locale"] = chosen
                return redirect(local_path(request.args.get("next"), otherwise="vendor.index"))
    return render_template("vendor_signin.html", form=form, problem=problem), status


@blueprint.post("/vendor/sign-out")
def sign_out() -> ResponseReturnValue:
    """The session ends here and on the server."""
    tenancy.sign_out_staff(vendor_context(), session["vendor_token"])
    session.pop("vendor_token")
    return redirect(url_for("vendor_signin.page"))


def _split(value: str) -> tuple[int, str]:
    """`<tenant>.<token>`: a support token says which fence it opens. Raises SignInRequired."""
    tenant, _, token = value.partition(".")
    if not (tenant.isascii() and tenant.isdigit() and len(tenant) < 18 and token):
        raise SignInRequired(N_("This support session is over. Open a new one."))
    return int(tenant), token


@blueprint.route("/support", methods=["GET", "POST"])
@limits.by_address
def support() -> ResponseReturnValue:
    """From the vendor's host to the municipality's: shows a button, and enters when pressed."""
    form = EnterForm(token=request.args.get("token", ""))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        tenant_id, token = _split(form.token.data)

        def reader(ctx: Context) -> Actor:
            return tenancy.actor_of_support(ctx, token, permissions=ROLE_PERMISSIONS[Role.AUDITOR])

        with house().unit_of_work(tenant_id, reader) as ctx:
            tenancy.note_support_visit(ctx, url_for("vendor_signin.support"))
        session.pop("token", None)
        session["tenant"], session["support_token"] = tenant_id, token
        return redirect(url_for("admin.index"))
    return render_template("support.html", form=form), status


page.is_open = True  # type: ignore[attr-defined]  # read by the dispatcher: no unit of work yet
support.is_open = True  # type: ignore[attr-defined]
