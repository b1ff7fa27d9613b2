"""Scores and copies photographs of 24 megapixels, and prints what each command took.

``python benchmarks/speed/large_files.py`` takes two minutes. Each command runs in a process of its
own, on one thread; where no network works on the image, reading, scoring and writing are all that
there is. Another version is measured by putting it on ``PYTHONPATH``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from large import enlarged

HEADER = "| command | most resident | processor time |\n|---|---|---|"

MEASURED = """
import re, sys, time
from pathlib import Path
from restorebench.cli import main
try:
    main()
finally:
    most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
    print(most, time.process_time(), file=sys.stderr)
"""


def commands(folder: Path) -> dict[str, tuple[object, ...]]:
    """Arguments of the commands, by what the table calls them."""
    hazy, clear = folder / "hazy" / "a.png", folder / "clear" / "a.png"
    data = f"degraded={hazy.parent}/{{id}}.png,target={clear.parent}/{{id}}.png"
    run = ("run", "--task", "dehaze", "--data", data, "--restorer", "identity")
    return {
        "`score` (PSNR, SSIM)": ("score", hazy, clear, "--protocol", "ntire-crop1"),
        "`score` (PSNR, SSIM, LPIPS)": ("score", hazy, clear),
        "`restore --restorer identity`": ("restore", "--restorer", "identity", hazy, folder / "o"),
        "`run` (PSNR, SSIM, LPIPS)": (*run, "--results", folder / "store"),
    }


def row(name: str, command: tuple[object, ...]) -> str:
    """One line of the table."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    most, seconds = re.split(r"\s+", done.stderr.splitlines()[-1])
    return f"| {name} | {int(most) / 1024:.0f} MiB | {float(seconds):.1f} s |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="6000x4000", help="width x height of the images")
    width, height = map(int, parser.parse_args().size.split("x"))
    print(HEADER, flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed, kind in enumerate(("clear", "hazy")):
            (folder / kind).mkdir()
            enlarged(folder / kind / "a.png", width, height, seed)
        for title, command in commands(folder).items():
            print(row(title, command), flush=True)


if __name__ == "__main__":
    main()
