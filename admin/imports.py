"""The import page: choose a file, see what it would do, and do it.

Between the two steps the file waits in the page itself, signed: the server keeps no file of
personal data that nobody confirmed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from datetime import datetime
from typing import Any

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from itsdangerous import BadSignature, TimestampSigner
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from admin.base import Page
from admin.fields import choices_of
from admin.labels import PEOPLE
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound, Refusal
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind
from tenant_app.web.current import settings
from tenant_app.web.errors import text_of

KIND_LABELS = {
    ImportKind.UNITS: _l("Units"),
    ImportKind.EMPLOYEES: _l("Employees"),
    ImportKind.COURSES: _l("Courses"),
    ImportKind.SCREENINGS: _l("Screening results"),
    ImportKind.FIGURES: _l("Children and index per institution"),
    ImportKind.ACCOUNT_STRINGS: _l("Account strings"),
}
MOST_SHOWN = 200
WAITS_SECONDS = 3600
MOST_WAITING = 9 * 1024 * 1024
"""Characters: what a form may carry back."""


class UploadForm(FlaskForm):
    kind = SelectField(_l("What is in the file"), [InputRequired()])
    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l("CSV or XLSX with a header row, at most 10 MB and 20,000 rows."),
    )
    has_file = True


class ConfirmForm(FlaskForm):
    waiting = HiddenField(validators=[InputRequired()])


def _signer(ctx: Context) -> TimestampSigner:
    """A key of the page, the municipality and the user: no one confirms for another."""
    salt = f"import|{ctx.tenant_id}|{ctx.actor.user_id}"
    return TimestampSigner(settings().secret_key, salt=salt, digest_method=hashlib.sha256)


def keep(ctx: Context, kind: ImportKind, file_name: str, content: bytes) -> str:
    """The file as a signed text that only this user can hand back. Raises Invalid."""
    head = json.dumps([kind.value, file_name]).encode()
    parts = (base64.urlsafe_b64encode(part) for part in (head, zlib.compress(content)))
    kept = _signer(ctx).sign(b"~".join(parts)).decode()
    if len(kept) > MOST_WAITING:
        raise Invalid(
            N_("The file is too large to confirm here. Divide it, or use the command line."),
            field="file",
        )
    return kept


def unwrap(ctx: Context, kept: str) -> tuple[ImportKind, str, bytes]:
    """What was kept. Raises Invalid when it is too old or not ours."""
    try:
        signed = _signer(ctx).unsign(kept.encode(), max_age=WAITS_SECONDS)
        head, body = (base64.urlsafe_b64decode(part) for part in signed.split(b"~"))
        kind, file_name = json.loads(head)
        return ImportKind(kind), str(file_name), zlib.decompress(body)
    except (BadSignature, UnicodeError, binascii.Error, ValueError, zlib.error):
        raise Invalid(
            N_("The file has waited too long, or was changed. Choose it again."), field="file"
        ) from None


class ImportView(Page):
    permission = Permission.IMPORT_RUN
    help = _l(
        "The file is checked first, and you see what it would do. Nothing is written until you "
        "confirm, and nothing at all when one row is wrong."
    )

    def _form(self) -> UploadForm:
        form = UploadForm()
        form.kind.choices = choices_of((kind.value, label) for kind, label in KIND_LABELS.items())
        return form

    def _page(self, form: UploadForm, status: int = 200, refused: str = "") -> Any:
        page = self.render(
            "imports/index.html",
            form=form,
            refused=refused,
            kinds=KIND_LABELS,
            runs=imports.latest(self.ctx),
            moment=moment,
        )
        return page, status

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Choose a file; the latest imports."""
        return self._page(self._form())

    @expose("/check/", methods=("POST",))
    def check(self) -> ResponseReturnValue:
        """Show what the file would do."""
        form = self._form()
        if not form.validate():
            return self._page(form, 422)
        kind = ImportKind(form.kind.data)
        file_name = form.file.data.filename or "file"
        content = form.file.data.read()
        try:
            result = imports.run(
                self.ctx, kind=kind, file_name=file_name, content=content, dry_run=True
            )
            confirm = ConfirmForm(formdata=None)
            if not result.errors:
                confirm.waiting.data = keep(self.ctx, kind, file_name, content)
        except Invalid as refusal:
            return self._page(form, refusal.status, text_of(refusal))
        return self._result(result, file_name, confirm)

    @expose("/confirm/", methods=("POST",))
    def confirm(self) -> ResponseReturnValue:
        """Do it: read the same file again, since things may have changed meanwhile."""
        form = ConfirmForm()
        if not form.validate():
            return self._page(self._form(), 422)
        try:
            kind, file_name, content = unwrap(self.ctx, form.waiting.data)
            with self.ctx.session.begin_nested():
                result = imports.run(
                    self.ctx, kind=kind, file_name=file_name, content=content, dry_run=False
                )
                self.ctx.session.flush()  # constraint errors belong inside the savepoint
        except Refusal as refusal:
            self.ctx.session.expire_all()
            return self._page(self._form(), refusal.status, text_of(refusal))
        if result.errors:
            return self._result(result, file_name, ConfirmForm(formdata=None))
        flash(
            _(
                "%(file)s is imported: %(added)s added, %(changed)s changed, "
                "%(unchanged)s unchanged.",
                file=file_name,
                added=result.added,
                changed=result.changed,
                unchanged=result.unchanged,
            ),
            "success",
        )
        return redirect(self.get_url(".index"))

    def _result(self, result: Any, file_name: str, confirm: ConfirmForm) -> Any:
        page = self.render(
            "imports/result.html",
            result=result,
            file_name=file_name,
            kind=KIND_LABELS[result.kind],
            confirm=confirm,
            shown=result.errors[:MOST_SHOWN],
            rest=max(0, len(result.errors) - MOST_SHOWN),
            told=text_of,
        )
        return page, 422 if result.errors else 200

    @expose("/template/<kind>.csv")
    def template(self, kind: str) -> Response:
        """An empty file with the header row."""
        try:
            asked = ImportKind(kind)
        except ValueError:
            raise NotFound() from None
        response = Response(imports.template(self.ctx, asked), content_type="text/csv")
        name = f"roedtraad-{asked.value}.csv"
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        return response


def moment(at: datetime) -> str:
    """A moment in Danish time."""
    return at.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")


def views() -> list[BaseView]:
    """The import page."""
    return [ImportView(name=_l("Import"), category=PEOPLE, endpoint="imports", url="imports")]
