"""Every form that writes carries the token that says it came from our own page."""

from __future__ import annotations

import re

from tests.house.source import ROOT

FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
CARRIES = re.compile(
    r"csrf_token|token\(\)|hidden_tag\(\)"
    # All of a form's fields, and the token is one of them.
    r"|for (\w+) in (?:form|confirm)\b[^%]*%\}\{\{ parts\.field\(\1\) \}\}"
)


def _bare(text: str) -> list[str]:
    return [form[:120] for form in FORM.findall(text) if not CARRIES.search(form)]


def test_every_form_that_posts_has_the_token():
    """Without it the browser's form is refused for ever, while tests that post by hand pass."""
    found = {
        str(path.relative_to(ROOT)): bare
        for package in ("admin", "tenant_app")
        for path in (ROOT / package).rglob("*.html")
        if (bare := _bare(path.read_text(encoding="utf-8")))
    }
    assert not found, f"Write {{{{ form.csrf_token }}}} inside these forms: {found}"


def test_a_form_without_it_is_found():
    assert _bare('<form method="post" class="verb-form"><input name="amount"></form>')
    assert not _bare(
        '<form method="post">{% for f in form %}{{ parts.field(f) }}{% endfor %}</form>'
    )
