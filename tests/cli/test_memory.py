"""What a command takes in all: its process, everything that it imports, and both images."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restorebench.checkpoints import parts
from restorebench.checkpoints.file import Checkpoint, save
from restorebench.checkpoints.setup import Setup
from restorebench.data.images import read_image, write_image
from restorebench.metrics.lpips.trunks import TRUNKS
from restorebench.plugins import Suite

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


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc"),
]


def run(*command) -> tuple[subprocess.CompletedProcess[str], float]:
    """A command in a process of its own, and the most MiB that were resident in it."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done, int(done.stderr.split()[-1]) / 1024


def test_a_pair_of_24_megapixels_is_scored_within_200_mib(tmp_path):
    """PSNR is 10·log10(255²/4) where every value differs by 2."""
    rows, columns = np.ogrid[:4000, :6000]
    levels = ((rows // 7 + columns // 5) % 250).astype(np.uint8)
    for name, shift in (("gt", 0), ("pred", 2)):
        write_image(tmp_path / name / "a.png", np.stack([levels + np.uint8(shift)] * 3))
    done, most = run(
        "score", tmp_path / "pred", tmp_path / "gt", "--protocol", "ntire-crop1", "--json"
    )
    assert json.loads(done.stdout)["means"]["psnr"] == pytest.approx(42.1102, abs=1e-4)
    assert most < 200


def test_an_image_of_24_megapixels_is_restored_in_450_mib(tmp_path):
    """Its float32 values take 275 MiB, which a restorer is given."""
    rows, columns = np.ogrid[:4000, :6000]
    levels = ((rows // 7 + columns // 5) % 256).astype(np.uint8)
    write_image(tmp_path / "in" / "a.png", np.stack([levels] * 3))
    _, most = run("restore", "--restorer", "identity", tmp_path / "in", tmp_path / "out")
    assert most < 450
    assert (read_image(tmp_path / "out" / "a.png") == levels).all()


@pytest.mark.skipif(TRUNKS["alex"].absence() is not None, reason="needs LPIPS's trunk")
def test_lpips_adds_a_network_and_strips_whatever_the_image(tmp_path):
    """Both images and strips take 290 MiB beside PyTorch; features of whole images, 410 MiB."""
    random, most = np.random.default_rng(0), {}
    for name, side in {"small": (64, 64), "large": (2000, 3000)}.items():
        target = random.integers(0, 250, (3, *side), np.uint8)
        for folder, shift in (("gt", 0), ("pred", 2)):
            write_image(tmp_path / name / folder / "a.png", target + np.uint8(shift))
        folders = (tmp_path / name / "pred", tmp_path / name / "gt")
        done, most[name] = run("score", *folders, "--protocol", "ntire-rgb", "--json")
        assert json.loads(done.stdout)["means"]["lpips"] > 0
    assert most["large"] < most["small"] + 350
    assert most["large"] < 1024


NAFNET = {"name": "nafnet", "width": 16}
SAMPLED = {"path": "irsde", "head": "data", "steps": 2, "solver": "ancestral", "grid": "uniform-t"}
SMALL = {"encoder": [1, 1], "middle": 1, "decoder": [1, 1]}
COMPRESSOR = {"name": "unet", "width": 8, "multipliers": [1, 2], "latent_channels": 4}
SETUPS = {
    "regression": {"backbone": {**NAFNET, "size": "compact-regression"}},
    "diffusion": {"backbone": {**NAFNET, **SMALL}, **SAMPLED},
    "two calls a step": {"backbone": {**NAFNET, **SMALL}, **SAMPLED, "solver": "heun"},
    "latent diffusion": {
        "backbone": {**NAFNET, **SMALL, "channels": 4},
        "compressor": COMPRESSOR,
        **SAMPLED,
    },
}


@pytest.mark.parametrize(
    ("name", "height", "mib", "plan"),
    [
        ("regression", 2000, 1024, "6.0 MP, 96 tiles of 256², halo 4, exact statistics, 1 level"),
        ("diffusion", 1000, 900, "3.0 MP, 48 tiles of 256², halo 4, exact statistics, 1 level"),
        ("two calls a step", 1000, 850, "1 level computed again, solver state on disk, 240 MiB in"),
        ("latent diffusion", 1000, 900, "3.0 MP, 48 tiles of 256², halo 30, exact"),
    ],
)
def test_restore_keeps_within_the_memory_that_it_is_given(tmp_path, name, height, mib, plan):
    """The first takes 2.8 GiB at once."""
    weights, suite = tmp_path / "net.safetensors", Suite()
    setup = Setup.from_dict(SETUPS[name])
    compressor = setup.compressor and parts.compressor(suite, setup.compressor)
    save(weights, Checkpoint.of(setup, parts.backbone(suite, setup.backbone), compressor), suite)
    random = np.random.default_rng(0)
    write_image(tmp_path / "in" / "a.png", random.integers(0, 256, (3, height, 3000), np.uint8))
    command = ("restore", "--weights", weights, tmp_path / "in", tmp_path / "out")
    done, most = run(*command, "--memory", f"{mib}MiB")
    assert plan in done.stderr
    assert 0.6 * mib < most < mib
    assert read_image(tmp_path / "out" / "a.png").shape == (3, height, 3000)
