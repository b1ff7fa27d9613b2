"""A printed number says how far a value may be from it."""

from __future__ import annotations

import pytest

from restorebench.metrics.identify.search import Published


@pytest.mark.parametrize(
    ("text", "value", "tolerance"),
    [
        ("26.78", 26.78, 0.005),
        (".874", 0.874, 0.0005),
        ("0.8210", 0.821, 0.00005),  # the last zero was printed, so it counts
        ("27", 27.0, 0.5),
        ("−0.5", -0.5, 0.05),
    ],
)
def test_half_a_unit_of_the_last_digit(text, value, tolerance):
    published = Published.parse(text)
    assert published.value == value
    assert published.tolerance == pytest.approx(tolerance, rel=1e-12)


def test_a_tolerance_that_is_given_counts():
    assert Published.parse("26.78", 0.5).tolerance == 0.5
