"""The API's page: every operation is on it, and it needs neither scripts nor the internet."""

from __future__ import annotations

import re

from tests.doors.table import FREE_METHODS


def test_every_operation_of_the_api_is_on_the_page(site):
    page = site.test_client().get("/api/v1/docs").text

    shown = set(re.findall(r'<b class="method">(\w+)</b> <code>([^<]+)</code>', page))
    known = {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in site.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        for method in (rule.methods or set()) - FREE_METHODS
    }
    assert len(known) > 80
    assert shown == known


def test_what_is_sent_and_answered_stands_with_its_meaning(site):
    page = site.test_client().get("/api/v1/docs").text
    start = page.index("<code>/api/v1/enrolments</code>")
    part = page[page.rindex("<details", 0, page.index("session_id", start)) :][:6000]

    assert '<th scope="row"><code>session_id</code></th><td>uuid <b>required</b></td>' in part
    assert "Idempotency-Key" in part
    assert "employee_ids" in part


def test_it_runs_no_script_and_asks_nobody_else(site):
    page = site.test_client().get("/api/v1/docs").text

    assert "<script" not in page
    assert not re.search(r'(?:src|href)="https?:', page)
    anchors = re.findall(r'<details id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
