"""A pair of 24 megapixels is scored in bounded memory, and as exactly as a small one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCORE = """
import re
import numpy as np
from pathlib import Path
from restorebench.metrics import Protocol, score
from restorebench.metrics.measures import lab_mae, lpips, psnr, ssim
from restorebench.plugins import suite

def peak_mib():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

rng = np.random.default_rng(0)
block = rng.integers(0, 236, (1, 3, 250, 375), dtype=np.uint8)
target = np.tile(block, (1, 1, {rows}, 16))
prediction = target.copy()
prediction[..., 1::3] += 20
load, protocol = suite().metrics.load, Protocol("p", {"it": {measure}})
score(protocol, block, block, None, load)
before = peak_mib()
value = score(protocol, prediction, target, None, load).values["it"]
print(peak_mib() - before, repr(value))
"""

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    "measure",
    [
        "ssim()",
        "psnr()",
        "psnr(channels='y-bt601-limited')",
        "ssim(channels='y-bt601-limited')",
        "ssim(window='3d-gaussian-11-1.5', padding='replicate')",
        "ssim(downsample='auto-256', channels='gray-matlab-8bit')",
        "lab_mae()",
    ],
)
def test_a_4000_by_6000_pair_adds_less_than_200_mib(measure):
    added, value = scored(measure, rows=16)
    assert added < 200
    assert value > 0


@linux
@pytest.mark.slow
def test_lpips_of_images_6000_px_wide_adds_less_than_800_mib():
    """A gigabyte and a half with torch itself, however tall they are: strips are of some rows."""
    added, value = scored("lpips()", rows=4)
    assert added < 800
    assert value > 0


def scored(measure: str, rows: int) -> tuple[float, float]:
    """Added MiB, and the score, of a pair of ``rows × 250`` by 6000 pixels."""
    code = SCORE.replace("{measure}", measure).replace("{rows}", str(rows))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    added, value = map(float, re.split(r"\s+", run.stdout.strip()))
    return added, value
