"""The allocator keeps freed memory when it is asked to, and gives it back when it is asked to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = """
import resource
from restorebench.allocator import give_back_freed_memory, keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(6):
        bytearray(64 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

usual = faults()
assert keep_freed_memory()
bytearray(64 << 20)
kept, held = faults(), resident()
give_back_freed_memory()
print(usual, kept, held - resident())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_blocks_are_reused_and_can_be_given_back():
    run = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    usual, kept, given_back = map(int, run.stdout.split())
    assert usual > 6 * 10_000, "each block is mapped anew"
    assert kept < usual / 10
    assert given_back > 60 << 20
