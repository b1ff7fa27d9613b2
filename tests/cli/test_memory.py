"""What a command takes in all: its process, everything that it imports, and both images."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import write_image

MEASURED = """
import re, sys
from pathlib import Path
from restorebench.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\\s+(\\d+)", status)[1], file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_a_pair_of_24_megapixels_is_scored_within_600_mib(tmp_path):
    """PSNR is 10·log10(255²/4) where every value differs by 2."""
    rows, columns = np.ogrid[:4000, :6000]
    levels = ((rows // 7 + columns // 5) % 250).astype(np.uint8)
    for name, shift in (("gt", 0), ("pred", 2)):
        write_image(tmp_path / name / "a.png", np.stack([levels + np.uint8(shift)] * 3))
    command = ("score", tmp_path / "pred", tmp_path / "gt", "--protocol", "ntire-crop1", "--json")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["means"]["psnr"] == pytest.approx(42.1102, abs=1e-4)
    assert int(done.stderr.split()[-1]) / 1024 < 600
