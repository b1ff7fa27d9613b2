"""The windows over which SSIM takes its local means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.metrics.padding import border


@dataclass(frozen=True, eq=False)
class Window:
    """A separable window with the same symmetric `taps` along each of its `axes` (2 or 3)."""

    taps: tuple[float, ...]
    axes: int = 2

    @property
    def radius(self) -> int:
        """Pixels to either side of the middle."""
        return len(self.taps) // 2

    @property
    def pixels(self) -> int:
        """How many values the window covers, N."""
        return int(len(self.taps) ** self.axes)

    def mixing(self, channels: int) -> NDArray[np.float64]:
        """What a third axis does to channels that are repeated at their ends, ``(C, C)``."""
        offsets = np.arange(-self.radius, self.radius + 1)
        matrix = np.zeros((channels, channels))
        for c in range(channels):
            np.add.at(matrix[c], border(c + offsets, channels, "replicate"), self.taps)
        return matrix


def _gaussian(size: int, sigma: float) -> tuple[float, ...]:
    weights = np.exp(-((np.arange(size) - size // 2) ** 2) / (2 * sigma**2))
    return tuple(weights / weights.sum())


_WINDOWS = {
    "gaussian-11-1.5": Window(_gaussian(11, 1.5)),
    "uniform-7": Window((1 / 7,) * 7),
    "3d-gaussian-11-1.5": Window(_gaussian(11, 1.5), axes=3),
}


def window(name: object) -> Window:
    """The window of that name; raises `ProtocolError` on an unknown one."""
    if not isinstance(name, str) or name not in _WINDOWS:
        msg = f"unknown SSIM window {name!r}; there are {', '.join(_WINDOWS)}"
        raise ProtocolError(msg)
    return _WINDOWS[name]
