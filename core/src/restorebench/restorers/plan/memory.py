"""The memory that a restoration may use: of the machine, or of a CUDA device."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import disk_usage
from tempfile import gettempdir

from restorebench.restorers.plan.choose import Budget
from restorebench.restorers.plan.plan import Limits

SHARE = 0.75
"""Of what is free, by default."""

_STATUS = Path("/proc/self/status")
_MACHINE = Path("/proc/meminfo")
_MOUNTS = Path("/proc/self/mounts")


def budget(limits: Limits, device: str = "cpu") -> Budget | None:
    """What may be used on a torch device; None where nothing limits it, or it is not known.

    With a limit on a CPU the process's resident memory counts as used; on CUDA what the device has
    given to this process.
    """
    free, used = _cuda(device) if device.startswith("cuda") else (_free(), resident())
    if limits.memory is not None:
        left = limits.memory - used
        return Budget(left if free is None else min(left, free), used, _disk())
    return None if free is None else Budget(int(SHARE * free), used, _disk())


def _disk() -> int:
    """Bytes that are free for temporary files; none where their file system is in memory."""
    folder = Path(gettempdir()).resolve()
    return 0 if _file_system(folder) in {"tmpfs", "ramfs"} else disk_usage(folder).free


def _file_system(folder: Path) -> str:
    """Its kind; ``""`` where the system does not say."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounted = {Path(place): kind for _, place, kind, *_ in map(str.split, lines)}
    return next((mounted[place] for place in (folder, *folder.parents) if place in mounted), "")


def _cuda(device: str) -> tuple[int, int]:
    import torch

    used, kept = torch.cuda.memory_allocated(device), torch.cuda.memory_reserved(device)
    return torch.cuda.mem_get_info(device)[0] + kept - used, used


def resident() -> int:
    """Bytes of this process that are in memory; 0 where the system does not say."""
    return _field(_STATUS, "VmRSS") or 0


def _free() -> int | None:
    """Bytes that the machine can give without swapping; None where it does not say."""
    if (found := _field(_MACHINE, "MemAvailable")) is not None:
        return found
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _field(path: Path, name: str) -> int | None:
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith(f"{name}:")), None)
    return None if found is None else int(found.split()[1]) * 1024
