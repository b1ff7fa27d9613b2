"""Matching, and back-projection that uses the other view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.dataset import Dataset
from restorebench.data.resize import imresize
from restorebench.errors import OptionError, SampleError
from restorebench.restorers.base import Context
from restorebench.types import Array, Sample
from restorebench_stereo import datasets
from restorebench_stereo.back_projection import BackProjection
from restorebench_stereo.matching import match
from restorebench_stereo.stereo_back_projection import StereoBackProjection

CONTEXT = Context("stereo")


def mse(image: Array, sample: Sample) -> float:
    return float(np.mean((quantise(image).astype(np.float64) - quantise(sample.target)) ** 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "sample_id", "decibels"),
    [(datasets.photos_x4, "rocket", 0.1), (datasets.scenes_x4, "val-0000", 0.03)],
)
def test_the_other_view_helps(
    make: Callable[[str], Dataset], sample_id: str, decibels: float
) -> None:
    sample = make("val")[sample_id]
    alone, both = (
        mse(restorer.restore(sample.without_target(), CONTEXT).image, sample)
        for restorer in (BackProjection(), StereoBackProjection())
    )
    assert 10 * np.log10(alone / both) > decibels


def test_an_unrelated_other_view_changes_nothing() -> None:
    left = datasets.photos_x4("val")["rocket"].degraded[0, :, :48, :64]
    noise = np.random.default_rng(0).random(left.shape, np.float32)
    sample = Sample("unrelated", np.stack([left, noise]), scale=4)
    alone, both = (
        restorer.restore(sample, CONTEXT).image[0]
        for restorer in (BackProjection(20), StereoBackProjection())
    )
    assert np.abs(alone - both).mean() < 1 / 255


def test_the_answer_reduces_to_the_input() -> None:
    degraded = datasets.scenes_x4("val")["val-0000"].degraded * 0.5 + 0.25  # far from clipping
    answer = StereoBackProjection().restore(Sample("half", degraded, scale=4), CONTEXT).image
    assert np.abs(imresize(answer, degraded.shape[-2:]) - degraded).mean() < 1 / 255


def test_matching_finds_a_known_shift_and_trusts_nothing_outside_the_other_view() -> None:
    texture = np.random.default_rng(1).random((3, 40, 110), np.float32)
    left, right = texture[..., :100], texture[..., 10:]  # x_L − x_R = 10 px
    here, there = match(left, right, search=20)
    x = np.arange(100, dtype=np.float32)
    for found, expected in ((here, x - 10), (there, x + 10)):
        where = found.trusted[8:-8] > 0
        assert where.mean() > 0.7
        error = np.abs(found.columns - expected)[8:-8][where]
        assert np.median(error) < 0.1
    assert here.trusted[:, :10].sum() == there.trusted[:, 90:].sum() == 0


def test_one_view_is_not_enough() -> None:
    sample = Sample("mono", np.zeros((1, 3, 8, 12), np.float32), scale=4)
    with pytest.raises(SampleError, match="'mono' has 1 view"):
        StereoBackProjection().restore(sample, CONTEXT)


@pytest.mark.parametrize(
    "options",
    [{"weight": 0.0}, {"weight": 1.5}, {"search": 0}, {"search": 2.5}, {"iterations": -1}],
    ids=str,
)
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(OptionError, match=next(iter(options))):
        StereoBackProjection(**options)  # type: ignore[arg-type]
