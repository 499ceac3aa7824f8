"""What can be kept of how a list is looked at."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from tenant_app.core.errors import N_, Conflict, Invalid

LONGEST_QUERY = 2_000
LONGEST_VIEW_NAME = 60
MOST_VIEWS = 20
"""Of one list: more than fit above it."""
NOT_KEPT = {"page", "csrf_token", "url"}
"""What a view of a list does not hold: where one was in it."""


def plain_query(text: str) -> str:
    """The filters, order and columns of a list's address, without the page. Raises Invalid."""
    asked = [(name, value) for name, value in parse_qsl(text) if name not in NOT_KEPT]
    query = urlencode(asked)
    if len(query) > LONGEST_QUERY or not all(value.isprintable() for _, value in asked):
        raise Invalid(
            N_("These filters are too long to keep. Search for less, or choose fewer columns."),
            field="name",
        )
    return query


def check_another_view(count: int) -> None:
    """A user has room for one more view of a list. Raises Conflict."""
    if count >= MOST_VIEWS:
        raise Conflict(
            N_("You have %(most)s views of this list already. Remove one first."),
            field="name",
            most=MOST_VIEWS,
        )
