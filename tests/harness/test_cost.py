"""Costs: seconds of the action alone, and the memory that it adds."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from restorebench.harness.cost import measured

MIB = 1 << 20


def test_gives_the_value_and_the_seconds():
    value, seconds, _ = measured(lambda: 6 * 7)
    assert value == 42
    assert 0 < seconds < 1


@pytest.mark.skipif(sys.platform != "linux", reason="peaks of the resident set need /proc")
def test_memory_is_what_the_action_adds_whatever_was_freed_before():
    freed = [np.ones(MIB) for _ in range(4)]
    del freed
    for _ in range(2):
        _, _, peak = measured(lambda: np.ones(2 * MIB).sum())
        assert 15 * MIB < peak < 20 * MIB
    assert measured(lambda: None)[2] < MIB
