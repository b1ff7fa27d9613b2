"""The classical restorer: it follows the metadata, keeps what is sharp, and says what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from restorebench.errors import OptionError, SampleError
from restorebench.restorers.base import Context
from restorebench.types import Array, Sample
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.lens_blur import LensBlur

CONTEXT = Context("bokeh")
Val = Mapping[str, Sample]


def restored(sample: Sample) -> Array:
    return LensBlur().restore(sample.without_target(), CONTEXT).image


def error(image: Array, sample: Sample) -> float:
    assert sample.target is not None
    return float(np.mean((np.clip(image, 0, 1) - sample.target) ** 2))


def made(degraded: Array, depth: Array, source: float = 16.0, target: float = 1.4) -> Sample:
    condition = Condition(
        source_f_number=source,
        target_f_number=target,
        focal_length=50.0,
        focus_distance=2.0,
        disparity=14.0,
    )
    return Sample("made", degraded[None], condition=condition.vector(), depth=depth[None])


@pytest.mark.parametrize("sample_id", ["val-0001", "val-0006"])
def test_it_beats_the_input_on_scenes_by_far(sample_id: str, val: Val) -> None:
    sample = val[sample_id]
    assert error(restored(sample), sample) < error(sample.degraded, sample) / 4


def test_it_beats_the_input_on_a_photograph(val: Val) -> None:
    sample = val["rocket-b"]
    assert error(restored(sample), sample) < error(sample.degraded, sample) / 4


def test_where_the_target_is_sharper_the_input_is_returned(val: Val) -> None:
    sample = val["val-0003"]
    np.testing.assert_array_equal(restored(sample), sample.degraded)


def test_equal_lenses_change_nothing() -> None:
    pixels = np.random.default_rng(0).random((3, 16, 16), dtype=np.float32)
    sample = made(pixels, np.full((16, 16), 40.0, np.float32), source=1.8, target=1.8)
    np.testing.assert_array_equal(restored(sample), sample.degraded)


def test_a_image_that_is_all_in_focus_stays() -> None:
    pixels = np.random.default_rng(0).random((3, 16, 16), dtype=np.float32)
    sample = made(pixels, np.full((16, 16), 2.0, np.float32))
    np.testing.assert_allclose(restored(sample), sample.degraded, atol=1e-5)


def test_a_uniform_image_stays_uniform_at_any_depth() -> None:
    depth = np.random.default_rng(1).uniform(1.5, 40.0, (32, 40)).astype(np.float32)
    sample = made(np.full((3, 32, 40), 0.5, np.float32), depth)
    np.testing.assert_allclose(restored(sample), 0.5, atol=1e-4)


def test_a_sharp_foreground_does_not_smear_into_its_background() -> None:
    pixels, depth = np.full((3, 40, 40), 0.2, np.float32), np.full((40, 40), 40.0, np.float32)
    pixels[:, 12:28, 12:28], depth[12:28, 12:28] = 0.9, 2.0
    out = restored(made(pixels, depth))[0]
    np.testing.assert_allclose(out[:, 12:28, 12:28], 0.9, atol=1e-3)
    np.testing.assert_allclose(out[:, :11], 0.2, atol=1e-3)


def test_missing_depth_is_an_error_that_names_the_sample(val: Val) -> None:
    sample = replace(val["val-0000"], depth=None)
    with pytest.raises(SampleError, match="'val-0000' has no depth map"):
        restored(sample)


def test_a_depth_of_nothing_is_an_error_that_names_the_sample() -> None:
    sample = made(np.zeros((3, 8, 8), np.float32), np.zeros((8, 8), np.float32))
    with pytest.raises(SampleError, match="'made' has depths of 0"):
        restored(sample)


@pytest.mark.parametrize("depth", [1e-45, 1e-20, 1e-6])
def test_a_depth_that_no_lens_has_is_an_error_that_says_where_it_is(depth: float) -> None:
    metres = np.ones((8, 8), np.float32)
    metres[2, 5] = depth
    said = rf"'made' has a depth of {metres[2, 5]:.3g} m at row 2, column 5, .* in metres, and lar"
    with pytest.raises(SampleError, match=said):
        restored(made(np.zeros((3, 8, 8), np.float32), metres))


def test_a_foreign_condition_is_an_error_that_names_the_sample() -> None:
    sample = Sample("strange", np.zeros((1, 3, 8, 8), np.float32))
    with pytest.raises(
        SampleError, match=r"states no condition; also needed: .*, and depth in metres"
    ):
        restored(sample)


@pytest.mark.parametrize("options", [{"step": 0.0}, {"step": -1.0}, {"planes": 1}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="lens-blur: step="):
        LensBlur(**options)  # type: ignore[arg-type]
