"""“The report is ready”: what a person asked for and went away from, told at their next page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from tenant_app.core.errors import SignInRequired
from tenant_app.core.outbox import Outbox
from tenant_app.tenancy import rules
from tenant_app.tenancy import service as tenancy
from tenant_app.web.current import context

PAGES = {
    "jobs.reports.usage": "usage.index",
    "jobs.reports.coverage": "coverage.index",
    "jobs.cooperation.find_shared_needs": "clusters.index_view",
    "jobs.forums.make_pack": "packs.index",
}
"""Jobs that people wait for, and the page with the result."""
NEWS = {
    ("jobs.reports.usage", rules.JobStanding.DONE): _l("The usage report is ready."),
    ("jobs.reports.usage", rules.JobStanding.DEAD): _l(
        "The usage report could not be made. An administrator can try again."
    ),
    ("jobs.reports.usage", rules.JobStanding.CANCELLED): _l("The usage report was cancelled."),
    ("jobs.reports.coverage", rules.JobStanding.DONE): _l("The coverage report is ready."),
    ("jobs.reports.coverage", rules.JobStanding.DEAD): _l(
        "The coverage report could not be made. An administrator can try again."
    ),
    ("jobs.reports.coverage", rules.JobStanding.CANCELLED): _l(
        "The coverage report was cancelled."
    ),
    ("jobs.forums.make_pack", rules.JobStanding.DONE): _l("The meeting pack is ready."),
    ("jobs.forums.make_pack", rules.JobStanding.DEAD): _l(
        "The meeting pack could not be made. An administrator can try again."
    ),
    ("jobs.forums.make_pack", rules.JobStanding.CANCELLED): _l("The meeting pack was cancelled."),
    ("jobs.cooperation.find_shared_needs", rules.JobStanding.DONE): _l(
        "The search for shared needs is done."
    ),
    ("jobs.cooperation.find_shared_needs", rules.JobStanding.DEAD): _l(
        "The search for shared needs failed. An administrator can try again."
    ),
    ("jobs.cooperation.find_shared_needs", rules.JobStanding.CANCELLED): _l(
        "The search for shared needs was cancelled."
    ),
}
LOOKS = {
    rules.JobStanding.DONE: "success",
    rules.JobStanding.DEAD: "danger",
    rules.JobStanding.CANCELLED: "info",
}


@dataclass(frozen=True)
class Notice:
    """One line on top of a page; `url` where there is something to see."""

    text: str
    look: str
    url: str | None


def job_notices() -> list[Notice]:
    """News for whoever reads this page. Shown once: asking is having told."""
    if not _is_read():
        return []
    try:
        ctx = context()
    except SignInRequired:
        return []
    return [_notice(row) for row in tenancy.tell_finished(ctx, list(PAGES))]


def _is_read() -> bool:
    """Whether somebody sees the page: not where only its head is asked for, or it is fetched in
    case it will be wanted."""
    return request.method != "HEAD" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _notice(row: Outbox) -> Notice:
    standing = rules.standing(row)
    args: dict[str, Any] = {key: value for key, value in row.args.items() if value is not None}
    done = standing is rules.JobStanding.DONE
    return Notice(
        text=str(NEWS[row.job, standing]),
        look=LOOKS[standing],
        url=url_for(PAGES[row.job], **args) if done else None,
    )
