"""Rows that hold their files: those of a data set on disk as they are, or encoded samples."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.data.colour import as_float, quantise
from restorebench.data.dataset import Dataset
from restorebench.data.layouts.fields.masks import mask_pixels
from restorebench.data.tables.columns import FILES, VALUES
from restorebench.errors import SampleError
from restorebench.types import Array, Sample

_VIEWS = ("", "_right")


def embedded_row(dataset: Dataset, sample_id: str) -> dict[str, Any]:
    """The row of a sample, with the content of its files.

    Files are taken over byte for byte; a sample that is made is encoded without loss. Raises
    `SampleError` where that cannot be.
    """
    if dataset.rows is None:
        return _encoded(dataset[sample_id])
    row = dataset.rows(sample_id)
    files = {name: _file(row[name]) for name in FILES if row.get(name) is not None}
    numbers = {name: row[name] for name in VALUES if row.get(name) is not None}
    return {"id": sample_id, **files, **numbers}


def _file(value: Mapping[str, Any] | bytes) -> dict[str, Any]:
    if isinstance(value, bytes):
        return {"bytes": value, "path": None}
    path = value["path"]
    content = value["bytes"] if value["bytes"] is not None else Path(path).read_bytes()
    return {"bytes": content, "path": None if path is None else Path(path).name}


def _encoded(sample: Sample) -> dict[str, Any]:
    """A sample's arrays as files: 8-bit PNG where that is exact, float TIFF and ``.npy`` else."""
    row: dict[str, Any] = {"id": sample.id, "scale": sample.scale}
    row |= _views(sample, "degraded", sample.degraded, _input)
    if sample.target is not None:
        row |= _views(sample, "target", sample.target, lambda view: (_png(quantise(view)), ".png"))
    if sample.mask is not None:
        row["mask"] = _named(sample, _mask(sample.id, sample.mask), ".png")
    if sample.depth is not None:
        row["depth"] = _named(sample, _npy(sample.depth[0]), ".npy")
    if sample.condition.size:
        row["condition"] = sample.condition.tolist()
    return row


def _views(
    sample: Sample, field: str, images: Array, encode: Callable[[Array], tuple[bytes, str]]
) -> dict[str, Any]:
    return {
        field + view: _named(sample, *encode(image))
        for view, image in zip(_VIEWS, images, strict=False)
    }


def _named(sample: Sample, content: bytes, suffix: str) -> dict[str, Any]:
    return {"bytes": content, "path": f"{sample.id.replace('/', '_')}{suffix}"}


def _input(view: Array) -> tuple[bytes, str]:
    pixels = quantise(view)
    if np.array_equal(as_float(pixels), view):
        return _png(pixels), ".png"
    return _tiff(view), ".tif"


def _mask(sample_id: str, mask: Array) -> bytes:
    levels = mask_pixels(mask)[0]
    if not np.array_equal(levels.astype(np.float32) / np.float32(255), mask[0]):
        msg = f"the mask of {sample_id!r} has values between the levels of 8 bit"
        raise SampleError(f"{msg}; it cannot be written without another hash")
    return _saved(Image.fromarray(levels))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    return _saved(Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))))


def _saved(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _tiff(view: Array) -> bytes:
    import tifffile

    file = io.BytesIO()
    tifffile.imwrite(file, np.ascontiguousarray(view.transpose(1, 2, 0)), photometric="rgb")
    return file.getvalue()


def _npy(values: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()
