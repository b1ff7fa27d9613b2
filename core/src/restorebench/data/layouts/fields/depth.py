"""Depth in files: metres of float arrays, or whole numbers with a stated unit; nothing guessed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.data.formats.image_file import OpenedImage, Source, name_of
from restorebench.data.formats.image_kind import kind
from restorebench.data.formats.levels import levels
from restorebench.data.formats.wide_tiff import read_wide_tiff
from restorebench.data.images import upright
from restorebench.errors import ImageError
from restorebench.types import Array

SUFFIXES = (".png", ".tif", ".tiff", ".npy", ".pfm")
"""How the names of depth maps end, in any case."""

_REMEDY = "metres in a float32 array (.npy, .pfm or .tif), or as 16-bit grey PNG with its unit"
_GREY16 = ("I", "I;16", "I;16B", "I;16L")
_NPY = b"\x93NUMPY"


def read_depth(
    source: Source, size: tuple[int, ...], unit: float | None = None, name: str = ""
) -> Array:
    """Depth in metres as ``(1, H, W)``, for an image of `size` ``(H, W)``.

    `unit` is how many metres a value of 1 means, such as 0.001. Floats (``.npy``, PFM, TIFF) are
    metres if it is None; whole numbers (16-bit grey PNG or TIFF, ``.npy``) need it. Raises
    `ImageError`, which names the file, for another size, 8-bit images, and values that are no
    distance: negative ones, NaN, infinity, and 0, which marks what was not measured.
    """
    name = name_of(source, name)
    values = _values(source, name)
    if unit is None and values.dtype.kind != "f":
        msg = f"the depth {name} holds whole numbers, whose unit is not stated"
        raise ImageError(f"{msg}; say how many metres a value of 1 means, such as 0.001")
    if values.shape != tuple(size):
        shape = "×".join(map(str, reversed(values.shape)))
        msg = f"the depth {name} is {shape}, but its image is {size[1]}×{size[0]}"
        raise ImageError(msg)
    with np.errstate(over="ignore"):  # what is infinite in float32 is counted below
        metres = (values.astype(np.float64) * (1.0 if unit is None else unit)).astype(np.float32)
    if wrong := int(np.count_nonzero(~(np.isfinite(metres) & (metres > 0)))):
        msg = f"the depth {name} has {wrong} of {metres.size} values that are not distances"
        raise ImageError(
            f"{msg} (0, negative, infinite or NaN); fill them, as metres above 0 are needed"
        )
    return metres[None]


def _values(source: Source, name: str) -> NDArray[Any]:
    """The numbers of a file, ``(H, W)``."""
    content = source if isinstance(source, bytes) else _content(Path(source), name)
    if content.startswith(_NPY):
        return _array(content, name)
    if (wide := read_wide_tiff(content, name)) is not None:
        if wide.values.shape[2] != 1 or wide.orientation != 1:
            msg = f"the depth {name} is not an upright map of one channel; save it as {_REMEDY}"
            raise ImageError(msg)
        return wide.values[..., 0]
    with upright(content, name, _REMEDY) as found:
        return _numbers(name, content, found)


def _content(path: Path, name: str) -> bytes:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        msg = f"the depth {name} {what}"
        raise ImageError(msg)
    return path.read_bytes()


def _array(content: bytes, name: str) -> NDArray[Any]:
    try:
        values: NDArray[Any] = np.load(BytesIO(content), allow_pickle=False)
    except Exception as error:  # a damaged header is parsed as Python, with whatever that raises
        msg = f"the depth {name} cannot be read as an array ({error}); save it as {_REMEDY}"
        raise ImageError(msg) from error
    values = values.reshape([side for side in values.shape if side != 1] or [1])
    if values.ndim != 2 or values.dtype.kind not in "fiu":
        msg = f"the depth {name} is {values.dtype} of shape {values.shape}, no map of numbers"
        raise ImageError(f"{msg}; save it as {_REMEDY}")
    return values


def _numbers(name: str, content: bytes, found: OpenedImage) -> NDArray[Any]:
    image = found.image
    if image.mode == "F":
        return np.asarray(image)
    if image.mode not in _GREY16 or found.depth.bits <= 8 or "transparency" in image.info:
        bits = "8-bit " if image.mode in {"L", "RGB"} else ""
        msg = f"the depth {name} is {bits}{kind(image)}"
        raise ImageError(f"{msg}, whose levels are not distances; save it as {_REMEDY}")
    return levels(found, content).values
