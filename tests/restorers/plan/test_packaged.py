"""The packaged network of hazy photographs, by the plans that are made by default."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.dataset import open_split
from restorebench.plugins import Suite
from restorebench.restorers.base import Context
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.plan.plan import WHOLE, Limits, Size

TILE = 128


@pytest.mark.slow
def test_tiles_of_a_photograph_are_the_whole_image_at_their_seams_too():
    """Within a grey level everywhere and 0.02 dB: what is left is rounding."""
    suite = Suite()
    dataset = open_split(suite, "dehaze-photos", "test")
    sample = dataset[dataset.ids[0]]
    size = Size(*sample.degraded.shape[2:])
    assert min(size[:2]) > 2 * TILE
    restorer = make_restorer(suite, "dehaze-regression")

    def restored(plan):
        return restorer.restore(sample, Context("dehaze", plan=plan)).image[0]

    whole, target = restored(WHOLE), sample.target[0]
    expected = quantise(whole).astype(int)
    plans = restorer.costs(Limits(tile=TILE)).plans(size)
    assert [(plan.statistics, plan.recomputed) for plan in plans] == [
        ("exact", k) for k in range(3)
    ]
    for plan in plans:
        tiles = restored(plan)
        levels = quantise(tiles).astype(int)
        assert np.abs(tiles - whole).max() < 1e-5
        assert np.abs(levels - expected).max() <= 1
        assert psnr(levels, target) == pytest.approx(psnr(expected, target), abs=0.02)


def psnr(levels, target) -> float:
    return -10 * np.log10(np.mean(np.square(levels / 255 - target)))
