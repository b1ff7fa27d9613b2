"""SSIM: equal to scikit-image's, whatever the size, and without its memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from skimage.metrics import structural_similarity

from restorebench.errors import ImageError, ProtocolError
from restorebench.metrics.measures import ssim, ssim_skimage
from restorebench.metrics.ssim import metric

images = arrays(np.uint8, (3, 12, 13))
GAUSSIAN = {"gaussian_weights": True, "use_sample_covariance": False}


def of(prediction, target, measure=None):
    return metric.compute(prediction, target, None, measure or ssim())


# 128×512 is a tile: below it, just above it, and several
@pytest.mark.parametrize("size", [(11, 11), (40, 300), (139, 523), (270, 1100)])
@pytest.mark.parametrize(("measure", "options"), [(ssim(), GAUSSIAN), (ssim_skimage(), {})])
def test_equals_skimage(size, measure, options, noisy):
    (x,), (y,) = noisy(*size)
    expected = structural_similarity(y, x, channel_axis=0, data_range=255, **options)
    assert of(x, y, measure) == pytest.approx(expected, abs=1e-9)


@given(images, images)
@settings(max_examples=30)
def test_one_for_equal_images_and_only_for_them(x, y):
    assert of(x, x) == 1.0
    assert (of(x, y) == 1.0) == np.array_equal(x, y)


def test_one_grey_level_in_a_corner_is_noticed():
    x = np.full((3, 64, 64), 128, np.uint8)
    y = x.copy()
    y[0, 0, 0] += 1
    assert of(x, y) < 1.0


@given(images, images)
@settings(max_examples=30)
def test_symmetry(x, y):
    assert of(x, y) == pytest.approx(of(y, x), abs=1e-12)


def test_the_structure_term_may_be_negative(golden):
    (_, (y,)) = golden("noise")
    assert of(255 - y, y) < -0.1


@pytest.mark.parametrize("padding", ["reflect", "replicate"])
def test_padding_is_that_of_the_padded_image(padding, noisy):
    (x,), (y,) = noisy(140, 530)
    mode = {"reflect": "reflect", "replicate": "edge"}[padding]
    padded = (np.pad(p, ((0, 0), (5, 5), (5, 5)), mode=mode) for p in (x, y))
    assert of(x, y, ssim(padding=padding)) == pytest.approx(of(*padded), abs=1e-12)


@pytest.mark.parametrize("size", [(10, 40), (40, 10)])
def test_a_image_smaller_than_the_window_is_an_error(size, noisy):
    (x,), (y,) = noisy(*size)
    with pytest.raises(ImageError, match="10 px is too short for a window of 11 px"):
        of(x, y)


@pytest.mark.parametrize(
    "wrong", [{"window": "gaussian-7"}, {"covariance": "unbiased"}, {"padding": "same"}]
)
def test_unknown_options_are_refused(wrong, noisy):
    (x,), (y,) = noisy(20, 20)
    with pytest.raises(ProtocolError, match=next(iter(wrong.values()))):
        of(x, y, ssim(**wrong))


def test_a_region_is_refused(noisy):
    (x,), (y,) = noisy(20, 20)
    with pytest.raises(ProtocolError, match="cannot be restricted to a region"):
        metric.compute(x, y, np.ones((20, 20), bool), ssim())
