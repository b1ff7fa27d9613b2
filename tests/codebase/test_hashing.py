"""A content hash is a function of values: not of memory layout, byte order, files or time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from restorebench import Sample
from restorebench.data.colour import as_float, quantise
from restorebench.data.hashing import (
    array_hash,
    combined_hash,
    dataset_hash,
    input_hash,
    pixel_hash,
    target_hash,
)

VALUES = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


@pytest.mark.parametrize(
    "same",
    [
        VALUES.astype(">f4"),
        np.asfortranarray(VALUES),
        np.repeat(VALUES, 2, axis=2)[:, :, ::2],
        np.flip(np.flip(VALUES, 1).copy(), 1),
        VALUES.view(),
    ],
    ids=["big-endian", "column-major", "strided", "negative strides", "view"],
)
def test_layout_and_byte_order_do_not_matter(same: Any) -> None:
    assert array_hash(same) == array_hash(VALUES)


@pytest.mark.parametrize(
    "other",
    [
        VALUES + 1,
        VALUES.reshape(4, 3, 5),
        VALUES[None],
        VALUES.astype(np.float64),
        VALUES.view(np.int32),
        VALUES.transpose(0, 2, 1),
        VALUES[:, :, :4],
    ],
    ids=["values", "shape", "dimensions", "width", "kind", "order", "size"],
)
def test_values_shape_and_type_do(other: Any) -> None:
    assert array_hash(other) != array_hash(VALUES)


def test_empty_arrays_and_numbers_have_hashes_too() -> None:
    empties = [np.zeros(s, np.float32) for s in (0, (0, 3), (3, 0), ())]
    assert len({array_hash(value) for value in empties}) == 4


def test_the_hash_is_pinned() -> None:
    """So that stores stay readable: SHA-256 of ``<f4(2,)`` and eight bytes, the first 128 bits."""
    import hashlib

    text = b"<f4(2,)" + bytes([0, 0, 0, 0, 0, 0, 128, 63])
    assert array_hash(np.array([0, 1], np.float32)) == hashlib.sha256(text).hexdigest()[:32]
    assert array_hash(np.array([0, 1], np.float32)) == "6946d0fd45b4a6f4bd2e7a6e332bbe31"


def test_parts_do_not_run_into_each_other() -> None:
    splits = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("c", "ab")]
    assert len({combined_hash(parts) for parts in splits}) == len(splits)


def test_one_level_of_one_pixel_changes_the_pixel_hash() -> None:
    pixels = np.zeros((1, 3, 4, 5), np.uint8)
    other = pixels.copy()
    other[0, 2, 3, 4] = 1
    assert pixel_hash(pixels) != pixel_hash(other)


@pytest.mark.parametrize("field", ["degraded", "condition", "mask", "depth"])
def test_the_input_hash_feels_every_value_that_a_restorer_may_see(
    sample: Sample, field: str
) -> None:
    value = getattr(sample, field).copy()
    value.flat[-1] = np.nextafter(value.flat[-1], np.float32(0))
    assert input_hash(replace(sample, **{field: value})) != input_hash(sample)


@pytest.mark.parametrize("field", ["mask", "depth"])
def test_a_missing_field_is_not_an_empty_one(sample: Sample, field: str) -> None:
    without = replace(sample, mask=None) if field == "mask" else replace(sample, depth=None)
    assert input_hash(without) != input_hash(sample)


def test_mask_and_depth_are_not_confused(sample: Sample) -> None:
    masked = replace(sample, mask=sample.mask, depth=None)
    deep = replace(sample, mask=None, depth=sample.mask)
    assert input_hash(masked) != input_hash(deep)


def test_the_input_hash_feels_the_scale(sample: Sample) -> None:
    stripped = sample.without_target()
    assert input_hash(replace(stripped, scale=4)) != input_hash(stripped)


def test_the_input_hash_does_not_see_the_target(sample: Sample) -> None:
    assert input_hash(sample.without_target()) == input_hash(sample)
    assert target_hash(sample.without_target()) == "-"


def test_the_target_hash_is_that_of_the_8_bit_pixels(sample: Sample) -> None:
    assert sample.target is not None
    assert target_hash(sample) == pixel_hash(quantise(sample.target))
    assert target_hash(replace(sample, target=as_float(quantise(sample.target)))) == target_hash(
        sample
    )


def test_the_hash_of_a_split_feels_ids_pixels_and_order() -> None:
    parts = [("a", "i1", "t1"), ("b", "i2", "t2")]
    others = [parts[::-1], parts[:1], [("a", "i1", "t2"), ("b", "i2", "t1")], [*parts, parts[0]]]
    assert dataset_hash(parts) == dataset_hash(iter(parts))
    assert dataset_hash(parts) not in {dataset_hash(other) for other in others}
