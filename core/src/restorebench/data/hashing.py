"""Content hashes: functions of pixels and numbers, never of file formats or time stamps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.colour import quantise
from restorebench.types import Pixels, Sample

HASH_LENGTH = 32
"""Hexadecimal digits that are kept: 128 bits of SHA-256."""


def array_hash(value: NDArray[Any]) -> str:
    """The hash of an array's type, shape and values (little-endian, row-major)."""
    return _hash_of_parts(value.dtype, value.shape, [value])


def _hash_of_parts(
    dtype: np.dtype[Any], shape: tuple[int, ...], parts: Iterable[NDArray[Any]]
) -> str:
    """The hash of the array that `parts` make up, in order, without putting them together."""
    little = dtype.newbyteorder("<")
    digest = hashlib.sha256(f"{little.str}{shape}".encode())
    for part in parts:
        digest.update(np.ascontiguousarray(part, dtype=little).data)
    return digest.hexdigest()[:HASH_LENGTH]


def pixel_hash(pixels: Pixels) -> str:
    """The hash of 8-bit images, ``(V, 3, H, W)``."""
    return array_hash(pixels)


def combined_hash(parts: Iterable[str]) -> str:
    """The hash of a sequence of texts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")  # names of files are bytes
    return digest.hexdigest()[:HASH_LENGTH]


def input_hash(sample: Sample) -> str:
    """The hash of all that a restorer may see: image, condition, mask, depth, scale.

    Of the image's float32 values, as a restorer sees more than 8 bit where there is more.
    """
    parts = [array_hash(sample.degraded), array_hash(sample.condition)]
    parts += ["-" if v is None else array_hash(v) for v in (sample.mask, sample.depth)]
    return combined_hash([*parts, str(sample.scale)])


def target_hash(sample: Sample) -> str:
    """The pixel hash of the 8-bit target, or ``"-"`` without one."""
    if (target := sample.target) is None:
        return "-"
    planes = (quantise(plane) for view in target for plane in view)  # not all of them at once
    return _hash_of_parts(np.dtype(np.uint8), target.shape, planes)


@dataclass(frozen=True)
class Identity:
    """The hashes of one sample and its number of views; `mask` is ``""`` without one."""

    input: str
    target: str
    mask: str
    views: int


def identify(sample: Sample) -> Identity:
    """The hashes of a sample; it reads every pixel."""
    mask = "" if sample.mask is None else array_hash(sample.mask)
    return Identity(input_hash(sample), target_hash(sample), mask, sample.target_shape[0])


def dataset_hash(parts: Iterable[tuple[str, str, str]]) -> str:
    """The hash of a split from each sample's (id, input hash, target hash), in order."""
    return combined_hash(text for part in parts for text in part)
