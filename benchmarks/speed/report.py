"""Measures speed against named alternatives, in turn, and writes ``docs/performance.md``.

``python benchmarks/speed/report.py`` takes some 5 minutes on two cores, with ``--quick`` one.
Ratios are medians over rounds in which every candidate runs once, so that a busy machine slows
all of them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
GAUSSIAN = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 255}
NETWORKS = {
    "published": "published layout, fp32, as it comes",
    "published-kept": "published layout, fp32, freed memory kept",
    "fp32": "restorebench, fp32",
    "bf16": "restorebench, bf16",
}
COMMANDS = {
    "restorebench --help": (sys.executable, "-m", "restorebench", "--help"),
    "restorebench leaderboard (no records)": (sys.executable, "-m", "restorebench", "leaderboard"),
    "restorebench doctor": (sys.executable, "-m", "restorebench", "doctor"),
    "python -c 'import pandas'": (sys.executable, "-c", "import pandas"),
    "python -c 'import torch'": (sys.executable, "-c", "import torch"),
}


def in_turn(calls: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each call in each round, after one that does not count."""
    for call in calls.values():
        call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(call())
    return found


def timed(call: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    return run


def table(found: Mapping[str, list[float]], first: str, titles: Mapping[str, str]) -> list[str]:
    """Lines of a table: the median of each, and its median ratio to `first`."""
    lines = ["| what | median | times as fast |", "|---|---|---|"]
    for name, seconds in found.items():
        ratios = [a / b for a, b in zip(found[first], seconds, strict=True)]
        value = statistics.median(seconds)
        shown = f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.0f} ms"
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        lines.append(f"| {titles.get(name, name)} | {shown} | {ratio} |")
    return lines


def scores(rows: int, columns: int, rounds: int, with_pyiqa: bool) -> list[str]:
    """SSIM and PSNR of one pair of that size."""
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    from restorebench.metrics import native, psnr, ssim
    from restorebench.metrics.measures import psnr as psnr_measure
    from restorebench.metrics.measures import ssim as ssim_measure

    rng = np.random.default_rng(0)
    y = rng.integers(0, 246, (3, rows, columns), dtype=np.uint8)
    x = y + rng.integers(0, 11, y.shape, dtype=np.uint8)

    def ours(pays_after: int) -> float:
        ssim.NATIVE = psnr.NATIVE = native.Native(pays_after)
        psnr.metric.compute(x, y, None, psnr_measure())
        return ssim.metric.compute(x, y, None, ssim_measure())

    def theirs() -> float:
        peak_signal_noise_ratio(y, x)
        return float(structural_similarity(y, x, channel_axis=0, **GAUSSIAN))

    assert abs(ours(0) - theirs()) < 1e-9
    assert ours(0) == ours(sys.maxsize)
    calls = {
        "scikit-image": timed(theirs),
        "restorebench, NumPy": timed(lambda: ours(sys.maxsize)),
        "restorebench, numba (extra `fast`)": timed(lambda: ours(0)),
    }
    found = in_turn(calls, rounds)
    if with_pyiqa:
        found["pyiqa, RGB (once)"] = [_pyiqa(x, y)] * rounds
    return table(found, "scikit-image", {})


def _pyiqa(x: np.ndarray, y: np.ndarray) -> float:
    import pyiqa
    import torch

    metric = pyiqa.create_metric("ssimc", device="cpu")
    a, b = (torch.from_numpy(p)[None].float() / 255 for p in (x, y))
    return timed(lambda: metric(a, b))()


def worker(kind: str, size: int) -> None:
    """Evaluate once for each line on stdin, and print the seconds."""
    import torch
    from test_backbones import published

    from restorebench.allocator import keep_freed_memory
    from restorebench.backbones.nafnet import NAFNet
    from restorebench.backbones.nafnet_config import Config

    if kind != "published":
        keep_freed_memory()
    torch.manual_seed(0)
    network = NAFNet(Config()).eval()
    if kind.startswith("published"):
        network.to(memory_format=torch.contiguous_format)
    x, mu = torch.rand(2, 1, 3, size, size)
    dtype = torch.bfloat16 if kind == "bf16" else torch.float32
    with torch.inference_mode():
        modulation = network.to(dtype).embed(50.0)

        def ours() -> torch.Tensor:
            return network(x.to(dtype), mu.to(dtype), modulation=modulation).float()

        def peer() -> torch.Tensor:
            return published(network, x, mu, 50.0)

        run = timed(peer if kind.startswith("published") else ours)
        for _ in sys.stdin:
            print(run(), flush=True)


def evaluations(size: int, rounds: int) -> list[str]:
    """One evaluation of Refusion's NAFNet, each candidate in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    command = [sys.executable, __file__, "--size", str(size), "--worker"]
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = {k: subprocess.Popen([*command, k], env=environment, **pipe) for k in NETWORKS}

    def ask(process: subprocess.Popen[str]) -> Callable[[], float]:
        def run() -> float:
            process.stdin.write("once\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        return run

    found = in_turn({kind: ask(process) for kind, process in started.items()}, rounds)
    for process in started.values():
        process.communicate()
    return table(found, "published", NETWORKS)


def starts(rounds: int) -> list[str]:
    """Processor seconds of commands, imports included."""

    def of(command: tuple[str, ...]) -> Callable[[], float]:
        def run() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        return run

    found = in_turn({name: of(command) for name, command in COMMANDS.items()}, rounds)
    lines = ["| command | processor time, median |", "|---|---|"]
    return lines + [f"| `{k}` | {statistics.median(v):.2f} s |" for k, v in found.items()]


def machine() -> str:
    """Processor, load and versions."""
    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    packages = ("torch", "numpy", "numba", "scikit-image", "pyiqa")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return (
        f"{cpu}, {os.cpu_count()} threads, {load}; Python {platform.python_version()}, {versions}"
    )


def report(quick: bool) -> str:
    rounds = 3 if quick else 7
    about = machine()
    parts = {
        "SSIM and PSNR of 2000×3000": scores(2000, 3000, rounds, not quick),
        **({} if quick else {"SSIM and PSNR of 4000×6000": scores(4000, 6000, 3, False)}),
        "One evaluation of Refusion's NAFNet, 256×256": evaluations(256, rounds),
        "The same, 512×512": evaluations(512, rounds),
        "Start of commands": starts(rounds),
    }
    text = (Path(__file__).parent / "performance.md.in").read_text("utf-8")
    tables = "\n\n".join("\n".join([f"## {name}", "", *part]) for name, part in parts.items())
    facts = f"Measured on {date.today()} by {rounds} rounds: {about}."
    return text.replace("{facts}", facts).replace("{tables}", tables)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, without pyiqa")
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.add_argument("--worker", choices=NETWORKS, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, default=256, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        worker(given.worker, given.size)
    else:
        given.output.write_text(report(given.quick), "utf-8")
