"""What a restorer gives is of the size that was asked for, and of finite numbers in [0, 1]."""

from __future__ import annotations

import numpy as np

from restorebench.errors import ImageError
from restorebench.restorers.values import check_values
from restorebench.types import Restoration, Sample


def check_restoration(output: Restoration, sample: Sample) -> None:
    """Raise `ImageError` unless `output` is a restoration of `sample`."""
    image = np.asarray(output.image)
    if image.shape != sample.target_shape:
        msg = (
            f"the restoration of {sample.id!r} has shape {image.shape}, "
            f"expected {sample.target_shape}; images are never resized to fit"
        )
        raise ImageError(msg)
    check_values(image, f"the restoration of {sample.id!r}")
