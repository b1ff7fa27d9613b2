"""Patches out of focus: one blur for a pair, and no other change."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.errors import OptionError
from restorebench.training.data.augment import augment, check_augmentations
from restorebench.training.data.defocus import defocused


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def noise():
    return rng(0).random((1, 3, 48, 48), np.float32)


def test_both_images_get_the_same_blur(noise):
    a, b = defocused((noise, noise / 2), rng(1))
    np.testing.assert_allclose(a / 2, b, atol=1e-6)


def test_a_blurred_image_is_smoother_and_as_bright(noise):
    for seed in range(8):
        (soft,) = defocused((noise,), rng(seed))
        assert np.diff(soft).std() < np.diff(noise).std()
        assert soft.mean() == pytest.approx(noise.mean(), abs=0.02)


def test_some_images_are_blurred_in_a_part_alone(noise):
    kept = [float(np.mean(defocused((noise,), rng(seed))[0] == noise)) for seed in range(20)]
    assert min(kept) < 0.01
    assert any(0.1 < share < 0.9 for share in kept)


def test_images_of_8_bit_stay_so(noise):
    pixels = (noise * 255).astype(np.uint8)
    (soft,) = defocused((pixels,), rng(2))
    assert soft.dtype == np.uint8


def test_it_is_drawn_half_of_the_time_and_no_draw_without_it_changes(noise):
    with_it = [augment((noise, noise), ["defocus"], rng(s))[0] for s in range(40)]
    assert 10 < sum(np.array_equal(made, noise) for made in with_it) < 30


def test_it_needs_inputs_as_large_as_targets():
    with pytest.raises(OptionError, match="defocus"):
        check_augmentations(["defocus"], views=1, scale=4)
