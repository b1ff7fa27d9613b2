"""A prediction and its target, brought into the form that a measure asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorebench.data.colour import as_float, quantise
from restorebench.data.opencv_resize import bilinear
from restorebench.errors import ImageError, MetricUnavailableError
from restorebench.metrics.metric import Mask
from restorebench.metrics.protocol import Kernel, Measure
from restorebench.types import Array, Pixels

OF_THE_SAMPLE = "the sample "
"""How a reason begins that lies in the sample, and so holds wherever it is scored."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two 8-bit images ``(V, 3, H, W)`` and a mask ``(1, H, W)`` in [0, 1], or None.

    Raises `ImageError` where they are not of one size: nothing is ever resized to fit.
    """

    prediction: Pixels
    target: Pixels
    mask: Array | None = None

    def __post_init__(self) -> None:
        for name in ("prediction", "target"):
            _check_pixels(getattr(self, name), name)
        if self.prediction.shape != self.target.shape:
            msg = f"the prediction is {self.prediction.shape}, but its target {self.target.shape}"
            raise ImageError(msg)
        if self.mask is not None:
            _check_mask(self.mask, (1, *self.target.shape[2:]))

    def resized(self, size: tuple[int, int] | None, kernel: Kernel = "cubic") -> Pair:
        """Both images and the mask at `size`, ``(H, W)``, 8 bit again."""
        if size is None:
            return self
        from restorebench.data.resize import imresize  # scipy.sparse is slow to import

        def at_size(pixels: Pixels) -> Pixels:
            if kernel == "linear-opencv":
                return bilinear(pixels, size)
            return imresize(pixels, size, kernel)

        mask = None if self.mask is None else as_float(at_size(quantise(self.mask)))
        return Pair(at_size(self.prediction), at_size(self.target), mask)

    def framed(self, measure: Measure) -> Pair:
        """The views and the frame that `measure` looks at; no copy is made."""
        height, width = self.target.shape[2:]
        tall, wide = measure.center or (height, width)
        crop, top, left = measure.crop, (height - tall) // 2, (width - wide) // 2
        if min(top, left) < 0 or tall <= 2 * crop or wide <= 2 * crop + measure.crop_left:
            msg = f"an image of {height}×{width} px is too small to crop as the protocol asks"
            raise ImageError(msg)
        rows = slice(top + crop, top + tall - crop)
        frame = (..., rows, slice(left + crop + measure.crop_left, left + wide - crop))
        views = slice(1) if measure.views == "left" else slice(None)
        mask = None if self.mask is None else self.mask[frame]
        return Pair(self.prediction[views][frame], self.target[views][frame], mask)

    def region(self, measure: Measure) -> Mask:
        """The pixels of the measure's region; `MetricUnavailableError` where there are none."""
        if self.mask is None:
            msg = f"{OF_THE_SAMPLE}has no mask"
            raise MetricUnavailableError(msg)
        inside: Mask = self.mask[0] >= 0.5 if measure.mask_rule == "half" else self.mask[0] > 0
        region = inside if measure.region == "mask" else ~inside
        if not region.any():
            where = "inside" if measure.region == "mask" else "outside"
            msg = f"{OF_THE_SAMPLE}has no pixel {where} its mask"
            raise MetricUnavailableError(msg)
        return region

    def zeroed(self, region: Mask) -> Pair:
        """Both images black outside `region`."""
        return Pair(self.prediction * region, self.target * region)


def _check_pixels(pixels: Pixels, name: str) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1] != 3 or 0 in pixels.shape:
        msg = f"the {name} is {pixels.dtype} of shape {pixels.shape}; expected uint8 (V, 3, H, W)"
        raise ImageError(msg)


def _check_mask(mask: Array, shape: tuple[int, ...]) -> None:
    if mask.shape != shape:
        msg = f"the mask has shape {mask.shape}, but the target needs {shape}"
        raise ImageError(msg)
    if not (mask.min() >= 0 and mask.max() <= 1):  # NaN fails this too
        msg = f"the mask has values in [{mask.min():g}, {mask.max():g}]; expected [0, 1]"
        raise ImageError(msg)
