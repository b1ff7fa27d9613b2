"""Numbers as text."""

from __future__ import annotations

import pytest

from restorebench.leaderboard.format import format_scaled


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *[(0, "0"), (3, "3"), (17_157_907, "17.2 M"), (63_600_000_000, "63.6 G"), (999, "999")],
        *[(1e12, "1 T"), (1234, "1.23 k"), (None, "–")],
    ],
)
def test_large_counts_have_three_digits(value, shown):
    assert format_scaled(value) == shown
