"""Back-projection: what it guarantees, and that it beats bicubic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.dataset import Dataset
from restorebench.data.resize import imresize
from restorebench.errors import OptionError
from restorebench.restorers.base import Context
from restorebench.types import Array, Sample
from restorebench_stereo import datasets
from restorebench_stereo.back_projection import BackProjection

Make = Callable[[str], Dataset]

CONTEXT = Context("stereo")


def restored(sample: Sample, iterations: int = 10) -> Array:
    return BackProjection(iterations).restore(sample.without_target(), CONTEXT).image


def psnr(image: Array, sample: Sample) -> float:
    error = quantise(image).astype(np.float64) - quantise(sample.target)
    return float(10 * np.log10(255**2 / np.mean(error**2)))


@pytest.mark.parametrize("make", [datasets.scenes_x4, datasets.photos_x4, datasets.scenes_x2])
def test_it_beats_bicubic_by_a_quarter_of_a_decibel(make: Make) -> None:
    dataset = make("val")
    sample = dataset[dataset.ids[0]]
    bicubic = imresize(sample.degraded, sample.target_shape[2:])
    assert psnr(restored(sample), sample) > psnr(bicubic, sample) + 0.25


def test_no_iteration_is_bicubic() -> None:
    sample = datasets.photos_x4("val")["rocket"]
    bicubic = np.clip(imresize(sample.degraded, sample.target_shape[2:]), 0, 1)
    np.testing.assert_array_equal(restored(sample, iterations=0), bicubic)


def test_its_answer_reduces_to_the_input_and_more_so_with_each_iteration() -> None:
    view = datasets.scenes_x4("val")["val-0000"].degraded[0] * 0.5 + 0.25  # far from clipping
    errors = []
    for n in (0, 1, 3, 10):
        answer = BackProjection(n).enlarge(view, (256, 384))
        errors.append(np.abs(imresize(answer, view.shape[1:]) - view).mean())
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 50


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_constant_image_stays_constant(level: float) -> None:
    sample = Sample("flat", np.full((2, 3, 8, 12), level, np.float32), scale=4)
    np.testing.assert_allclose(restored(sample), level, atol=1e-6)


def test_values_stay_in_range_beside_the_hardest_edge() -> None:
    degraded = np.zeros((2, 3, 8, 12), np.float32)
    degraded[..., 6:] = 1.0
    image = restored(Sample("edge", degraded, scale=4))
    assert image.shape == (2, 3, 32, 48)
    assert image.dtype == np.float32
    assert (image.min(), image.max()) == (0.0, 1.0)


def test_each_view_is_restored_alone() -> None:
    sample = datasets.photos_x4("val")["rocket"]
    swapped = Sample("swapped", sample.degraded[::-1], scale=4)
    np.testing.assert_array_equal(restored(swapped), restored(sample)[::-1])


@pytest.mark.parametrize("iterations", [-1, 2.5, "many", True])
def test_iterations_that_do_not_count_are_refused(iterations: object) -> None:
    with pytest.raises(OptionError, match="iterations is"):
        BackProjection(iterations=iterations)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [0.0, 2.0, -1.0, float("nan")])
def test_a_step_that_cannot_converge_is_refused(step: float) -> None:
    with pytest.raises(OptionError, match="between 0 and 2"):
        BackProjection(step=step)
