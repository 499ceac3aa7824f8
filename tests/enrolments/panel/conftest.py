"""A browser per user, in a municipality that lives by the real clock, as the pages do."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.enrolments import service as enrolments
from tests.enrolments.conftest import School


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def town(make_town):
    """The pages ask the real clock."""
    return make_town(now=clock.now())


@pytest.fixture
def start(town):
    return town.today + timedelta(days=40)


@pytest.fixture
def school(town, start):
    return School(town, year=start.year)


@pytest.fixture
def session_id(school, start):
    return school.session(starts_on=start, deadline=start - timedelta(days=10))


class Browser:
    """One user's browser; it finds the CSRF token in the page before it posts."""

    def __init__(self, site, town, user):
        self.client = site.test_client()
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[user]))
        with self.client.session_transaction() as kept:
            kept["tenant"], kept["token"] = town.tenant_id, token

    def get(self, path):
        return self.client.get(path)

    def text(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def post(self, path, data):
        page = self.get(path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        return self.client.post(path, data={"csrf_token": token} | data)


@pytest.fixture
def browser(site, town):
    return lambda user: Browser(site, town, user)


def asked(town, session_id, *people, who="ped_n1"):
    ids = [town.employees[person] for person in people or ("ped_n1_1",)]
    with town.as_user(who) as ctx:
        made = enrolments.request(ctx, session_id=session_id, employee_ids=ids)
    return [enrolment.id for enrolment in made]


def marks(page):
    return re.findall(r'name="rows"[^>]*value="([^"]+)"', page)
