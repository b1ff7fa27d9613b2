"""What a file holds that Pillow does not read, or not whole."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray


class WideImage(NamedTuple):
    """``(H, W, C)``, C 1 or 3, whole numbers or floats; TIFF's orientation; the ICC profile."""

    values: NDArray[Any]
    orientation: int = 1
    profile: bytes = b""
