"""`imresize` is MATLAB's: the LR images of the literature come out of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from restorebench.data.resize import bicubic_kernel, imresize, weights
from restorebench.errors import ImageError

# One channel of random numbers and what BasicSR's `imresize` (its port of MATLAB's) makes of it.
REFERENCE = np.load(Path(__file__).parents[1] / "vectors" / "imresize.npz")


@pytest.mark.parametrize(("key", "size"), [("quarter", (6, 8)), ("half", (12, 16))])
def test_shrinking_floats_equals_basicsr(key: str, size: tuple[int, int]) -> None:
    np.testing.assert_allclose(imresize(REFERENCE["image"], size), REFERENCE[key], atol=1e-6)


def test_enlarging_floats_equals_basicsr() -> None:
    corner = REFERENCE["image"][:8, :8]
    np.testing.assert_allclose(imresize(corner, (16, 16)), REFERENCE["corner_twice"], atol=1e-6)


def slowly(signal: NDArray[Any], new: int) -> NDArray[np.float64]:
    """One dimension by the definition: Keys' kernel, stretched when shrinking, mirrored ends."""
    old = len(signal)
    stretch = min(new / old, 1.0)
    out = np.zeros(new)
    for i in range(new):
        u = (i + 0.5) * old / new - 0.5
        near = range(math.ceil(u - 2 / stretch), math.floor(u + 2 / stretch) + 1)
        w = [keys(abs(u - j) * stretch) for j in near]
        mirrored = [min(j % (2 * old), 2 * old - 1 - j % (2 * old)) for j in near]
        out[i] = sum(a * float(signal[j]) for a, j in zip(w, mirrored, strict=True)) / sum(w)
    return out


def keys(d: float) -> float:
    """Keys, IEEE TASSP 1981, eq. 15."""
    if d <= 1:
        return 1.5 * d**3 - 2.5 * d**2 + 1
    return -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0


def to_8bit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(np.clip(values, 0, 255) + 0.5)


def test_8_bit_is_rounded_after_rows_and_again_after_columns() -> None:
    image = np.random.default_rng(3).integers(0, 256, (24, 20), dtype=np.uint8)
    rows = to_8bit(np.stack([slowly(column, 6) for column in image.T], axis=1))
    both = to_8bit(np.stack([slowly(row, 5) for row in rows]))
    np.testing.assert_array_equal(imresize(image, (6, 5)), both)
    columns = to_8bit(np.stack([slowly(row, 5) for row in image]))
    other = to_8bit(np.stack([slowly(column, 6) for column in columns.T], axis=1))
    assert (other != both).any()  # so the order can be seen at all


def test_the_dimension_that_shrinks_more_goes_first() -> None:
    image = np.random.default_rng(4).integers(0, 256, (24, 20), dtype=np.uint8)
    columns = to_8bit(np.stack([slowly(row, 5) for row in image]))
    both = to_8bit(np.stack([slowly(column, 12) for column in columns.T], axis=1))
    np.testing.assert_array_equal(imresize(image, (12, 5)), both)


@settings(max_examples=40, deadline=None)
@given(old=st.integers(1, 40), new=st.integers(1, 40))
def test_weights_are_those_of_the_definition_at_any_size(old: int, new: int) -> None:
    matrix = weights(old, new).toarray()
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    signal = np.random.default_rng(old).random(old)
    np.testing.assert_allclose(matrix @ signal, slowly(signal, new), atol=1e-12)


def test_the_kernel_interpolates() -> None:
    at = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
    np.testing.assert_array_equal(bicubic_kernel(at), [0, 0, 1, 0, 0, 0])


def test_the_same_size_is_the_same_image() -> None:
    image = np.random.default_rng(5).random((3, 7, 9), np.float32)
    np.testing.assert_array_equal(imresize(image, (7, 9)), image)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_leading_axes_and_type_are_kept(dtype: type) -> None:
    image = np.random.default_rng(6).integers(0, 200, (2, 3, 8, 12)).astype(dtype)
    small = imresize(image, (4, 6))
    assert (small.shape, small.dtype) == ((2, 3, 4, 6), np.dtype(dtype))
    np.testing.assert_array_equal(small[1, 2], imresize(image[1, 2], (4, 6)))


def test_overshoot_is_kept_in_floats_and_clipped_in_8_bit() -> None:
    step = np.repeat(np.array([[0, 255]]), 4, axis=1)
    assert imresize(step.astype(np.float64), (1, 32)).max() > 255
    assert imresize(step.astype(np.uint8), (1, 32)).max() == 255


@pytest.mark.parametrize("bad", [np.zeros((4, 4), int), np.zeros(4), np.zeros((0, 4))])
def test_what_is_not_a_image_is_refused(bad: NDArray[Any]) -> None:
    with pytest.raises(ImageError, match="imresize"):
        imresize(bad, (2, 2))


def test_an_empty_size_is_refused() -> None:
    with pytest.raises(ImageError, match=r"\(0, 2\)"):
        imresize(np.zeros((4, 4)), (0, 2))
