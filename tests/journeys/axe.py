"""Deque's axe-core in a real browser, and what it found in words one can act on."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page as Tab

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING: dict[str, Any] = {"runOnly": {"type": "tag", "values": TAGS}}
STRUCTURE: dict[str, Any] = EVERYTHING | {"rules": {"color-contrast": {"enabled": False}}}
"""All but the colours, which take half of the time: for a template whose colours were looked at."""
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""What another theme can change."""
TARGETS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["target-size"]}}
"""What another width can change, besides whether the page fits it."""
RUN = """
async (options) => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...options});
  return found.violations.map((each) => ({
    rule: each.id,
    help: each.help,
    nodes: each.nodes.map((node) => ({
      html: node.html,
      why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    })),
  }));
}
"""
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const clipped = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > width + 1 && !clipped(each))
    .map((each) => each.outerHTML.slice(0, 160));
}
"""


def add_axe(tab: Tab) -> None:
    """Put axe into the page, past its content policy: through the debugger, not as a script."""
    tab.evaluate(f"{AXE_SCRIPT}; undefined")


def look(tab: Tab, options: dict[str, Any]) -> list[str]:
    """What is wrong, one line for each rule and place."""
    return [
        f"{found['rule']}: {found['help']}: {node['html'][:200]} ({node['why'][:200]})"
        for found in tab.evaluate(RUN, options)
        for node in found["nodes"]
    ]


def too_wide(tab: Tab) -> list[str]:
    """What sticks out so that the whole page must be scrolled sideways."""
    return [f"sticks out: {html}" for html in tab.evaluate(TOO_WIDE)]


def listed(found: dict[str, list[str]]) -> str:
    """All of it as a list to work through: what is wrong, then every page where it is."""
    places: dict[str, list[str]] = {}
    for where, lines in found.items():
        for line in lines:
            places.setdefault(line, []).append(where)
    return "\n".join(
        f"{line}\n    {len(where)} pages: {', '.join(where[:6])}" for line, where in places.items()
    )


__all__ = ["COLOURS", "EVERYTHING", "STRUCTURE", "TARGETS", "add_axe", "listed", "look", "too_wide"]
