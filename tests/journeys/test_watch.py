"""The watch over the pages is worth something only when it sees."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.journeys.visitor import Watch


def test_the_watch_sees_what_no_page_may_do(chromium: Browser, site: str) -> None:
    watch = Watch()
    context = chromium.new_context(base_url=site)
    watch.over(context)
    page = context.new_page()
    page.goto("/sign-in")
    assert watch.seen == []

    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.ran = true'}))"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), "
        "{src: '/static/none.png'}))"
    )
    page.evaluate("setTimeout(() => { throw new Error('a crash') }, 0)")
    assert watch.waits_for(page, "console: content policy: script-src"), watch.seen
    assert watch.waits_for(page, "404: "), watch.seen
    assert watch.waits_for(page, "script: a crash"), watch.seen
    assert page.url.startswith(site)
    context.close()
