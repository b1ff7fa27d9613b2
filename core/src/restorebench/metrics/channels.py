"""What a metric sees of RGB pixels: all three channels, or one of several luminances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.types import Pixels

_LUMINANCE: dict[str, tuple[float, tuple[float, float, float]]] = {
    # ITU-R BT.601, "studio" range 16–235: MATLAB's rgb2ycbcr, before its rounding
    "y-bt601-limited": (16.0, (65.481 / 255, 128.553 / 255, 24.966 / 255)),
    # BT.601 at full range: the Y of YIQ, and OpenCV's grey
    "y-yiq-full": (0.0, (0.299, 0.587, 0.114)),
    # BT.709 primaries as scikit-image's rgb2gray rounds them
    "gray-skimage": (0.0, (0.2125, 0.7154, 0.0721)),
}


def planes(pixels: Pixels, channels: str) -> NDArray[np.float64]:
    """8-bit RGB ``(3, h, w)`` as float64 ``(C, h, w)`` on the scale 0–255, never rounded.

    Raises `ProtocolError` on channels that are not linear in RGB.
    """
    values = pixels.astype(np.float64)
    if channels == "rgb":
        return values
    if channels not in _LUMINANCE:
        msg = f"this metric does not work on channels {channels!r}"
        raise ProtocolError(msg)
    offset, weights = _LUMINANCE[channels]
    flat: NDArray[Any] = np.array(weights) @ values.reshape(3, -1)
    return (flat + offset).reshape(1, *pixels.shape[1:])
