"""Somebody without a mouse: Tab, Enter, Space and arrows, and always a place one can see."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.journeys.visitor import Visitor

MOST_STOPS = 150
HERE = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  // A tick box may be drawn by the label behind which it lies.
  const drawn = [at, ...(at.labels || [])];
  const ring = (each) => {
    const style = getComputedStyle(each);
    const box = each.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && (
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
      || style.boxShadow !== "none");
  };
  const inSight = drawn.some((each) => {
    const box = each.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  });
  const text = (each) => (each ? each.textContent.replace(/\\s+/g, " ").trim() : "");
  return {
    name: at.getAttribute("aria-label") || text(at.labels && at.labels[0]) || text(at),
    tag: at.tagName.toLowerCase(),
    main: at.closest("main") !== null,
    seen: inSight && drawn.some(ring),
    html: at.outerHTML.slice(0, 160),
  };
}
"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is."""

    name: str
    tag: str
    main: bool
    seen: bool
    html: str


class Keyboard:
    """The keys of a visitor's page. Every stop on the way must be one that can be seen."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.unseen: list[str] = []
        """Stops at which nothing shows where one is."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def stop(self) -> Stop | None:
        """Where the focus is; None before the first stop and after the last."""
        found = self.page.evaluate(HERE)
        if found is None:
            return None
        here = Stop(**found)
        if not here.seen:
            self.unseen.append(here.html)
        return here

    def tab(self) -> Stop | None:
        self.press("Tab")
        return self.stop()

    def tabs_to(self, name: str, *, tag: str | None = None) -> Stop:
        """Press Tab until one is there: what begins with the name. Fails after a whole round."""
        wanted = re.compile(rf"^{re.escape(name)}(?!\w)")
        passed = []
        for _step in range(MOST_STOPS):
            here = self.tab()
            if here is not None and wanted.match(here.name) and tag in (None, here.tag):
                return here
            passed.append(here.name[:40] if here else "(the browser itself)")
        raise AssertionError(f"Tab does not lead to {name!r}; it passed {passed[:40]}")

    def enters(self, name: str, *, tag: str | None = None) -> None:
        """Go there, press Enter, and wait for the page it leads to."""
        self.tabs_to(name, tag=tag)
        with self.page.expect_navigation():
            self.press("Enter")

    def ticks(self, name: str) -> None:
        self.tabs_to(name, tag="input")
        self.press("Space")

    def chooses(self, name: str, option: str) -> None:
        """An option of a list, by its first letters and then the arrow."""
        self.tabs_to(name, tag="select")
        self.page.keyboard.type(option)
        for _step in range(MOST_STOPS):
            text = self.page.evaluate("document.activeElement.selectedOptions[0].text")
            if text == option:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option {option!r} in {name!r}")

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)


__all__ = ["Keyboard", "Stop"]
