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
    # The same by MATLAB's rgb2gray: the first row of the inverse of its matrix from YIQ to RGB
    "gray-matlab": (0.0, (0.298936021293775390, 0.587043074451121360, 0.114020904255103250)),
    # BT.709 primaries as scikit-image's rgb2gray rounds them
    "gray-skimage": (0.0, (0.2125, 0.7154, 0.0721)),
}
_ROUNDED = "-8bit"
"""How luminances end that are uint8 again, as MATLAB's rgb2gray and rgb2ycbcr give them."""


def planes(pixels: Pixels, channels: str) -> NDArray[np.float64]:
    """8-bit RGB ``(3, h, w)`` as float64 ``(C, h, w)`` on the scale 0–255.

    They are whole numbers only where the name of the channels ends in ``-8bit``. Raises
    `ProtocolError` on channels that are not linear in RGB.
    """
    values = pixels.astype(np.float64)
    if channels == "rgb":
        return values
    luminance = channels.removesuffix(_ROUNDED)
    if luminance not in _LUMINANCE:
        msg = f"this metric does not work on channels {channels!r}"
        raise ProtocolError(msg)
    offset, weights = _LUMINANCE[luminance]
    flat: NDArray[Any] = np.array(weights) @ values.reshape(3, -1) + offset
    if channels.endswith(_ROUNDED):
        flat = np.floor(flat + 0.5)
    return flat.reshape(1, *pixels.shape[1:])
