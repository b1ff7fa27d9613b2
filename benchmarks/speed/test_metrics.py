"""Speed of our SSIM and PSNR beside scikit-image's, on a pair of six megapixels."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from restorebench.metrics.measures import psnr, ssim
from restorebench.metrics.psnr import metric as our_psnr
from restorebench.metrics.ssim import metric as our_ssim

GAUSSIAN = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 255}


@pytest.fixture(scope="module")
def pair():
    """A random target of 2000×3000 and a prediction within 10 grey levels of it."""
    rng = np.random.default_rng(0)
    target = rng.integers(0, 246, (3, 2000, 3000), dtype=np.uint8)
    return target + rng.integers(0, 11, target.shape, dtype=np.uint8), target


@pytest.mark.benchmark(group="ssim, 2000×3000 RGB")
def test_ssim_ours(benchmark, pair):
    x, y = pair
    value = benchmark.pedantic(our_ssim.compute, (x, y, None, ssim()), rounds=5, warmup_rounds=1)
    assert 0.9 < value < 1


@pytest.mark.benchmark(group="ssim, 2000×3000 RGB")
def test_ssim_skimage(benchmark, pair):
    x, y = pair
    options = {"channel_axis": 0, **GAUSSIAN}
    value = benchmark.pedantic(structural_similarity, (y, x), options, rounds=3)
    assert value == pytest.approx(our_ssim.compute(x, y, None, ssim()), abs=1e-9)


@pytest.mark.benchmark(group="psnr, 2000×3000 RGB")
def test_psnr_ours(benchmark, pair):
    x, y = pair
    value = benchmark.pedantic(our_psnr.compute, (x, y, None, psnr()), rounds=5, warmup_rounds=1)
    assert 30 < value < 40


@pytest.mark.benchmark(group="psnr, 2000×3000 RGB")
def test_psnr_skimage(benchmark, pair):
    x, y = pair
    value = benchmark.pedantic(peak_signal_noise_ratio, (y, x), rounds=5)
    assert value == pytest.approx(our_psnr.compute(x, y, None, psnr()), abs=1e-9)
