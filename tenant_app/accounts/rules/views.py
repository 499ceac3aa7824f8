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
TYPED = {"search", "employee"}
"""What somebody wrote to find something, most often a person's name. A view is kept until its user
removes it, and nobody would clear the name from it."""


def was_searched(query: str) -> bool:
    """Whether somebody wrote something to find what the query finds."""
    return any(name in TYPED for name, _value in parse_qsl(query))


def without_text(query: str) -> str:
    """The query without what somebody wrote."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in TYPED])


def plain_query(text: str) -> str:
    """The filters, order and columns of a list's address, without the page and without what was
    searched for. Raises Invalid."""
    asked = [(name, value) for name, value in parse_qsl(text) if name not in NOT_KEPT]
    kept = [(name, value) for name, value in asked if name not in TYPED]
    if asked and not kept:
        raise Invalid(
            N_(
                "What you searched for is not kept, since it may be a person's name, and there is "
                "nothing else to keep. Filter, sort or choose columns first."
            ),
            field="name",
        )
    query = urlencode(kept)
    if len(query) > LONGEST_QUERY or not all(value.isprintable() for _, value in kept):
        raise Invalid(
            N_("These filters are too long to keep. Use fewer filters, or choose fewer columns."),
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
