"""One evaluation of Refusion's NAFNet, each candidate in a process of its own.

``python evaluations.py KIND SIZE`` is such a process: it evaluates once for each line on stdin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from timing import in_turn, table, timed

NETWORKS = {
    "published": "published layout, fp32, as it comes",
    "published-kept": "published layout, fp32, freed memory kept",
    "fp32": "restorebench, fp32",
    "bf16": "restorebench, bf16",
}


def worker(kind: str, size: int) -> None:
    """Evaluate once for each line on stdin, and print the seconds."""
    import torch
    from plain import Plain

    from restorebench.allocator import keep_freed_memory
    from restorebench.backbones.nafnet import NAFNet
    from restorebench.backbones.nafnet_config import Config

    if kind != "published":
        keep_freed_memory()
    torch.manual_seed(0)
    network = NAFNet(Config()).eval()
    x, mu = torch.rand(2, 1, 3, size, size)
    dtype = torch.bfloat16 if kind == "bf16" else torch.float32
    with torch.inference_mode():
        if kind.startswith("published"):
            peer = Plain(network)
            run = timed(lambda: peer(x, mu, 50.0))
        else:
            modulation = network.to(dtype).embed(50.0)
            run = timed(lambda: network(x.to(dtype), mu.to(dtype), modulation=modulation).float())
        for _ in sys.stdin:
            print(run(), flush=True)


def evaluations(size: int, rounds: int) -> list[str]:
    """A table of all candidates on one image of `size` × `size`."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = {
        kind: subprocess.Popen([sys.executable, __file__, kind, str(size)], env=environment, **pipe)
        for kind in NETWORKS
    }

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


if __name__ == "__main__":
    worker(sys.argv[1], int(sys.argv[2]))
