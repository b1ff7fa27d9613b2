"""`pytest --benchmark` with restorers in processes of their own, and with workers."""

from __future__ import annotations

import os
import signal

import pytest

from restorebench.harness.store import Store

pytestmark = pytest.mark.slow
TWO = ("--restorer", "noisy", "--restorer", "failing")

NET = """
import os
from torch import nn

class Net(nn.Module):
    def forward(self, x):
        if x.mean() > float(os.environ["BRIGHT"]):
            os._exit(0)
        return x
"""


def test_what_ends_or_hangs_costs_one_sample_and_fails_its_benchmark(farm):
    chosen = ("--restorer", "deadly:at=5", "--restorer", "hanging:at=7", "--restorer", "noisy")
    said = farm.benchmark(*chosen, "--isolate", "--timeout", "3", status=1)
    assert "2 failed, 1 passed" in said
    assert "1 of 24 restorations failed" in said
    assert "test-0005: RestorerError: the process of 'deadly': it ended with exit status 0" in said
    assert "test-0007: RestorerError: the process of 'hanging': it was stopped after 3 s" in said
    lines, images = farm.contents("restorebench-results")
    assert len(lines) == 24 + 24 + 48
    assert sum('"error": null' not in line for line in lines) == 2
    assert len(images) >= 24


def test_restorers_from_outside_are_isolated_unless_that_is_refused(farm):
    """The sample at which the network ends its process is the brightest."""
    (farm.folder / "net.py").write_text(NET)
    farm.environment["BRIGHT"] = "0.2525"
    said = farm.benchmark("--restorer", "torch:file=net.py", "--limit", "6", status=1)
    assert "of 6 restorations failed" in said
    assert "it ended with exit status 0 in the middle of its work" in said
    said = farm.benchmark("--restorer", "torch:file=net.py", "--no-isolate", "--fresh")
    assert "passed" not in said, "the network has ended pytest itself"


def test_workers_make_the_store_of_a_serial_run(farm):
    said = farm.benchmark(*TWO, "--results=serial", status=1)
    shared = farm.benchmark(*TWO, "--results=shared", "--workers", "2", status=1)
    assert farm.contents("shared") == farm.contents("serial")
    for text in ("1 failed, 1 passed", "3 of 24 restorations failed", "test-0013: ZeroDivision"):
        assert text in said
        assert text in shared
    assert len({pid for pid, _ in farm.noted("made")}) > 2
    again = farm.benchmark("--restorer", "noisy", "--results=shared", "--workers", "2")
    assert "(from the store)" in again


def test_ctrl_c_ends_the_workers_and_keeps_what_is_finished(farm):
    farm.benchmark("--collect-only", "-q")  # makes the folder of benchmarks
    command = ("pytest", "-p", "no:cacheprovider", "--benchmark", "--workers", "2")
    process = farm.start(*command, "--restorer", "noisy:pause=0.05")
    farm.wait_until(lambda: len(farm.calls.read_text().splitlines()) > 12)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 2, output + errors
    kept = len(list(Store(farm.folder / "restorebench-results").records()))
    assert kept >= 4
    assert "1 passed" in farm.benchmark("--restorer", "noisy:pause=0.05")
    assert len(farm.contents("restorebench-results")[0]) == 48


def test_options_that_contradict_each_other_are_a_usage_error(farm):
    process = farm.start("pytest", "--benchmark", "--engine", "local", "--workers", "2")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 4
    assert "need --engine dask" in errors
