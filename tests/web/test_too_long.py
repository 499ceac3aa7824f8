"""What is typed may be too long; it is then refused at its field, in every form of every screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

from admin.enrolments_inbox import AnswerForm
from config import wsgi  # noqa: F401  every form is known once the application is
from tests.web.conftest import Browser


def limited() -> Iterator[tuple[type[FlaskForm], str, Length]]:
    """(form, field, its limit) of every form there is."""
    waiting, seen = [FlaskForm], set()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form in seen or form.__module__.startswith("tests."):
            continue
        seen.add(form)
        for name in dir(form):
            field = getattr(form, name)
            if not hasattr(field, "field_class"):
                continue
            limits = field.args[1] if len(field.args) > 1 else field.kwargs.get("validators", ())
            yield from ((form, name, limit) for limit in limits if isinstance(limit, Length))


FIELDS = sorted(limited(), key=lambda each: (each[0].__module__, each[0].__name__, each[1]))


@pytest.fixture
def asked(app):
    with app.test_request_context("/", method="POST"):
        yield


def sent(form, name, text):
    return form(formdata=MultiDict({name: text}), meta={"csrf": False})


@pytest.mark.parametrize(
    ("form", "name", "limit"), FIELDS, ids=[f"{each[0].__name__}-{each[1]}" for each in FIELDS]
)
def test_a_text_above_its_limit_is_refused_at_its_field(asked, form, name, limit):
    field = sent(form, name, "x" * (limit.max + 1))[name]
    assert not field.validate(None)
    assert str(limit.max) in field.errors[0]


def test_there_are_many_limits():
    assert len(FIELDS) > 40


def test_a_break_of_lines_counts_as_the_browser_counts_it(asked):
    """It is one sign in a text area, and sent as two."""
    text = "\r\n".join(["x" * 99] * 20)
    assert len(text) > 2000
    field = sent(AnswerForm, "note", text)["note"]
    assert field.validate(None)
    assert field.data.count("\n") == 19
    assert "\r" not in field.data


def test_an_address_too_long_for_any_mailbox_is_told_so_at_the_sign_in(site, town):
    answer = Browser(site).sign_in(town, "x" * 300)
    assert answer.status_code == 422
    assert "Må højst være på" in answer.text
