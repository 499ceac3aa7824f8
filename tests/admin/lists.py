"""A browser on the lists of a municipality, and what it reads there."""

from __future__ import annotations

import html
import re

from flask import Flask
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tests.town import Town


def lists_of(app: Flask) -> dict[str, object]:
    """Every list of rows in the municipality's panel, by its endpoint."""
    [site] = [each for each in app.extensions["admin"] if each.url == "/admin"]
    return {view.endpoint: view for view in site._views if hasattr(view, "standard_columns")}


class Browser:
    """Signed in as one user."""

    def __init__(self, app: Flask, town: Town, user: str = "admin") -> None:
        self.app, self.town = app, town
        with town.as_system() as ctx:
            known = ctx.session.get_one(User, town.users[user])
            token = accounts.open_session(ctx, known)
        self.client = app.test_client()
        with self.client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)

    def get(self, url: str, *, follow: bool = True):
        return self.client.get(f"/admin{url}", follow_redirects=follow)

    def post(self, url: str, **fields: str):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/saved-views/").text)
        sent = {"csrf_token": token[1], **fields}
        return self.client.post(url if url.startswith("/admin") else f"/admin{url}", data=sent)


def table_of(text: str) -> tuple[list[str], list[list[str]]]:
    """(heads, rows) of the list on a page, as plain text."""
    found = re.search(r"<table class=\"table cards model-list\">(.*?)</table>", text, re.S)
    if found is None:
        return [], []
    head, _, body = found[1].partition("<tbody>")
    heads = [_plain(cell) for cell in re.findall(r"<th scope=\"col\".*?</th>", head, re.S)]
    rows = [
        [_plain(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]
    return [head.rstrip(" ▴▾") for head in heads], rows


def column_of(text: str, head: str) -> list[str]:
    """One column of the list on a page."""
    heads, rows = table_of(text)
    at = heads.index(head)
    return [row[at] for row in rows]


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def views_of(town: Town, model):
    """All rows of a table of the town."""
    with town.as_system() as ctx:
        return ctx.session.scalars(select(model).order_by(model.id)).all()
