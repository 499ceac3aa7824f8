"""A browser at the screens of a session that is held."""

from __future__ import annotations

import re
from html import unescape

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock

JSON = {"Accept": "application/json"}


class Browser:
    """Signed in as one user, at the time of the pages."""

    def __init__(self, app, town, user):
        with town.as_system(now=clock.now()) as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[user]))
        self.client = app.test_client()
        with self.client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)

    def get(self, path, **query):
        return self.client.get(f"/admin/dialogue-live{path}", query_string=query)

    def page(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return unescape(re.sub(r"\s+", " ", answer.text))

    def press(self, do, session_id, *, view="phone", script=False, **fields):
        path = "/phone/" if view == "phone" else "/"
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path, id=session_id).text
        )
        return self.client.post(
            "/admin/dialogue-live/act/",
            query_string={"id": session_id},
            data={"csrf_token": found[1], "view": view, "do": do, **fields},
            headers=JSON if script else {},
        )

    def part(self, session_id, view="phone", **query):
        return self.get("/state/", id=session_id, view=view, **query)
