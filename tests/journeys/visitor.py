"""Somebody at a browser, in the words of somebody who looks on."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

PASSWORD = "fire ord i en række"
DESKTOP, PHONE = 1280, 390
SECONDS_TO_ARRIVE = 30
"""How long a page, or what should be seen on it, may take on a busy machine."""
expect.set_options(timeout=SECONDS_TO_ARRIVE * 1_000)
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
AMOUNT = re.compile(r"(-?)([\d.]+),(\d\d) kr")
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

CUT_OFF = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    && element.tagName !== "TEXTAREA" && element.scrollWidth > element.clientWidth + 1)
  .map((element) => `<${element.tagName.toLowerCase()} class="${element.className}">`)
"""


class Watch:
    """Notes what no page may do."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Watch every page of it, also those that are opened later."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def waits_for(self, page: Page, start: str) -> bool:
        """Whether what begins so is seen in time: reports follow the page."""
        deadline = time.monotonic() + SECONDS_TO_ARRIVE
        while not any(each.startswith(start) for each in self.seen):
            if time.monotonic() > deadline:
                return False
            page.wait_for_timeout(20)
        return True

    def _console(self, message: ConsoleMessage) -> None:
        # That an answer was 4xx is said here too, for pages that refuse; `_response` judges those.
        refused = message.text.startswith("Failed to load resource: the server responded")
        if message.type in ("error", "warning") and not refused:
            self.seen.append(f"console: {message.text} ({message.location.get('url')})")

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _response(self, response: Response) -> None:
        page = response.request.resource_type == "document"
        if response.status >= (500 if page else 400):
            self.seen.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a download, or a page left early
            self.seen.append(f"{request.failure}: {request.url}")


class Visitor:
    """One person, one page."""

    def __init__(self, page: Page, *, javascript: bool = True) -> None:
        self.page = page
        self.javascript = javascript

    @property
    def main(self) -> Locator:
        """The page without its menu and top bar."""
        return self.page.get_by_role("main")

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def another_tab(self) -> Visitor:
        """The same person, signed in already, in a tab beside."""
        return Visitor(self.page.context.new_page(), javascript=self.javascript)

    def signs_in(self, municipality: str, email: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in page and be let in."""
        self.tries_to_sign_in(municipality, email, password)
        self.is_in()

    def tries_to_sign_in(self, municipality: str, email: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in page and send it, whatever the answer may be."""
        self.chooses("Kommune", municipality)
        self.fills("E-mail", email)
        self.fills("Adgangskode", password)
        self.presses("Log ind")

    def is_in(self) -> None:
        """The page behind the sign-in has arrived: what is asked before that is asked of the old
        page, and an address opened before that may overtake the sign-in."""
        expect(self.page.get_by_role("navigation", name="Menu")).to_be_visible()
        self.has_arrived()

    def has_arrived(self) -> None:
        """All of the page is here, with style and scripts: what is counted now is all there is,
        and what is pressed is heard."""
        self.page.wait_for_load_state()

    def opens_account(self) -> None:
        """The box with profile, appearance and the way out, which is folded."""
        box = self.page.locator(".account details")
        if box.get_attribute("open") is None:
            box.locator("summary").click()

    def signs_out(self) -> None:
        self.opens_account()
        self.presses("Log ud")
        self.reads("Du er logget ud.")

    def fills(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def field(self, label: str) -> Locator:
        """The input with that label, whether it must be filled or not."""
        name = re.compile(rf"^{re.escape(label)}( \(skal udfyldes\))?$")
        return self.page.get_by_label(name)

    def chooses(self, label: str, option: str) -> None:
        self.field(label).select_option(label=option)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def menu(self, name: str) -> None:
        """Choose from the menu, which a narrow screen keeps folded."""
        menu = self.page.get_by_role("navigation", name="Menu")
        expect(menu).to_be_visible()
        self.has_arrived()  # before its style has come, the menu is not folded
        counted = re.compile(rf"^{re.escape(name)}( \d.*)?$")  # the inbox says how many wait
        link = menu.get_by_role("link", name=counted)
        if not link.is_visible():
            # The tick box behind the button is there for keyboards and not to be seen.
            box = menu.get_by_role("checkbox", name="Menu")
            if box.count() and menu.locator(".menu-label").is_visible():
                box.check(force=True)
        if not link.is_visible():
            menu.locator("details").filter(has=self.page.get_by_text(counted)).locator(
                "summary"
            ).click()
        link.click()
        self.sees_heading(name)

    def row(self, text: str) -> Locator:
        """The row of a table that has the text."""
        return self.main.get_by_role("row").filter(has_text=text)

    def _place(self, header: str) -> int:
        headers = self.main.get_by_role("columnheader")
        expect(headers.first).to_be_visible()
        self.has_arrived()
        return headers.all_inner_texts().index(header) + 1

    def column(self, header: str) -> Locator:
        """The cells below a header, of the page's only table."""
        return self.main.locator(f"tbody > tr > :nth-child({self._place(header)})")

    def cell(self, text: str, header: str) -> Locator:
        """The cell below a header in the row that has the text."""
        return self.row(text).locator(f":scope > :nth-child({self._place(header)})")

    def sees_heading(self, name: str | re.Pattern[str]) -> None:
        expect(self.main.get_by_role("heading", level=1)).to_have_text(name)
        self.has_arrived()

    def reads(self, *texts: str) -> None:
        """Each text can be read on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)
        self.has_arrived()

    def looks(self, name: str, *, wide_table: bool = False) -> None:
        """All fits the width of the screen; with SCREENSHOTS=1 the page is kept as a picture.

        A wide table of figures may be scrolled sideways in its own box.
        """
        self.has_arrived()
        width = (self.page.viewport_size or {})["width"]
        if os.environ.get("SCREENSHOTS") == "1":
            ARTEFACTS.mkdir(exist_ok=True)
            self.page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)
        wide = int(self.page.evaluate("document.documentElement.scrollWidth"))
        assert wide <= width, f"{name} is {wide} wide on a screen of {width}"
        cut_off = [] if wide_table else self.page.evaluate(CUT_OFF)
        assert cut_off == [], f"one must scroll sideways in {name} on a screen of {width}"

    def is_out(self) -> None:
        """The sign-in page is all there is."""
        self.sees_heading("Log ind")
        expect(self.page.get_by_role("navigation", name="Menu")).to_have_count(0)


def ore(text: str) -> int:
    """The one amount in a text, in whole øre."""
    [(sign, whole, part)] = AMOUNT.findall(text)
    return int(f"{sign}{whole.replace('.', '')}{part}")


def ores(cells: Locator) -> list[int]:
    """The amounts in cells that hold one each."""
    return [ore(text) for text in cells.all_inner_texts()]


__all__ = ["DESKTOP", "PASSWORD", "PHONE", "Visitor", "Watch", "ore", "ores"]
