"""What `peak_bytes` counts, against memory that was taken."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.nafnet import Config, NAFNet
from restorebench.backbones.tiling.memory import LiveBytes, counted, peak_bytes
from restorebench.backbones.tiling.tiling import Tiling

NET = NAFNet(Config(width=8, encoder=(1, 1), middle=1, decoder=(1, 1), degraded=False, timed=False))


def test_what_is_alive_at_once_is_counted():
    with torch.no_grad(), LiveBytes() as live:
        a = torch.empty(100, device="meta", dtype=torch.uint8)
        b = a + 1
        view = b[10:]
        del b
        assert (live.now, live.peak) == (200, 200)
        del view
        a.neg_().abs()
        assert (live.now, live.peak) == (100, 200)


def test_a_convolution_takes_its_output():
    conv = torch.nn.Conv2d(3, 8, 3, padding=1)
    assert counted(conv, torch.empty(1, 3, 50, 40, device="meta")) == 8 * 50 * 40 * 4


def test_a_whole_image_takes_memory_with_its_pixels_and_tiles_do_not():
    whole = [peak_bytes(NET, side, side) for side in (128, 256)]
    assert whole[1] == pytest.approx(4 * whole[0], rel=0.02)
    frozen = [peak_bytes(NET, side, side, Tiling(64, "frozen", 0)) for side in (192, 256)]
    output = [3 * side * side * 4 for side in (192, 256)]
    assert frozen[1] - output[1] == pytest.approx(frozen[0] - output[0], rel=0.05)


def test_what_is_computed_again_is_not_kept():
    kept, again, both = (
        peak_bytes(NET, 512, 512, Tiling(128, recomputed=levels)) for levels in range(3)
    )
    assert kept > 1.5 * again > 1.5 * both
    assert peak_bytes(NET, 512, 512) > 2 * kept


def test_half_the_precision_takes_half_the_memory():
    half = NAFNet(NET.config).bfloat16()
    assert peak_bytes(half, 128, 128) == pytest.approx(peak_bytes(NET, 128, 128) / 2, rel=0.05)
