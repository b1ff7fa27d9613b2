"""Bicubic upscaling: the reference row of super-resolution."""

from __future__ import annotations

from restorebench.data.colour import as_float, quantise
from restorebench.data.resize import imresize
from restorebench.restorers.base import Context
from restorebench.types import Restoration, Sample


class Bicubic:
    """Upscales each view of the 8-bit input to the target's size as MATLAB's `imresize` does."""

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The degraded image at the sample's scale."""
        return Restoration(as_float(imresize(quantise(sample.degraded), sample.target_shape[2:])))
