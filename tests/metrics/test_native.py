"""Compiled PSNR and SSIM: the same bits as numpy's, and only where their import pays."""

from __future__ import annotations

import sys

import pytest
from skimage.metrics import structural_similarity

from restorebench.metrics import native, psnr, ssim
from restorebench.metrics.measures import psnr as psnr_measure
from restorebench.metrics.measures import ssim as ssim_measure
from restorebench.metrics.measures import ssim_skimage
from restorebench.metrics.native import Native

SSIMS = (
    ssim_measure(),
    ssim_skimage(),
    ssim_measure(padding="reflect"),
    ssim_measure(channels="y-bt601-limited"),
    ssim_measure(downsample="auto-256"),
    ssim_measure(window="3d-gaussian-11-1.5", padding="replicate"),
)


@pytest.fixture
def compiled(monkeypatch):
    """Choose between the kernels and numpy."""
    pytest.importorskip("numba")

    def choose(yes: bool) -> None:
        chosen = Native(pays_after=0 if yes else sys.maxsize)
        for module in (psnr, ssim):
            monkeypatch.setattr(module, "NATIVE", chosen)

    return choose


@pytest.mark.parametrize("size", [(11, 11), (11, 40), (40, 11), (139, 523), (140, 1050)])
def test_every_ssim_is_the_same_to_the_last_bit(compiled, size, noisy):
    (x,), (y,) = noisy(*size)
    found = []
    for yes in (False, True):
        compiled(yes)
        found.append([ssim.metric.compute(x, y, None, measure) for measure in SSIMS])
    assert found[0] == found[1]


def test_so_is_every_psnr(compiled, noisy):
    (x,), (y,) = noisy(139, 523)
    found = []
    for yes in (False, True):
        compiled(yes)
        crops = ((x, y), (x[:, 3:-3, 2:-2], y[:, 3:-3, 2:-2]), (x, x))
        found.append([psnr.metric.compute(a, b, None, psnr_measure()) for a, b in crops])
    assert found[0] == found[1]


def test_the_compiled_ssim_equals_skimage(compiled, noisy):
    (x,), (y,) = noisy(139, 523)
    compiled(True)
    options = {"gaussian_weights": True, "use_sample_covariance": False}
    expected = structural_similarity(y, x, channel_axis=0, data_range=255, **options)
    assert ssim.metric.compute(x, y, None, ssim_measure()) == pytest.approx(expected, abs=1e-9)


def test_numba_is_loaded_after_so_many_values(monkeypatch):
    monkeypatch.setattr(native, "_kernels", lambda: "kernels")
    some = Native(pays_after=10)
    assert [some.kernels(values) for values in (6, 6, 6)] == [None, None, "kernels"]


def test_a_numba_that_does_not_fit_is_not_used(monkeypatch):
    def refuse(name):
        raise ImportError("Numba needs NumPy 2.2 or less")

    monkeypatch.setattr(native, "import_module", refuse)
    native._kernels.cache_clear()
    assert Native(pays_after=0).kernels(1) is None
    native._kernels.cache_clear()
