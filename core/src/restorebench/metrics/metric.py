"""What a metric is: two images and a measure to a number."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import ProtocolError
from restorebench.metrics.protocol import Measure
from restorebench.types import Pixels

Mask = NDArray[np.bool_]
"""The pixels that count, ``(H, W)``."""


class Metric(ABC):
    """A metric, as the registry's targets are: one object, which may keep what it loads.

    `version` changes whenever its numbers do; a measure written for another version is refused.
    """

    version: ClassVar[str] = "1"

    @abstractmethod
    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """The number for one view, both ``(3, H, W)``; `region` is None or has at least one pixel.

        Raises `MetricUnavailableError` where weights or a package are absent here, `ChecksumError`
        where they are not what they should be, `ImageError` on images too small for it, and
        `ProtocolError` on a measure that it does not understand.
        """

    def check(self, measure: Measure) -> str | None:
        """Why `measure` cannot be computed here, or None; cheap, and needs no images.

        Raises `ProtocolError` on a measure that it does not understand, before anything is scored.
        """
        return None

    def provenance(self, measure: Measure) -> dict[str, Any]:
        """What else the number depends on: files and packages with their versions."""
        return {"version": self.version}


def whole_image_only(region: Mask | None, measure: Measure) -> None:
    """Raise `ProtocolError` for a metric that has no meaning on a set of pixels."""
    if region is not None:
        msg = f"{measure.metric!r} cannot be restricted to a region; only rest='zeroed' would work"
        raise ProtocolError(msg)


def rgb_only(measure: Measure) -> None:
    """Raise `ProtocolError` for a metric that takes RGB and nothing else."""
    if measure.channels != "rgb":
        msg = f"{measure.metric!r} takes RGB; the protocol asks for {measure.channels!r}"
        raise ProtocolError(msg)
