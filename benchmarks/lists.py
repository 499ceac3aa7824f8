"""The inbox and the list of enrolments with 200,000 rows against bare Flask, one SQL and the same
template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, g, template_rendered
from jinja2 import Template
from sqlalchemy import create_engine, event, select, text

from benchmarks.timing import Result, in_turns
from config.settings import Settings
from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core.access import system
from tenant_app.core.uow import Database

PAGES = {"inbox": "/admin/inbox/", "list of enrolments": "/admin/requests/"}
ONE_SQL = """
    SELECT e.id, e.state, e.submitted_at, e.total, p.name, u.name, c.title, s.starts_on
    FROM enrolments e JOIN employees p ON p.tenant_id = e.tenant_id AND p.id = e.employee_id
    JOIN units u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id
    JOIN course_sessions s ON s.tenant_id = e.tenant_id AND s.id = e.session_id
    JOIN courses c ON c.tenant_id = s.tenant_id AND c.id = s.course_id
    WHERE e.tenant_id = :tenant {condition} ORDER BY e.submitted_at {order} LIMIT 50"""


def _client(app: Flask, db: Database, tenant: int) -> Any:
    with db.unit_of_work(tenant, system("bench"), now=None) as ctx:
        user = ctx.session.scalars(select(User).limit(1)).one()
        token = accounts.open_session(ctx, user)
    client = app.test_client()
    with client.session_transaction() as session:
        session["tenant"], session["token"] = tenant, token
    return client


def _get(client: Any, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise AssertionError(f"{url} answered {answer.status_code}")


class Bare:
    """A view of the same Flask that asks one SQL and renders the same template with what our own
    view gave it: no sign-in, no fence, no service, no further statement."""

    def __init__(self, settings: Settings) -> None:
        self.engine = create_engine(settings.database_url)
        self.sql = text("SELECT 1")
        self.template: Template | None = None
        self.values: dict[str, Any] = {}
        self.__name__ = "bare"

    def take(self, app: Flask, client: Any, url: str) -> None:
        """Remember the template and values of the page."""

        def remember(sender: object, template: Template, context: dict[str, Any]) -> None:
            self.template, self.values = template, context

        with template_rendered.connected_to(remember, app):
            client.get(url)

    def __call__(self) -> str:
        with self.engine.connect() as connection:
            connection.execute(self.sql, {"tenant": self.values["ctx"].tenant_id}).all()
        g.ctx = self.values["ctx"]
        if self.template is None:
            raise AssertionError("take() comes first")
        return self.template.render(self.values)


def measure(
    db: Database, settings: Settings, superuser: str, tenant: int, *, rounds: int
) -> list[Result]:
    """A ratio per page, and a check that the number of statements does not grow with the rows."""
    app = build(settings, db)
    bare = Bare(replace(settings, database_url=superuser))
    for url in PAGES.values():
        # The name makes the template's relative links point where they do on our page.
        app.add_url_rule(f"/bare{url}", f"{url.split('/')[2]}.bare", bare)
    client = _client(app, db, tenant)
    results = []
    for name, url in PAGES.items():
        sent: list[str] = []

        def note(
            conn: object, cursor: object, statement: str, *rest: Any, sent: list[str] = sent
        ) -> None:
            sent.append(statement)

        event.listen(db.app, "before_cursor_execute", note)
        client.get(url)
        event.remove(db.app, "before_cursor_execute", note)
        bare.take(app, client, url)
        inbox = name == "inbox"
        bare.sql = text(
            ONE_SQL.format(
                condition="AND e.waiting_level IS NOT NULL" if inbox else "",
                order="ASC" if inbox else "DESC",
            )
        )
        mine, theirs = in_turns(
            lambda url=url: _get(client, url),  # type: ignore[misc]
            lambda url=url: _get(client, f"/bare{url}"),  # type: ignore[misc]
            rounds=rounds,
        )
        results.append(
            Result(
                f"{name}, 200,000 rows",
                mine * 1000,
                theirs * 1000,
                "ms",
                goal=3.0,
                note=f"{len(sent)} statements",
            )
        )
    return results
