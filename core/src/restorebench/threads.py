"""OpenMP's threads, with which PyTorch computes: how long one that has finished waits awake.

GNU's OpenMP lets it spin for about a millisecond, in case the others finish soon. On a machine
with other work it then keeps from a processor the very thread that it waits for, and a network
takes several times as long. There it may as well sleep after a few microseconds.
"""

from __future__ import annotations

import os

SPINS, POLICY, THREADS = "GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "OMP_NUM_THREADS"
BRIEF = {SPINS: "2000"}
"""Turns of an empty loop: about 5 µs. On a machine without other work that costs a twentieth."""


def wait_briefly_if_busy() -> None:
    """Make idle threads sleep soon, if other work leaves too few processors for all of them.

    Works before PyTorch is imported, for this process and those that it starts, unless the
    environment says how they wait. OpenMP libraries other than GNU's do not read it.
    """
    if SPINS not in os.environ and POLICY not in os.environ and _is_busy():
        os.environ.update(BRIEF)


def _is_busy() -> bool:
    """Whether the last minute's load and our threads are more than the processors, by a half."""
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):  # no such figure on this system
        return False
    processors = os.cpu_count() or 1
    stated = os.environ.get(THREADS, "")
    return load + (int(stated) if stated.isdecimal() else processors) > processors + 0.5
