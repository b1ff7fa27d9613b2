"""What a network reads: the state beside the degraded image, and the time."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from restorebench.backbones.backbone import Inputs
from restorebench.backbones.fold_views import fold
from restorebench.errors import ImageError, SampleError


def read(x: Tensor, mu: Tensor | None, inputs: Inputs, *, difference: bool = True) -> Tensor:
    """[x − μ, μ] on the channels (or [x, μ] without `difference`), views folded into the batch.

    x alone where `inputs` do not name the degraded image; then μ's guides, where there are any.
    Raises `SampleError` where μ is needed and absent, `ImageError` where a shape does not fit.
    """
    view = fold(x, inputs)
    if not inputs.degraded and not inputs.guides:
        return view
    if mu is None:
        msg = "this network reads the degraded image: pass mu, of the shape of x"
        raise SampleError(msg)
    _check_degraded(mu, x, inputs.guides)
    known = fold(mu, replace(inputs, channels=inputs.channels + inputs.guides))
    image, guides = known[:, : inputs.channels], known[:, inputs.channels :]
    if not inputs.degraded:
        return torch.cat([view, guides], dim=1)
    return torch.cat([view - image if difference else view, image, guides], dim=1)


def degraded(x: Tensor, mu: Tensor | None, inputs: Inputs) -> Tensor:
    """The degraded image without guides: μ's channels, or x where the network reads no μ."""
    return x if mu is None or not inputs.degraded else mu[..., : inputs.channels, :, :]


def _check_degraded(mu: Tensor, x: Tensor, guides: int) -> None:
    expected = (*x.shape[:-3], x.shape[-3] + guides, *x.shape[-2:])
    if mu.shape != expected:
        what = f"{expected}, with {guides} channels of guides" if guides else "the same shape"
        msg = f"mu is {tuple(mu.shape)} and x is {tuple(x.shape)}; expected {what}"
        raise ImageError(msg)


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
