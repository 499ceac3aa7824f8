"""Lists of jobs move while somebody looks on, without being opened again, and then come to rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Request, expect

from tenant_app.core import clock
from tenant_app.core.outbox import JobProgress
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.town import Town

Worker = Callable[[], AbstractContextManager[Any]]
LONGER_THAN_A_PAUSE = 3_000
SECONDS_FOR_A_WORKER = 60
"""It starts Python and the whole product before it does anything."""
JOB = re.compile(r"job=([0-9a-f-]{36})")


def asks_for_usage(admin: Visitor) -> UUID:
    """A report that waits, since no worker runs; its job."""
    admin.menu("Forbrug")
    admin.presses("Kør rapport")
    expect(admin.page).to_have_url(JOB)
    admin.reads("Venter")
    [job] = JOB.findall(admin.page.url)
    return UUID(job)


def listens(visitor: Visitor) -> list[str]:
    """What the page asks from now on without being told to."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "fetch":
            asked.append(request.url)

    visitor.page.on("request", note)
    visitor.page.evaluate("window.stayed = true")
    return asked


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_row_goes_from_waiting_to_done_before_ones_eyes(
    sign_in: Enter, at_vendor: Enter, town: Town, school: Offered, worker: Worker, width: int
) -> None:
    admin = sign_in("admin", width=width)
    job = asks_for_usage(admin)
    admin.menu("Job")
    state = admin.row("Forbrugsrapport").locator("td[data-label='Status']")
    expect(state).to_contain_text("Venter")
    vendor = at_vendor(width=width)
    vendor.menu("Jobbenes tilstand")
    undone = vendor.row(f"By {town.slug}").locator("td[data-label='Ikke udført']")
    expect(undone).to_contain_text("1")
    asked = listens(admin), listens(vendor)

    with town.as_system(now=clock.now()) as ctx:
        ctx.session.add(JobProgress(outbox_id=job, done=1, total=3, note="", updated_at=ctx.now))
    expect(state.get_by_role("progressbar")).to_have_attribute("value", "1")
    admin.looks("job-i-gang")
    with worker():
        expect(state).to_contain_text("Færdig", timeout=SECONDS_FOR_A_WORKER * 1_000)
        expect(undone).to_contain_text("0", timeout=SECONDS_FOR_A_WORKER * 1_000)

    expect(state.get_by_role("progressbar")).to_have_count(0)
    expect(admin.row("Forbrugsrapport").locator("td[data-label='Afsluttet']")).not_to_be_empty()
    expect(admin.page.locator("#moving-rows")).to_have_text("Forbrugsrapport: Færdig")
    expect(vendor.page.locator("#moving-rows")).to_contain_text(f"By {town.slug}: ingen job venter")
    admin.looks("job-faerdig")
    assert admin.page.evaluate("window.stayed")
    assert vendor.page.evaluate("window.stayed")
    # Nothing runs here any more, so nothing is asked about it.
    for each in asked:
        assert each
        each.clear()
    admin.page.wait_for_timeout(LONGER_THAN_A_PAUSE)
    assert asked[0] == []
    assert not [url for url in asked[1] if f"id={town.tenant_id}" in url]


def test_where_nothing_waits_nothing_is_asked(sign_in: Enter) -> None:
    admin = sign_in("admin")
    admin.menu("Job")
    asked = listens(admin)

    admin.page.wait_for_timeout(LONGER_THAN_A_PAUSE)

    assert asked == []


def test_a_page_that_nobody_sees_asks_nothing_until_somebody_looks(
    sign_in: Enter, school: Offered
) -> None:
    admin = sign_in("admin")
    asks_for_usage(admin)
    admin.menu("Job")
    admin.page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true});"
        "window.away = true"
    )
    asked = listens(admin)

    admin.page.wait_for_timeout(2 * LONGER_THAN_A_PAUSE)
    assert asked == []
    with admin.page.expect_request("**/jobs/progress/**"):
        admin.page.evaluate(
            "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
        )


def test_without_a_script_the_list_is_read_again(
    sign_in: Enter, school: Offered, worker: Worker
) -> None:
    admin = sign_in("admin", javascript=False)
    asks_for_usage(admin)
    admin.menu("Job")
    state = admin.row("Forbrugsrapport").locator("td[data-label='Status']")
    expect(state).to_contain_text("Venter")

    with worker():
        admin.page.wait_for_timeout(LONGER_THAN_A_PAUSE)
        expect(state).to_contain_text("Venter")
        for _ in range(SECONDS_FOR_A_WORKER):
            admin.page.reload()
            if "Færdig" in state.inner_text():
                break
            admin.page.wait_for_timeout(1_000)

    expect(state).to_contain_text("Færdig")
