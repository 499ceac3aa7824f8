"""A refusal too says in which municipality and in which role one reads it."""

from uuid import uuid4

import pytest

from tests.web.conftest import give_password


@pytest.fixture
def leader(browser, town):
    browser.sign_in(town, give_password(town))
    return browser


NEVER = "01990000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "status"), [("/admin/users/", 403), (f"/admin/units/details/?id={NEVER}", 404)]
)
def test_who_is_signed_in_sees_municipality_and_role(leader, town, path, status):
    answer = leader.get(path)

    assert answer.status_code == status
    head = answer.text.partition("<header>")[2].partition("</header>")[0]
    assert f"By {town.slug}" in head
    assert f"Institutionsleder, n1 {town.slug}" in head
    assert "<form" not in answer.text


def test_what_was_asked_for_is_not_repeated(leader):
    one, other = (leader.get(f"/admin/units/details/?id={uuid4()}") for _ in range(2))

    assert one.status_code == 404
    assert one.data == other.data


def test_nobody_signed_in_sees_the_plain_page(browser):
    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert 'class="where"' not in answer.text
