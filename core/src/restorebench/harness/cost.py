"""What a restoration takes: wall seconds, device synchronised, and peak memory."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from restorebench.allocator import give_back_freed_memory
from restorebench.harness.contained import contained
from restorebench.restorers.base import Context
from restorebench.restorers.check import check_kind
from restorebench.restorers.out_of_memory import explained
from restorebench.restorers.plan.plan import Plan, Size
from restorebench.restorers.plan.planned import Halved, Planner
from restorebench.types import Restoration, Sample

T = TypeVar("T")

_log = logging.getLogger("restorebench")

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def measured(action: Callable[[], T], device: str = "cpu") -> tuple[T, float, int | None]:
    """Run `action`; its value, wall seconds, and peak bytes above the start.

    On CUDA the bytes are the device's; on a Linux CPU they are the process's resident set; else
    None. The device is synchronised before and after.
    """
    synchronise(device)
    before = _restart_peak(device)
    start = time.perf_counter()
    value = action()
    synchronise(device)
    seconds = time.perf_counter() - start
    peak = _peak(device)
    return value, seconds, None if before is None or peak is None else max(peak - before, 0)


def restored(
    planner: Planner, sample: Sample, context: Context
) -> tuple[tuple[Restoration, float, int | None], Plan]:
    """A restoration as `measured`, by as much of the context's plan as memory allows.

    What that cannot be made of raises `MemoryError`, in words. What the restorer changes for the
    whole process is put back, and what is no restoration raises `ImageError`.
    """
    restorer: Any = planner.restorer

    def run(within: Context) -> tuple[Restoration, float, int | None]:
        with contained():
            made = measured(partial(restorer.restore, sample, within), within.device)
        check_kind(made[0], f"the restoration of {sample.id!r}")
        return made

    views, _, height, width = sample.degraded.shape
    with explained(height, width):
        return planner.halving(run, context, Size(height, width, views, sample.scale), _say)


def _say(found: Halved) -> None:
    before = "whole" if found.failed.whole else f"in tiles of {found.failed.tile}²"
    _log.warning("out of memory %s; it goes on in tiles of %s²", before, found.next.tile)


def synchronise(device: str) -> None:
    """Wait until `device` has finished what it was given."""
    kind = device.partition(":")[0]
    if kind in {"cuda", "mps", "xpu"}:
        import torch

        getattr(torch, kind).synchronize()


def _restart_peak(device: str) -> int | None:
    """Bytes in use now; from here on the peak is counted afresh. None where it cannot be."""
    if device.startswith("cuda"):
        import torch

        torch.cuda.reset_peak_memory_stats(device)
        return int(torch.cuda.memory_allocated(device))
    try:
        give_back_freed_memory()  # else what an earlier restoration freed would cost nothing
        _CLEAR.write_text("5", encoding="ascii")  # 5 resets VmHWM, see proc(5)
    except OSError:
        return None
    return _status("VmRSS")


def _peak(device: str) -> int | None:
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.max_memory_allocated(device))
    return _status("VmHWM")


def _status(field: str) -> int | None:
    for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return None
