"""The two classical restorers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from restorebench.data.colour import through_8bit, to_linear, to_srgb
from restorebench.errors import OptionError, SampleError
from restorebench.restorers.base import Context
from restorebench.types import Sample
from restorebench_shadow.datasets import shadow_photos, shadow_scenes
from restorebench_shadow.matting import is_binary, soften
from restorebench_shadow.recolouring import ColourTransfer, _to_lab, _to_linear
from restorebench_shadow.relighting import IlluminationTransfer, ambient_share

CONTEXT = Context("shadow")
A = np.array([0.2, 0.3, 0.45], np.float32)
RESTORERS = [IlluminationTransfer(), ColourTransfer()]


def psnr(x, y) -> float:
    return float(-10 * np.log10(np.mean((x.astype(np.float64) - y) ** 2)))


def known(soft: bool = False) -> Sample:
    """Bands of material under a shadow of exactly `A`, hard or with a ramp of 12 pixels."""
    x = np.mgrid[:96, :128][1].astype(np.float32)
    bands = np.random.default_rng(0).uniform(0.3, 0.9, (3, 12, 1)).repeat(8, axis=1)
    J = np.broadcast_to(bands, (3, 96, 128))
    mask = np.clip((x - 58) / 12, 0, 1) if soft else (x >= 64).astype(np.float32)
    degraded = to_srgb(J * (1 - mask * (1 - A[:, None, None])))
    return Sample(
        "known", through_8bit(degraded)[None], through_8bit(to_srgb(J))[None], mask=mask[None]
    )


@pytest.mark.parametrize("soft", [False, True])
def test_relighting_inverts_a_uniform_shadow(soft: bool) -> None:
    sample = known(soft)
    image = IlluminationTransfer(radius=0).restore(sample.without_target(), CONTEXT).image
    assert psnr(image, sample.target) > 40


def test_the_ambient_share_is_read_off_the_edge() -> None:
    sample = known()
    a = ambient_share(to_linear(sample.degraded[0]), sample.mask[0])
    np.testing.assert_allclose(a, A, rtol=0.01)


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("make", [shadow_scenes, shadow_photos])
def test_beats_identity_on_a_validation_sample(restorer, make) -> None:
    sample = next(iter(make("val")))
    image = restorer.restore(sample.without_target(), CONTEXT).image
    assert image.shape == sample.target_shape
    assert psnr(image, sample.target) > psnr(sample.degraded, sample.target) + 2


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda r: type(r).__name__)
def test_light_outside_the_mask_is_left_alone(restorer) -> None:
    sample = known(soft=True)
    image = restorer.restore(sample.without_target(), CONTEXT).image
    lit = np.broadcast_to(sample.mask == 0, image.shape)
    np.testing.assert_array_equal(image[lit], sample.degraded[lit])


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda r: type(r).__name__)
def test_an_empty_mask_returns_the_input(restorer) -> None:
    sample = replace(known(), mask=np.zeros((1, 96, 128), np.float32))
    np.testing.assert_array_equal(restorer.restore(sample, CONTEXT).image, sample.degraded)


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda r: type(r).__name__)
def test_a_shadow_on_everything_returns_the_input(restorer) -> None:
    sample = replace(known(), mask=np.ones((1, 96, 128), np.float32))
    np.testing.assert_array_equal(restorer.restore(sample, CONTEXT).image, sample.degraded)


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda r: type(r).__name__)
def test_a_sample_without_a_mask_is_an_error_that_names_it(restorer) -> None:
    with pytest.raises(SampleError, match="'known' has no mask"):
        restorer.restore(replace(known(), mask=None), CONTEXT)


@pytest.mark.parametrize(
    "options", [{"contrast": 0}, {"contrast": 1}, {"radius": -1}, {"minimum": 0}]
)
def test_options_out_of_range_are_refused(options) -> None:
    with pytest.raises(OptionError, match="expected 0 < contrast < 1"):
        IlluminationTransfer(**options)


def test_a_binary_mask_follows_the_penumbra_of_the_image() -> None:
    sample = known(soft=True)
    binary = (sample.mask > 0.5).astype(np.float32)
    softened = soften(binary, sample.degraded[0], radius=8)
    assert is_binary(binary)
    assert not is_binary(softened)
    assert np.abs(softened - sample.mask).mean() < np.abs(binary - sample.mask).mean()


def test_a_soft_mask_is_believed() -> None:
    sample = known(soft=True)
    np.testing.assert_array_equal(soften(sample.mask, sample.degraded[0], 8), sample.mask)


def test_reinhard_s_space_is_left_as_it_was_entered() -> None:
    light = np.random.default_rng(0).uniform(0.01, 1, (3, 4, 5)).astype(np.float32)
    np.testing.assert_allclose(_to_linear(_to_lab(light)), light, rtol=1e-5)
