"""Every text a person can meet has a Danish translation, and every translation a text."""

from __future__ import annotations

import re

from babel.messages.extract import extract_from_dir

from tenant_app.web.i18n import CATALOGUES, catalogue
from tests.house.source import ROOT

METHODS = [
    ("**/templates/**.html", "jinja2"),
    ("**.py", "python"),
]
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_gettext": None,
    "_ngettext": (1, 2),
}


def _texts() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in ("tenant_app", "admin", "jobs"):
        for path, line, message, _, _ in extract_from_dir(
            ROOT / package,
            method_map=METHODS,
            keywords=KEYWORDS,
            options_map={"**/templates/**.html": {"silent": "false"}},
        ):
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    found.setdefault(text, f"{package}/{path}:{line}")
    return found


def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for message in catalogue("da"):
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            known.update(zip(message.id, message.string, strict=False))
        else:
            known[message.id] = message.string
    return known


def test_every_text_has_danish():
    known = _known()
    missing = {text: where for text, where in _texts().items() if text not in known}
    assert not missing, f"Add to tenant_app/web/translations/da/<room>.po: {missing}"


def test_placeholders_survive_translation():
    pattern = re.compile(r"%\((\w+)\)[sd]")
    wrong = {
        text: danish
        for text, danish in _known().items()
        if set(pattern.findall(text)) != set(pattern.findall(danish))
    }
    assert not wrong


def test_catalogues_are_files_of_the_rooms():
    assert sorted(CATALOGUES.glob("da/*.po"))
