"""L*a*b* error: the right colours, and the three differences added."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2lab

from restorebench.errors import ProtocolError
from restorebench.metrics.lab_mae import lab, metric
from restorebench.metrics.measures import lab_mae, psnr


def colours(*rgb):
    return np.array(rgb, np.uint8).T[:, None]


def test_lab_under_d65_is_skimages(noisy):
    (x,), _ = noisy(20, 30)
    np.testing.assert_allclose(lab(x), rgb2lab(x, channel_axis=0), atol=1e-10)


def test_lab_under_d50_is_that_of_the_icc():
    # Lindbloom's colour calculator, sRGB, Bradford-adapted to D50: red, green, blue
    primaries = colours((255, 0, 0), (0, 255, 0), (0, 0, 255))
    expected = [(54.29, 80.81, 69.89), (87.82, -79.29, 80.99), (29.57, 68.30, -112.03)]
    np.testing.assert_allclose(lab(primaries, "d50")[:, 0].T, expected, atol=0.02)


def test_grey_has_no_colour_under_d50():
    greys = colours(*[(v, v, v) for v in range(0, 256, 15)])
    assert np.abs(lab(greys, "d50")[1:]).max() < 1e-9


def test_the_three_differences_are_added(noisy):
    (x,), (y,) = noisy(100, 20)
    difference = rgb2lab(x, channel_axis=0) - rgb2lab(y, channel_axis=0)
    expected = np.abs(difference).mean() * 3
    assert metric.compute(x, y, None, lab_mae()) == pytest.approx(expected, abs=1e-9)


def test_a_region_counts_its_own_pixels(noisy):
    (x,), (y,) = noisy(100, 20)
    region = np.zeros((100, 20), bool)
    region[60:90, 5:10] = True
    inside = metric.compute(x[:, 60:90, 5:10], y[:, 60:90, 5:10], None, lab_mae())
    assert metric.compute(x, y, region, lab_mae()) == pytest.approx(inside, abs=1e-12)


def test_it_is_defined_in_lab_only(noisy):
    (x,), (y,) = noisy(8, 8)
    with pytest.raises(ProtocolError, match="must state its 'white'"):
        metric.compute(x, y, None, psnr())
    with pytest.raises(ProtocolError, match="of white 'd65' or 'd50'"):
        metric.compute(x, y, None, lab_mae(white="e"))
