"""The thin lens: how large the image of a point is that is out of focus.

Letters: f focal length, N f-number, A = f/N diameter of the entrance pupil, Z depth, Z_f focus
distance (both from the lens), c diameter of the circle of confusion, W the image's width in
pixels, D the disparity.  Lens and sensor are in millimetres, the scene in metres.

    c = A · |Z − Z_f| / Z · f / (Z_f − f)                     on the sensor (Potmesil & Chakravarty,
                                                              SIGGRAPH 1981, eq. 1–4, rearranged)
    D = f² / (Z_f − f) · W / 36 mm                            pixels: c of infinity at N = 1
    c = D / N · |Z − Z_f| / Z                                 pixels, the same c
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import OptionError

SENSOR_WIDTH = 36.0
"""Millimetres across the long side of a full-frame sensor, whatever the image's crop."""

Floats = NDArray[np.floating[Any]]


def circle_of_confusion(
    depth: float | Floats, focus: float, focal: float, f_number: float
) -> Floats:
    """c on the sensor, millimetres, of points at `depth` metres (any shape; infinity allowed).

    `focus` Z_f in metres, `focal` f in millimetres. Raises `OptionError` where no thin lens is so.
    """
    _check(focus, focal)
    if not f_number > 0:
        msg = f"an f-number is positive, not {f_number:g}"
        raise OptionError(msg)
    magnification = focal / (focus * 1000.0 - focal)
    return focal / f_number * magnification * np.abs(relative_defocus(depth, focus))


def relative_defocus(depth: float | Floats, focus: float) -> Floats:
    """(Z − Z_f)/Z = 1 − Z_f/Z: 0 in focus, 1 at infinity, negative nearer than the focus.

    Raises `OptionError` for a depth that is not positive.
    """
    Z = np.asarray(depth, np.float64)
    if not bool(np.all(Z > 0)):
        msg = f"depths are positive metres; the smallest here is {float(Z.min()):g}"
        raise OptionError(msg)
    return np.asarray(1.0 - focus / Z)


def disparity(focus: float, focal: float, width: int) -> float:
    """D in pixels: the circle of confusion of a point at infinity at f/1, `width` pixels across."""
    _check(focus, focal)
    return focal**2 / (focus * 1000.0 - focal) * width / SENSOR_WIDTH


def focus_distance(disparity: float, focal: float, width: int) -> float:
    """Z_f in metres that gives `disparity` pixels: the inverse of `disparity`.

    Raises `OptionError` for a disparity of 0, which no finite focus distance has.
    """
    if not disparity > 0:
        msg = f"a disparity of {disparity:g} px implies no finite focus distance; it must be > 0"
        raise OptionError(msg)
    return focal * (1.0 + focal * width / (SENSOR_WIDTH * disparity)) / 1000.0


def blur_diameter(depth: float | Floats, focus: float, disparity: float, f_number: float) -> Floats:
    """c in pixels of points at `depth` metres, from the numbers of the condition vector."""
    return disparity / f_number * np.abs(relative_defocus(depth, focus))


def _check(focus: float, focal: float) -> None:
    if not (focal > 0 and focus * 1000.0 > focal):
        msg = (
            f"a lens of {focal:g} mm cannot be focused at {focus:g} m; "
            "the focus distance must exceed the focal length"
        )
        raise OptionError(msg)
