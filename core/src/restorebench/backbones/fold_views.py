"""Views fold into the batch on the way in, and come apart again on the way out."""

from __future__ import annotations

from torch import Tensor

from restorebench.backbones.backbone import Inputs
from restorebench.errors import ImageError


def fold(x: Tensor, inputs: Inputs) -> Tensor:
    """(B, V, C, H, W) to (V·B, C, H, W), all left views first; (B, C, H, W) has one view.

    Raises `ImageError` where the shape does not fit `inputs`.
    """
    views = x.shape[1] if x.ndim == 5 else 1
    expected = (inputs.views, inputs.channels)
    if x.ndim not in (4, 5) or (views, x.shape[-3]) != expected or not x.numel():
        shape = "(B, V, C, H, W)" if inputs.views > 1 else "(B, C, H, W) or (B, V, C, H, W)"
        msg = (
            f"the network got {tuple(x.shape)}; expected {shape} "
            f"with V = {inputs.views} and C = {inputs.channels}"
        )
        raise ImageError(msg)
    return x if x.ndim == 4 else x.transpose(0, 1).flatten(0, 1)


def unfold(y: Tensor, like: Tensor) -> Tensor:
    """Undo `fold`: (V·B, C, H, W) back to the number of axes of `like`."""
    if like.ndim == 4:
        return y
    batch, views = like.shape[:2]
    return y.reshape(views, batch, *y.shape[1:]).transpose(0, 1)
