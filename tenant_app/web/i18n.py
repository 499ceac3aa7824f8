"""Our own catalogues: every `translations/<language>/*.po` merged, read when the server starts.

Flask-Admin's Danish is clumsy and WTForms has none, so both are given ours too.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import flask_admin.babel
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context
from flask_babel import Babel, Domain
from wtforms import Form
from wtforms.meta import DefaultMeta

from tenant_app.web.current import locale

CATALOGUES = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> Catalog:
    """All texts of a language. Raises ValueError where two rooms translate one text differently."""
    merged = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or not message.string:
                    continue
                known = merged.get(message.id)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name} translates {message.id!r} in a second way")
                merged.add(message.id, message.string)
    return merged


@cache
def translations(language: str) -> NullTranslations:
    """The compiled texts of a language; English is the language of the code."""
    if language == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


class HouseDomain(Domain):
    """Answers from our catalogues whatever is asked, Flask-Admin's texts included."""

    def get_translations(self) -> NullTranslations:
        return translations(locale()) if has_request_context() else NullTranslations()


class _FormTexts:
    """WTForms' own messages in our words."""

    def gettext(self, text: str) -> str:
        return DOMAIN.gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        # Not the domain's own, which fills the text in: WTForms does that, with names of its own.
        return DOMAIN.get_translations().ungettext(one, many, n)


DOMAIN = HouseDomain()


def _form_translations(self: DefaultMeta, form: Form) -> Any:
    return _FormTexts()


def init(app: Flask) -> None:
    """Teach Flask-Babel, Flask-Admin and WTForms our catalogues."""
    babel = Babel(app, default_locale="da", locale_selector=locale)
    babel.domain_instance = DOMAIN
    flask_admin.babel.domain.get_translations = DOMAIN.get_translations
    # Both libraries look a translation up through this one method.
    DefaultMeta.get_translations = _form_translations
    app.config["WTF_I18N_ENABLED"] = False
