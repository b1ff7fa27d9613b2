"""A row of a table as a sample: its images are read strictly, and never resized."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.data.colour import as_float
from restorebench.data.images import read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.fields.depth import read_depth
from restorebench.data.layouts.fields.masks import read_mask
from restorebench.errors import ImageError, ImageWarning
from restorebench.types import Array, Sample


class _File(NamedTuple):
    """A file of a row: its path or content, and what messages call it."""

    source: Path | bytes
    name: str


class SampleReader:
    """Samples from rows by id; of each kind of conversion the first is a warning."""

    def __init__(self, rows: Callable[[str], Mapping[str, Any]]) -> None:
        self._rows = rows
        self._said: set[str] = set()

    def __call__(self, sample_id: str) -> Sample:
        """As `sample_of` its row."""
        return sample_of(self._rows(sample_id), self._say)

    def _say(self, name: str, note: str) -> None:
        if note not in self._said:
            self._said.add(note)
            msg = f"{name}: {note} (said once of each kind)"
            warnings.warn(msg, ImageWarning, stacklevel=6)


def sample_of(
    row: Mapping[str, Any], say: Callable[[str, str], None] = lambda name, note: None
) -> Sample:
    """The sample of a row with the columns of `restorebench.data.tables.columns`.

    A degraded image of another kind than 8-bit RGB is converted where that is clear, with a note in
    `Sample.meta`; targets, masks and depth are read strictly. Where the row states no scale, it is
    how many times larger the target is. `say` is called with the name of a file and what was
    converted. Raises `ImageError`, which names the file, for one that cannot be used, and where
    sizes do not fit.
    """
    notes: list[str] = []

    def lenient(file: _File) -> Array:
        found = read_input(file.source, file.name)
        for note in found.notes:
            notes.append(f"{file.name}: {note}")
            say(file.name, note)
        values: NDArray[Any] = found.pixels
        return as_float(values) if values.dtype == np.uint8 else values

    degraded = _views(row, "degraded", lenient)
    if degraded is None:
        msg = f"the sample {row['id']!r} has no degraded image"
        raise ImageError(msg)
    target = _views(row, "target", lambda file: as_float(read_image(file.source, file.name)))
    scale, unit = row.get("scale") or _scale(degraded, target), row.get("depth_unit")
    if target is not None:
        _check_sizes(row, degraded, target, scale)
    size = degraded.shape[2:]
    mask, depth = _file(row, "mask"), _file(row, "depth")
    return Sample(
        row["id"],
        degraded,
        target,
        np.array(row.get("condition") or (), np.float32),
        None if mask is None else read_mask(mask.source, size, mask.name),
        None if depth is None else read_depth(depth.source, size, unit, depth.name),
        scale,
        {"notes": "; ".join(notes)} if notes else {},
    )


def _file(row: Mapping[str, Any], column: str) -> _File | None:
    """The file of a column; None where it is empty or not there."""
    value = row.get(column)
    if value is None:
        return None
    content, path = (value, None) if isinstance(value, bytes) else (value["bytes"], value["path"])
    if content is not None:
        return _File(content, f"{path or column} of {row['id']}")
    return None if path is None else _File(Path(path), str(path))


def _views(row: Mapping[str, Any], field: str, read: Callable[[_File], Array]) -> Array | None:
    found = [_file(row, column) for column in (field, f"{field}_right")]
    files = [file for file in found if file is not None]
    if not files:
        return None
    views = [read(file) for file in files]
    if len({view.shape for view in views}) > 1:
        words = (f"{file.name} is {_size(v)}" for file, v in zip(files, views, strict=True))
        msg = f"{' and '.join(words)}; two views of a scene have one size"
        raise ImageError(msg)
    return views[0][None] if len(views) == 1 else np.stack(views)


def _scale(degraded: Array, target: Array | None) -> int:
    """How many times larger the target is, if it is a whole number; else 1."""
    if target is None:
        return 1
    (height, width), size = degraded.shape[2:], target.shape[2:]
    times = size[0] // height
    return times if times and size == (height * times, width * times) else 1


def _check_sizes(row: Mapping[str, Any], degraded: Array, target: Array, scale: int) -> None:
    height, width = degraded.shape[2:]
    if target.shape[2:] == (height * scale, width * scale):
        return
    files = [_file(row, column) for column in ("target", "degraded")]
    names = [file.name for file in files if file]
    rule = "the same size" if scale == 1 else f"{scale} times the size (scale={scale})"
    msg = (
        f"the target {names[0]} is {_size(target)}, its degraded image {names[1]} "
        f"{_size(degraded)}; expected {rule}, as images are never resized to fit"
    )
    raise ImageError(msg)


def _size(image: Array) -> str:
    return f"{image.shape[-1]}×{image.shape[-2]}"
