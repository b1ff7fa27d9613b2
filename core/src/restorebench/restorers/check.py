"""What a restorer gives is an image of the size that was asked for, of finite numbers in [0, 1]."""

from __future__ import annotations

import numpy as np

from restorebench.errors import ImageError
from restorebench.restorers.values import check_shape, check_values
from restorebench.types import Restoration, Sample

_TENSOR = "give NumPy's array of it, image.detach().float().cpu().numpy()"


def check_restoration(output: Restoration, sample: Sample) -> None:
    """Raise `ImageError` unless `output` is a restoration of `sample`."""
    where = f"the restoration of {sample.id!r}"
    check_kind(output, where)
    check_shape(output.image.shape, sample.target_shape, where)
    check_values(output.image, where)


def check_kind(output: object, where: str) -> None:
    """Raise `ImageError` unless `output` is a `Restoration` whose image is an array of floats."""
    if not isinstance(output, Restoration):
        msg = f"{where} is {_kind(output)}; return restorebench.Restoration(image)"
        raise ImageError(msg)
    image: object = output.image
    if not isinstance(image, np.ndarray) or isinstance(image, np.ma.MaskedArray):
        what = _TENSOR if hasattr(image, "detach") else "give a NumPy array, float32 in [0, 1]"
        msg = f"the image of {where} is {_kind(image)}; {what}"
        raise ImageError(msg)
    if image.dtype.kind != "f":
        bits = ", as 8-bit images; expected [0, 1]: divide by 255"
        what = bits if image.dtype == np.uint8 else "; expected float32 in [0, 1]"
        msg = f"{where} has values of type {image.dtype}{what}"
        raise ImageError(msg)


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
