"""A sample's arrays agree with each other, or it does not come into being."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from restorebench import Sample
from restorebench.errors import SampleError


def grey(*shape: int, value: float = 0.5) -> Any:
    return np.full(shape, value, np.float32)


@pytest.mark.parametrize("scale", [1, 2, 4])
@pytest.mark.parametrize("views", [1, 2])
def test_target_shape_is_that_of_the_input_times_the_scale(views: int, scale: int) -> None:
    sample = Sample("s", grey(views, 3, 6, 5), scale=scale)
    assert sample.target_shape == (views, 3, 6 * scale, 5 * scale)
    answered = replace(sample, target=grey(*sample.target_shape))
    assert answered.target is not None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("degraded", grey(3, 4, 5), "float32 of shape (3, 4, 5)"),
        ("degraded", grey(1, 1, 4, 5), "(views, 3, height, width)"),
        ("degraded", grey(2, 4, 4, 5), "(views, 3, height, width)"),
        ("degraded", grey(2, 3, 0, 5), "(views, 3, height, width)"),
        ("degraded", grey(2, 3, 4, 5).astype(np.float64), "float64"),
        ("degraded", grey(2, 3, 4, 5).astype(">f4"), "expected float32"),
        ("degraded", np.zeros((2, 3, 4, 5), np.uint8), "uint8"),
        ("degraded", [[0.5]], "a list"),
        ("degraded", grey(2, 3, 4, 5, value=1.001), "[1.001, 1.001]"),
        ("degraded", grey(2, 3, 4, 5, value=-0.001), "[-0.001, -0.001]"),
        ("degraded", grey(2, 3, 4, 5, value=np.nan), "nan"),
        ("degraded", grey(2, 3, 4, 5, value=np.inf), "inf"),
        ("target", grey(2, 3, 4, 5), "expected float32 of shape (2, 3, 8, 10)"),
        ("target", grey(1, 3, 8, 10), "expected float32 of shape (2, 3, 8, 10)"),
        ("target", grey(2, 3, 8, 10, value=2), "[2, 2]"),
        ("mask", grey(4, 5), "expected float32 of shape (1, 4, 5)"),
        ("mask", grey(1, 8, 10), "expected float32 of shape (1, 4, 5)"),
        ("mask", np.ones((1, 4, 5), bool), "bool"),
        ("mask", grey(1, 4, 5, value=255), "[255, 255]"),
        ("depth", grey(1, 4, 5, value=-1), "[-1, -1]"),
        ("depth", grey(1, 4, 5, value=np.inf), "inf"),
        ("depth", grey(1, 4, 5).astype(np.float64), "float64"),
        ("condition", grey(1, 2), "expected float32 of shape (2,)"),
        ("condition", np.array([1.8, 16.0]), "float64"),
        ("condition", grey(2, value=np.nan), "finite"),
        ("condition", (1.8, 16.0), "a tuple"),
        ("scale", 0, "scale is 0"),
        ("scale", -2, "scale is -2"),
        ("scale", 2.0, "scale is 2.0"),
        ("scale", 3, "expected float32 of shape (2, 3, 12, 15)"),
    ],
)
def test_a_contradiction_names_the_sample_and_the_field(
    sample: Sample, field: str, value: Any, said: str
) -> None:
    with pytest.raises(SampleError) as caught:
        replace(sample, **{field: value})
    message = str(caught.value)
    assert "'toy-0001'" in message
    assert said in message
    assert field in message or field == "scale"


@pytest.mark.parametrize("identity", ["", None, 7])
def test_an_id_is_a_text(sample: Sample, identity: Any) -> None:
    with pytest.raises(SampleError, match=r"id is .*expected a text"):
        replace(sample, id=identity)


def test_one_bad_value_among_good_ones_is_found(sample: Sample) -> None:
    degraded = sample.degraded.copy()
    degraded[1, 2, 3, 4] = np.nan
    with pytest.raises(SampleError, match="degraded"):
        replace(sample, degraded=degraded)


def test_the_question_hides_the_target_and_nothing_else(sample: Sample) -> None:
    stripped = sample.without_target()
    assert stripped.target is None
    assert sample.target is not None
    assert stripped.target_shape == sample.target_shape == (2, 3, 8, 10)
    assert (stripped.id, stripped.scale) == (sample.id, sample.scale)
    for field in ("degraded", "condition", "mask", "depth"):
        np.testing.assert_array_equal(getattr(stripped, field), getattr(sample, field))


@pytest.mark.parametrize("field", ["degraded", "condition", "mask", "depth"])
def test_writing_into_the_question_leaves_the_sample_as_it_was(sample: Sample, field: str) -> None:
    before = getattr(sample, field).copy()
    getattr(sample.without_target(), field)[...] = 0
    np.testing.assert_array_equal(getattr(sample, field), before)


def test_a_sample_is_frozen(sample: Sample) -> None:
    with pytest.raises(FrozenInstanceError):
        sample.target = None  # type: ignore[misc]
