"""Restores one large photograph within a limit of memory, and prints what the process took.

``python benchmarks/speed/large.py`` takes three quarters of an hour of processor time; a row of the
table alone is measured by its name, as ``large.py dehaze-diffusion:steps=3``. Each runs as
``restorebench restore`` in a process of its own, on one thread. ``NAME@3000x2000`` is an image of
that size without a limit, so that it is not cut: what time for each pixel compares with.
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

NAMES = (
    "dehaze-regression",
    "dehaze-regression@3000x2000",
    "dehaze-diffusion",
    "dehaze-diffusion:steps=3",
    "dehaze-diffusion:solver=heun",
    "dehaze-latent-diffusion",
)
HEADER = (
    "| restorer | plan and time as printed | most resident (reading, writing) | processor time "
    "| of that restoring | a pixel | time |",
    "|---|---|---|---|---|---|---|",
)
UNLIMITED = "1TiB"

MEASURED = """
import json, re, sys, time
from pathlib import Path
from restorebench.cli import main
from restorebench.restorers.plan.planned import Planner

def resident(reset=False):
    most = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    if reset:
        Path("/proc/self/clear_refs").write_text("5")  # Linux: the most from here on
    return most * 1024

def watched(*args, restore=Planner.halving):
    taken["before"] = resident(reset=True)
    start = time.process_time()
    try:
        return restore(*args)
    finally:
        taken["restoring"] = time.process_time() - start
        taken["during"] = resident(reset=True)

taken, Planner.halving = {}, watched
try:
    main()
finally:
    taken |= {"after": resident(), "seconds": time.process_time()}
    print(json.dumps(taken), file=sys.stderr)
"""


class Case(NamedTuple):
    """A restorer with its options, on an image of that width and height, within that memory."""

    restorer: str
    width: int
    height: int
    memory: str

    @classmethod
    def of(cls, name: str, size: str, memory: str) -> Case:
        """That of a name on the command line."""
        restorer, _, own = name.partition("@")
        width, height = map(int, (own or size).split("x"))
        return cls(restorer, width, height, UNLIMITED if own else memory)


class Taken(NamedTuple):
    """What one command took: bytes resident at most, seconds of a processor and of the clock.

    `most`: until an image was read, while it was restored, and afterwards. `restoring`: seconds of
    a processor without planning, reading and writing.
    """

    plan: str
    most: tuple[int, int, int]
    processor: float
    restoring: float
    clock: float

    def row(self, case: Case) -> str:
        times = (self.processor, self.restoring, self.clock)
        processor, restoring, clock = (f"{seconds / 60:.1f} min" for seconds in times)
        pixel = f"{self.restoring / case.width / case.height * 1e6:.1f} µs"
        most = [f"{count / 2**30:.2f}" for count in (max(self.most), self.most[0], self.most[2])]
        memory = "{} GiB ({}, {})".format(*most)
        columns = (f"`{case.restorer}`", self.plan, memory, processor, restoring, pixel, clock)
        return f"| {' | '.join(columns)} |"


def enlarged(path: Path, width: int, height: int, seed: int = 0) -> None:
    """The packaged photograph 'rocket' at that size, with the grain of a sensor: 2 grey levels."""
    import numpy as np
    from PIL import Image

    from restorebench.data.photographs import photograph

    small = Image.fromarray(photograph("rocket").transpose(1, 2, 0))
    large = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
    random = np.random.default_rng(seed)
    with_grain = np.empty_like(large)
    for top in range(0, height, 256):
        rows = large[top : top + 256]
        grain = 2 * random.standard_normal(rows.shape, np.float32)
        with_grain[top : top + 256] = np.clip(np.rint(rows + grain), 0, 255)
    Image.fromarray(with_grain).save(path)


def taken(case: Case, image: Path, out: Path) -> Taken:
    """Run `restore` and measure it; what it prints is passed on."""
    command = ("restore", "--restorer", case.restorer, image, out, "--memory", case.memory)
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
    most = (found["before"], found["during"], found["after"])
    return Taken(plan, most, found["seconds"], found["restoring"], clock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="RESTORER")
    parser.add_argument("--size", default="6000x4000", help="width x height of the image")
    parser.add_argument("--memory", default="3GiB", help="as of restorebench restore")
    given = parser.parse_args()
    print(*HEADER, sep="\n", flush=True)
    for name in given.names:
        case = Case.of(name, given.size, given.memory)
        with tempfile.TemporaryDirectory() as folder:
            image = Path(folder) / "image.png"
            enlarged(image, case.width, case.height)
            print(taken(case, image, Path(folder) / "out").row(case), flush=True)


if __name__ == "__main__":
    main()
