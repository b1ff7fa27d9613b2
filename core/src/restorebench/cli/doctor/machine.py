"""The machine: Python, processors, memory, and folders that are written."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from restorebench.cli.doctor.finding import Finding
from restorebench.data.cache_folder import CACHE_VARIABLE, cache_folder
from restorebench.harness.folders import default_folder
from restorebench.restorers.plan.choose import gib
from restorebench.restorers.plan.memory import budget
from restorebench.restorers.plan.plan import Limits


def examine() -> Iterator[Finding]:
    """What is known about the machine, and whether its folders can be written."""
    yield Finding("system", "Python", "ok", platform.python_version())
    yield Finding("system", "platform", "ok", platform.platform())
    yield Finding("system", "processor cores", "ok", _processors())
    if (memory := budget(Limits())) is not None:
        detail = f"{gib(memory.available)}, three quarters of what is free, are used by default"
        yield Finding("system", "memory", "ok", detail)
    yield writable("results", default_folder(Path.cwd()), "start in another folder, or --output")
    yield writable("cache", cache_folder(), f"{CACHE_VARIABLE} names another")
    yield writable("temporary files", Path(tempfile.gettempdir()), "TMPDIR names another")


def _processors() -> str:
    there = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there
    remark = f" of {there}, which this process may use" if usable < there else ""
    threads = os.environ.get("OMP_NUM_THREADS")
    return f"{usable}{remark}" + (f"; OMP_NUM_THREADS={threads}" if threads else "")


def writable(name: str, folder: Path, remedy: str) -> Finding:
    """Whether a file can be made in `folder`, or in the folder in which it would be made."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        detail = f"{there} cannot be written ({error.strerror}); {remedy}"
        return Finding("folder", name, "broken", detail)
    return Finding("folder", name, "ok", f"{folder}, {gib(free)} free")
