"""Invoices are read in: choose a file, see which orders they answer, and do it.

Between the two steps the file waits in the page itself, signed: the server keeps nothing that
nobody confirmed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from typing import Any

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from itsdangerous import BadSignature, TimestampSigner
from wtforms import HiddenField
from wtforms.validators import InputRequired

from admin.base import Page
from admin.formats import date_text
from admin.labels import MONEY
from admin.labels_invoices import OUTCOME_TONES, OUTCOMES, WHYS
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, Refusal
from tenant_app.core.money import show
from tenant_app.imports import service as imports
from tenant_app.invoices import service as invoices
from tenant_app.web.current import settings
from tenant_app.web.errors import text_of

MOST_SHOWN = 200
WAITS_SECONDS = 3600
MOST_WAITING = 9 * 1024 * 1024
"""Characters: what a form may carry back."""


class UploadForm(FlaskForm):
    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l(
            "One invoice as OIOUBL 2.1 or Peppol BIS 3 (at most 5 MB), or a table of invoices as "
            "CSV or XLSX with a header row (at most 500)."
        ),
    )
    has_file = True


class ConfirmForm(FlaskForm):
    waiting = HiddenField(validators=[InputRequired()])


def _signer(ctx: Context) -> TimestampSigner:
    """A key of the page, the municipality and the user: no one confirms for another."""
    salt = f"invoices|{ctx.tenant_id}|{ctx.actor.user_id}"
    return TimestampSigner(settings().secret_key, salt=salt, digest_method=hashlib.sha256)


def keep(ctx: Context, file_name: str, content: bytes) -> str:
    """The file as a signed text that only this user can hand back. Raises Invalid."""
    parts = (json.dumps(file_name).encode(), zlib.compress(content))
    kept = _signer(ctx).sign(b"~".join(map(base64.urlsafe_b64encode, parts))).decode()
    if len(kept) > MOST_WAITING:
        raise Invalid(
            N_("The file is too large to confirm here. Divide it into smaller files."), field="file"
        )
    return kept


def unwrap(ctx: Context, kept: str) -> tuple[str, bytes]:
    """What was kept. Raises Invalid when it is too old or not ours."""
    try:
        signed = _signer(ctx).unsign(kept.encode(), max_age=WAITS_SECONDS)
        name, body = (base64.urlsafe_b64decode(part) for part in signed.split(b"~"))
        return str(json.loads(name)), zlib.decompress(body)
    except (BadSignature, UnicodeError, binascii.Error, ValueError, zlib.error):
        raise Invalid(
            N_("The file has waited too long, or was changed. Choose it again."), field="file"
        ) from None


class ReadingPage(Page):
    permission = Permission.INVOICES_MANAGE
    help = _l(
        "The file is checked first, and you see which orders its invoices answer. Nothing is "
        "written until you confirm; an invoice that was read before changes nothing."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Read invoices in"),
            category=MONEY,
            endpoint="invoice-reading",
            url="invoice-reading",
        )

    def is_accessible(self) -> bool:
        return super().is_accessible() and invoices.may_manage(self.ctx)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        invoices.require_manage(self.ctx)
        return super().inaccessible_callback(name, **kwargs)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Choose a file."""
        return self._page(UploadForm())

    @expose("/check/", methods=("POST",))
    def check(self) -> ResponseReturnValue:
        """Show what the file would do."""
        form = UploadForm()
        if not form.validate():
            return self._page(form, 422)
        name, content = form.file.data.filename or "file", form.file.data.read()
        try:
            found = imports.read_invoices(self.ctx, file_name=name, content=content, dry_run=True)
            confirm = ConfirmForm(formdata=None)
            if not found.errors:
                confirm.waiting.data = keep(self.ctx, name, content)
        except Invalid as refusal:
            return self._page(form, refusal.status, text_of(refusal))
        return self._result(found, name, confirm)

    @expose("/confirm/", methods=("POST",))
    def confirm(self) -> ResponseReturnValue:
        """Do it: read the same file again, since things may have changed meanwhile."""
        form = ConfirmForm()
        if not form.validate():
            return self._page(UploadForm(formdata=None), 422)
        try:
            name, content = unwrap(self.ctx, form.waiting.data)
            with self.ctx.session.begin_nested():
                found = imports.read_invoices(
                    self.ctx, file_name=name, content=content, dry_run=False
                )
                self.ctx.session.flush()  # constraint errors belong inside the savepoint
        except Refusal as refusal:
            self.ctx.session.expire_all()
            return self._page(UploadForm(formdata=None), refusal.status, text_of(refusal))
        if found.errors:
            return self._result(found, name, ConfirmForm(formdata=None))
        new = sum(each.outcome is not invoices.Outcome.KNOWN for each in found.readings)
        flash(
            ngettext("%(num)s invoice is read in.", "%(num)s invoices are read in.", new), "success"
        )
        return redirect(self.get_url("invoices.index_view"))

    @expose("/template.csv")
    def template(self) -> Response:
        """An empty table with the header row."""
        response = Response(imports.invoice_template(self.ctx), content_type="text/csv")
        response.headers["Content-Disposition"] = "attachment; filename=roedtraad-invoices.csv"
        return response

    def _page(self, form: UploadForm, status: int = 200, refused: str = "") -> Any:
        return self.render("invoices/reading.html", form=form, refused=refused), status

    def _result(self, found: Any, name: str, confirm: ConfirmForm) -> Any:
        page = self.render(
            "invoices/result.html",
            found=found,
            file_name=name,
            confirm=confirm,
            shown=found.errors[:MOST_SHOWN],
            rest=max(0, len(found.errors) - MOST_SHOWN),
            told=text_of,
            show=show,
            day=date_text,
            outcomes=OUTCOMES,
            tones=OUTCOME_TONES,
            whys=WHYS,
        )
        return page, 422 if found.errors else 200
