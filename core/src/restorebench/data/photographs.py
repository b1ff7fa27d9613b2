"""Real photographs that ship inside scikit-image's wheel; nothing is ever downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.errors import ImageError, UnknownNameError
from restorebench.types import Array, Pixels

T = TypeVar("T", bound=np.generic)

PHOTOGRAPHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "train": ("brick", "camera", "grass", "gravel", "hubble", "immunohistochemistry", "retina"),
        "val": ("rocket",),
        "test": ("astronaut", "chelsea", "coffee", "motorcycle"),
    }
)
"""The photographs of each split; no split shares a scene with another."""

_FILES = {
    "hubble": "hubble_deep_field.jpg",
    "immunohistochemistry": "ihc.png",
    "motorcycle": "motorcycle_left.png",
    "retina": "retina.jpg",
    "rocket": "rocket.jpg",
}

FOCAL, BASELINE, DOFFS = 994.978, 0.193001, 31.086
"""Motorcycle at 741 px width: focal length in px, baseline in metres, x-difference of the principal
points in px (Middlebury 2014's calibration at 2964 px, 3979.911 px and 124.343 px, over 4)."""

ASSUMED_NEAR, ASSUMED_FAR = 2.0, 20.0
"""Metres at the bottom and the top row of the assumed ground plane."""


@dataclass(frozen=True, eq=False)
class StereoPair:
    """A rectified pair ``(3, H, W)`` and the left view's disparity in px, ``(1, H, W)``.

    Column x of `left` is column x − d of `right`. `valid` is where the disparity was measured; the
    rest of it is filled from the background.
    """

    left: Pixels
    right: Pixels
    disparity: Array
    valid: NDArray[np.bool_]


def photograph(name: str) -> Pixels:
    """A photograph at its own size, ``(3, H, W)``; grey ones have three equal channels.

    Raises `UnknownNameError` for a name that is not in `PHOTOGRAPHS`, `ImageError` where the
    installed scikit-image lacks the file.
    """
    known = [each for split in PHOTOGRAPHS.values() for each in split]
    if name not in known:
        msg = f"no photograph {name!r}; there are {', '.join(known)}"
        raise UnknownNameError(msg)
    return _image(_FILES.get(name, f"{name}.png"))


def motorcycle() -> StereoPair:
    """Middlebury 2014's Motorcycle (Scharstein et al., GCPR 2014) at a quarter of its size."""
    with np.load(_path("motorcycle_disp.npz")) as archive:
        disparity = archive["arr_0"]
    valid = np.isfinite(disparity)
    filled = _fill_from_background(disparity, valid)
    return StereoPair(
        _image("motorcycle_left.png"), _image("motorcycle_right.png"), filled[None], valid[None]
    )


def assumed_depth(name: str, height: int, width: int) -> Array:
    """Metres for a photograph of that size, ``(1, height, width)``.

    `motorcycle` has real depth, Z = baseline·focal / (d + doffs), at its own size only. The others
    have none, so that one is *assumed*: a ground plane that slants away from the viewer, 2 m at the
    bottom row and 20 m at the top one, inverse depth linear in the row, as of a plane in
    perspective. It serves to run depth-dependent physics on real texture and claims nothing about
    the scene. Raises `ImageError` for another size of `motorcycle`.
    """
    if name == "motorcycle":
        disparity = motorcycle().disparity
        if disparity.shape != (1, height, width):
            msg = f"the depth of 'motorcycle' is {disparity.shape[1:]}, not {(height, width)}"
            raise ImageError(msg)
        return (BASELINE * FOCAL / (disparity + DOFFS)).astype(np.float32)
    inverse = np.linspace(1 / ASSUMED_FAR, 1 / ASSUMED_NEAR, height)
    return np.repeat((1 / inverse)[None, :, None], width, axis=2).astype(np.float32)


def centre_crop(image: NDArray[T], longest: int) -> NDArray[T]:
    """The middle of an image ``(…, H, W)``, at most `longest` pixels a side; nothing is resampled.

    Shrinking instead would blend measured depths across edges.
    """
    top, left = (max(0, side - longest) // 2 for side in image.shape[-2:])
    return image[..., top : top + longest, left : left + longest]


def _fill_from_background(disparity: Array, valid: NDArray[np.bool_]) -> Array:
    """Fill each hole from the farther (smaller) of its two neighbours in the row.

    Holes are mostly what the right view cannot see, and that is background.
    """
    known = np.where(valid, disparity, np.inf)
    column = np.broadcast_to(np.arange(known.shape[1]), known.shape)
    before = np.maximum.accumulate(np.where(valid, column, 0), axis=1)
    after = np.minimum.accumulate(np.where(valid, column, known.shape[1] - 1)[:, ::-1], axis=1)
    sides = [np.take_along_axis(known, index, axis=1) for index in (before, after[:, ::-1])]
    filled: Array = np.minimum(*sides).astype(np.float32)
    return filled


def _path(name: str) -> Path:
    path = Path(str(files("skimage.data"))) / name
    if not path.is_file():
        msg = f"{path} is missing: this scikit-image was packaged without its sample images"
        raise ImageError(f"{msg}; install it from its wheel (pip install scikit-image)")
    return path


def _image(name: str) -> Pixels:
    with Image.open(_path(name)) as image:
        return np.ascontiguousarray(np.asarray(image.convert("RGB")).transpose(2, 0, 1))
