"""One evaluation of Refusion's NAFNet, each candidate in a process of its own.

``python evaluations.py KIND SIZE`` is such a process: it evaluates once for each line on stdin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from timing import in_turn, table, timed

if TYPE_CHECKING:
    import torch

NETWORKS = {
    "published": "published layout, fp32, as it comes",
    "published-kept": "published layout, fp32, freed memory kept",
    "fp32": "restorebench, fp32",
    "bf16": "restorebench, bf16",
    "peak-fp32": "nothing but one convolution of as many multiplications, fp32",
    "peak-bf16": "the same, bf16",
}


def worker(kind: str, size: int) -> None:
    """Evaluate once for each line on stdin, and print the seconds."""
    import torch
    from plain import Plain

    from restorebench.allocator import keep_freed_memory
    from restorebench.backbones.cost import cost_of
    from restorebench.backbones.nafnet import NAFNet
    from restorebench.backbones.nafnet_config import Config

    if kind != "published":
        keep_freed_memory()
    torch.manual_seed(0)
    network = NAFNet(Config()).eval()
    x, mu = torch.rand(2, 1, 3, size, size)
    dtype = torch.bfloat16 if kind.endswith("bf16") else torch.float32
    with torch.inference_mode():
        if kind.startswith("peak"):
            run = timed(convolutions(cost_of(network, size, size).macs, dtype))
        elif kind.startswith("published"):
            peer = Plain(network)
            run = timed(lambda: peer(x, mu, 50.0))
        else:
            modulation = network.to(dtype).embed(50.0)
            run = timed(lambda: network(x.to(dtype), mu.to(dtype), modulation=modulation).float())
        for _ in sys.stdin:
            print(run(), flush=True)


def convolutions(macs: int, dtype: torch.dtype) -> Callable[[], object]:
    """So many multiplications in 1×1 convolutions of the shape that suits this machine best."""
    import torch
    from torch.nn.functional import conv2d

    channels, side = 256, 64
    x = torch.rand(1, channels, side, side, dtype=dtype).to(memory_format=torch.channels_last)
    weight = torch.rand(2 * channels, channels, 1, 1, dtype=dtype)
    weight = weight.to(memory_format=torch.channels_last)
    times = round(macs / (2 * channels * channels * side * side))
    return lambda: deque((conv2d(x, weight) for _ in range(times)), maxlen=0)


class Process:
    """A process that evaluates `kind` on one image when it is called, and says how long it took."""

    def __init__(self, kind: str, size: int, **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
        self._process = subprocess.Popen(
            [sys.executable, __file__, kind, str(size)],
            env={**inherited, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self) -> float:
        self._process.stdin.write("once\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


def evaluations(size: int, rounds: int) -> list[str]:
    """A table of all candidates on one image of `size` × `size`."""
    started = {kind: Process(kind, size) for kind in NETWORKS}
    found = in_turn(started, rounds)
    for process in started.values():
        process.end()
    return table(found, "published", NETWORKS)


if __name__ == "__main__":
    worker(sys.argv[1], int(sys.argv[2]))
