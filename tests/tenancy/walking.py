"""A browser without the drawing: fetches forms, fills them in, follows links."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass

from flask import Flask

_ADDRESS = itertools.count(1)


@dataclass(frozen=True)
class Seen:
    """A page as it came."""

    status: int
    text: str
    location: str

    @property
    def words(self) -> str:
        """What a reader sees."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text)))


class Browser:
    """One visitor, with an address of their own: refused sign-ins are counted per address."""

    def __init__(self, house: Flask) -> None:
        self.client = house.test_client()
        number = next(_ADDRESS)
        self.client.environ_base["REMOTE_ADDR"] = f"10.{number >> 8 & 255}.{number & 255}.7"

    def get(self, url: str) -> Seen:
        answer = self.client.get(url)
        return Seen(
            answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")
        )

    def fields(self, url: str) -> dict[str, str]:
        """The form on the page, as it would be sent unchanged."""
        text = self.get(url).text
        found = {}
        for tag in re.findall(r"<input[^>]*>", text):
            name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and not ("checkbox" in tag and "checked" not in tag):
                found[name[1]] = html.unescape(value[1]) if value else ""
        for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
            chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"', body) or re.search(
                r'<option[^>]*value="([^"]*)"', body
            )
            found[name] = html.unescape(chosen[1]) if chosen else ""
        return found

    def post(self, url: str, *, form_at: str | None = None, **fields: str) -> Seen:
        """Fill in the form of the page and send it."""
        data = self.fields(form_at or url) | fields
        answer = self.client.post(url, data=data)
        return Seen(
            answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")
        )
