"""Ctrl-C, and two runs at the same time: each sample is restored once."""

from __future__ import annotations

import signal
import time

import pytest

SLOW = ("--restorer", "slow:pause=0.1")


def wait_for_records(place, count: int) -> None:
    deadline = time.monotonic() + 180
    while len(place.lines()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_after_ctrl_c_the_same_command_continues(place):
    process = place.start_run(*SLOW)
    wait_for_records(place, 2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 130
    assert "the same command continues from there" in errors
    kept = len(place.lines())
    assert f"{kept} from the store" in place.restorebench("run", *SLOW).stderr
    assert len(place.lines()) == 12
    assert place.repeated() == []


@pytest.mark.slow
def test_two_runs_at_the_same_time_share_a_store(place):
    both = [place.start_run(*SLOW) for _ in range(2)]
    for process in both:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert len(place.lines()) == 12
    assert place.repeated() == []
