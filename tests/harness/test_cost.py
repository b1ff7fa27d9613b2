"""Costs: seconds of the action alone, and the memory that it adds."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.errors import RestorerError
from restorebench.harness.contained import contained
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


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda: os.chdir("/"), Path.cwd),
        (lambda: np.seterr(all="raise"), np.geterr),
        (lambda: torch.set_default_dtype(torch.float64), torch.get_default_dtype),
        (lambda: torch.set_default_device("meta"), torch.get_default_device),
        (lambda: torch.set_float32_matmul_precision("medium"), torch.get_float32_matmul_precision),
        (lambda: torch.set_num_threads(3), torch.get_num_threads),
        (lambda: torch.set_grad_enabled(False), torch.is_grad_enabled),
    ],
)
def test_what_code_of_others_changes_for_the_process_is_put_back(change, state):
    before = state()
    with contained():
        change()
        changed = state()
    assert changed != before
    assert state() == before


def test_what_is_no_exception_ends_its_own_row_alone():
    for kind in (asyncio.CancelledError, GeneratorExit):
        with pytest.raises(RestorerError, match=f"it raised {kind.__name__}"), contained():
            raise kind
    for kind in (KeyboardInterrupt, SystemExit, ValueError):
        with pytest.raises(kind), contained():
            raise kind
