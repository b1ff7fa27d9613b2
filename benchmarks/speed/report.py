"""Measures speed against named alternatives, in turn, and writes ``docs/performance.md``.

``python benchmarks/speed/report.py`` takes some 15 minutes on two cores, with ``--quick`` five.
Ratios are medians over rounds in which every candidate runs once, so that a busy machine slows
all of them. torchmetrics is measured where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from evaluations import evaluations
from neighbours import neighbours
from restorations import as_hundred, half_precision, restorations
from scores import memory, scores
from starts import starts

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
PACKAGES = ("torch", "numpy", "numba", "scikit-image", "pyiqa", "torchmetrics")


def machine() -> str:
    """Processor, threads and versions."""
    import torch

    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    threads = f"{os.cpu_count()} processors, {torch.get_num_threads()} threads of PyTorch"
    return f"{cpu} ({threads}); {platform.system()}, {platform.libc_ver()[0] or 'C library'}"


def versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def parts(quick: bool) -> dict[str, Callable[[], list[str]]]:
    """The tables, by their titles."""
    rounds, images = (3, 1) if quick else (7, 2)
    large = {
        "SSIM and PSNR of 4000×6000": lambda: scores(4000, 6000, 3, slow=False),
        "Memory of SSIM and PSNR of 4000×6000": lambda: memory(4000, 6000),
    }
    return {
        "SSIM and PSNR of 2000×3000": lambda: scores(2000, 3000, rounds, slow=not quick),
        "SSIM and PSNR of 1000×1500": lambda: scores(1000, 1500, rounds, slow=quick),
        **({} if quick else large),
        "One evaluation of Refusion's NAFNet, 256×256": lambda: evaluations(256, rounds),
        "The same, 512×512": lambda: evaluations(512, rounds),
        "A busy process beside it, 256×256": lambda: neighbours(256, rounds),
        "Whole restorations, 128×128": lambda: restorations(images),
        "The same with the spread of 100 steps": lambda: as_hundred(images),
        "What bf16 changes": lambda: half_precision(images),
        "Start of commands": lambda: starts(rounds),
    }


def report(quick: bool) -> str:
    """The page; of the tables that were measured, where Ctrl-C ends it early."""
    import torch

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    begun, before, todo = datetime.now(), load(), parts(quick)
    done: dict[str, list[str]] = {}
    with suppress(KeyboardInterrupt):
        for name, part in todo.items():
            print(name, flush=True)
            done[name] = part()
    facts = (
        f"Measured on {begun:%Y-%m-%d} by {3 if quick else 7} rounds on {machine()}. "
        f"{versions()}. Load average {before} at the start, {load()} at the end."
    )
    if missing := [name for name in todo if name not in done]:
        facts += f" Not measured: {'; '.join(missing)}."
    tables = "\n\n".join("\n".join([f"## {name}", "", *lines]) for name, lines in done.items())
    text = (Path(__file__).parent / "performance.md.in").read_text("utf-8")
    return text.replace("{facts}", facts).replace("{tables}", tables)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller images")
    parser.add_argument("--output", type=Path, default=PAGE)
    given = parser.parse_args()
    given.output.write_text(report(given.quick), "utf-8")
