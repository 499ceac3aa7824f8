"""Guessing passwords: the same answer for everyone, and only so many tries."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from flask import Flask

from config.wsgi import build
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.web.limits import limiter
from tests.web.conftest import PASSWORD, Browser, give_password, new_address, sessions


def test_every_wrong_try_has_the_same_page(site, town):
    known, closed = give_password(town), give_password(town, "leader_n2")
    with town.as_system() as ctx:
        ctx.session.get_one(User, town.users["leader_n2"]).is_active = False
    answers = set()
    tries = {
        known: "wrong",
        f"nobody@{town.slug}.dk": PASSWORD,
        closed: PASSWORD,
        f"leader_s1@{town.slug}.dk": PASSWORD,
    }

    for email, password in tries.items():
        answer = Browser(site).sign_in(town, email, password)
        text = re.sub(r'(name="csrf_token"[^>]*value)="[^"]+"', r"\1", answer.text)
        text = text.replace(email, "E-MAIL")
        headers = {k: v for k, v in answer.headers if k not in ("Set-Cookie", "Content-Length")}
        headers["Content-Security-Policy"] = re.sub(
            r"nonce-[^']+", "", headers["Content-Security-Policy"]
        )
        answers.add((answer.status_code, text, tuple(sorted(headers.items()))))

    assert len(answers) == 1
    assert next(iter(answers))[0] == 401
    assert "E-mail eller adgangskode er ikke rigtig" in next(iter(answers))[1]
    assert sessions(town) == []


# Limits


def at_home(hosted, town, **more):
    """A browser at the municipality's own host, whose page need not list all the others."""
    return Browser(hosted, host=f"{town.slug}.rt.test", **more)


def tries_until_refused(make_browser, town, make_email, most):
    for i in range(most):
        answer = make_browser().sign_in(town, make_email(i), "wrong")
        if answer.status_code == 429:
            return i
    return None


def test_an_account_has_ten_tries(site, town):
    email = give_password(town)

    assert tries_until_refused(lambda: Browser(site), town, lambda i: email, 15) == 10

    answer = Browser(site).sign_in(town, f" {email.upper()} ")
    assert answer.status_code == 429, "not even the right password, however it is spelled"
    assert int(answer.headers["Retry-After"]) == 900
    assert "kvarter" in answer.text
    assert sessions(town) == []
    assert Browser(site).sign_in(town, give_password(town, "leader_n2")).status_code == 302


def test_tries_sent_at_once_are_counted_too(site, town):
    email = give_password(town)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: Browser(site).sign_in(town, email, "x").status_code, range(24))
        )

    assert sorted(answers) == [401] * 10 + [429] * 14


def test_the_right_password_forgives_earlier_tries(site, town):
    email = give_password(town)
    for _ in range(3):
        for _ in range(9):
            assert Browser(site).sign_in(town, email, "wrong").status_code == 401
        assert Browser(site).sign_in(town, email).status_code == 302


def test_an_address_has_fifty_tries_whoever_it_tries(hosted, town):
    address = new_address()
    neighbour = address.replace("::1", "::2")  # the same household
    callers = itertools.cycle((address, neighbour))

    refused_at = tries_until_refused(
        lambda: at_home(hosted, town, address=next(callers)), town, lambda i: f"a{i}@b.dk", 60
    )

    assert refused_at == 50
    assert at_home(hosted, town).sign_in(town, give_password(town)).status_code == 302


def test_a_town_hall_behind_one_address_can_sign_in(hosted, town):
    address = new_address()
    email = give_password(town)

    for _ in range(60):
        assert at_home(hosted, town, address=address).sign_in(town, email).status_code == 302


def test_a_municipality_has_three_hundred_tries(hosted, town, make_town):
    refused_at = tries_until_refused(
        lambda: at_home(hosted, town), town, lambda i: f"a{i}@b.dk", 310
    )

    assert refused_at == 300
    other = make_town(now=clock.now())
    assert at_home(hosted, other).sign_in(other, give_password(other)).status_code == 302


@pytest.fixture
def without_redis(settings, db, site, tmp_path) -> Iterator[Flask]:
    """The house while Redis is down: nothing listens on the socket."""
    dead = f"unix://{tmp_path}/dead.sock?db=0"
    yield build(dataclasses.replace(settings, redis_url=dead, base_host="rt.test"), db)
    limiter._storage_dead = False
    limiter.init_app(site)


def test_without_redis_sign_in_is_neither_dead_nor_open(without_redis, town):
    email = give_password(town)

    assert at_home(without_redis, town).sign_in(town, email).status_code == 302
    refused_at = tries_until_refused(
        lambda: at_home(without_redis, town), town, lambda i: email, 15
    )
    assert refused_at == 10
    assert at_home(without_redis, town).sign_in(town, email).status_code == 429
    address = new_address()
    spraying = tries_until_refused(
        lambda: at_home(without_redis, town, address=address), town, lambda i: f"a{i}@b.dk", 60
    )
    assert spraying == 50


def test_redis_shows_neither_e_mail_nor_address(site, town, settings):
    address = new_address()
    email = give_password(town)
    Browser(site, address=address).sign_in(town, email, "wrong")

    keys = redis.from_url(settings.redis_url).keys("LIMITS*")

    assert keys
    assert not [key for key in keys if email.encode() in key or address.encode() in key]


# Where to go next
