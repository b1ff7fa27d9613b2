"""Restores one large photograph within a limit of memory, and prints what the process took.

``python benchmarks/speed/large.py`` takes a quarter of an hour of processor time for the three
networks of the task dehaze; ``--size 3000x2000 --memory 1200MiB`` takes three minutes. Each runs as
``restorebench restore`` in a process of its own, on one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

NAMES = ("dehaze-regression", "dehaze-diffusion", "dehaze-latent-diffusion")
HEADER = (
    "| restorer | plan and time as printed | most resident | processor time | time |",
    "|---|---|---|---|---|",
)

MEASURED = """
import json, re, sys, time
from pathlib import Path
from restorebench.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    most = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
    print(json.dumps({"kib": most, "seconds": time.process_time()}), file=sys.stderr)
"""


class Taken(NamedTuple):
    """What one command took: bytes resident at most, seconds of a processor and of the clock."""

    plan: str
    most: int
    processor: float
    clock: float

    def row(self, name: str) -> str:
        times = (f"{seconds / 60:.1f} min" for seconds in (self.processor, self.clock))
        return f"| `{name}` | {self.plan} | {self.most / 2**30:.2f} GiB | {' | '.join(times)} |"


def enlarged(path: Path, width: int, height: int) -> None:
    """The packaged photograph 'rocket' at that size, with the grain of a sensor: 2 grey levels."""
    import numpy as np
    from PIL import Image

    from restorebench.data.photographs import photograph

    small = Image.fromarray(photograph("rocket").transpose(1, 2, 0))
    large = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
    random = np.random.default_rng(0)
    with_grain = np.empty_like(large)
    for top in range(0, height, 256):
        rows = large[top : top + 256]
        grain = 2 * random.standard_normal(rows.shape, np.float32)
        with_grain[top : top + 256] = np.clip(np.rint(rows + grain), 0, 255)
    Image.fromarray(with_grain).save(path)


def taken(name: str, image: Path, out: Path, memory: str) -> Taken:
    """Run `restore` and measure it; what it prints is passed on."""
    command = ("restore", "--weights", name, image, out, "--memory", memory)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    clock = time.perf_counter() - start
    print(done.stderr, file=sys.stderr)
    if done.returncode:
        raise SystemExit(done.returncode)
    *said, facts = done.stderr.splitlines()
    plan = next((line for line in said if re.match(r"[\d.]+ MP, ", line)), "")
    found = json.loads(facts)
    return Taken(plan, found["kib"] * 1024, found["seconds"], clock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="RESTORER")
    parser.add_argument("--size", default="6000x4000", help="width x height of the image")
    parser.add_argument("--memory", default="3GiB", help="as of restorebench restore")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.png"
        enlarged(image, width, height)
        print(*HEADER, sep="\n", flush=True)
        for name in given.names:
            print(taken(name, image, Path(folder) / name, given.memory).row(name), flush=True)


if __name__ == "__main__":
    main()
