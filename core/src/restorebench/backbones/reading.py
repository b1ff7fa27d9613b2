"""What a network reads: the state beside the degraded picture, and the time."""

from __future__ import annotations

import torch
from torch import Tensor

from restorebench.backbones.backbone import Inputs
from restorebench.backbones.views import fold
from restorebench.errors import ImageError, SampleError


def read(x: Tensor, mu: Tensor | None, inputs: Inputs, *, difference: bool = True) -> Tensor:
    """[x − μ, μ] on the channels (or [x, μ] without `difference`), views folded into the batch.

    x alone where `inputs` do not name the degraded picture. Raises `SampleError` where μ is
    wanted and absent, `ImageError` where a shape does not fit.
    """
    view = fold(x, inputs)
    if not inputs.degraded:
        return view
    if mu is None:
        msg = "this network reads the degraded picture: pass mu, of the shape of x"
        raise SampleError(msg)
    if mu.shape != x.shape:
        msg = f"mu is {tuple(mu.shape)} and x is {tuple(x.shape)}; expected the same shape"
        raise ImageError(msg)
    degraded = fold(mu, inputs)
    return torch.cat([view - degraded if difference else view, degraded], dim=1)


def times_of(time: float | Tensor | None, like: Tensor) -> Tensor:
    """`time` as a tensor beside `like`; `SampleError` where there is none."""
    if time is None:
        msg = "this network is conditioned on the time: pass a number, or one per sample"
        raise SampleError(msg)
    times = torch.as_tensor(time, device=like.device)
    if times.ndim > 1:
        msg = f"times of shape {tuple(times.shape)}; expected one number, or one per sample (B,)"
        raise SampleError(msg)
    return times


def refuse_condition(condition: Tensor | None) -> None:
    """Raise `SampleError` rather than ignore a condition that the network has no part for."""
    if condition is not None and condition.shape[-1]:
        msg = (
            f"this network takes no condition; got {condition.shape[-1]} numbers "
            "(NAFNet has a part for them: condition_dim)"
        )
        raise SampleError(msg)
