"""The trail in words."""

from __future__ import annotations

import pytest

from admin import trail_words


@pytest.mark.parametrize(
    ("found", "told"),
    [(3, "3"), (0, "0"), ({"A-1": {}, "A-2": {}}, "A-1, A-2"), (["x", 2], "x, 2"), (None, "–")],
)
def test_what_changed_is_a_number_or_names(found, told):
    assert trail_words.value("changed", found) == told
