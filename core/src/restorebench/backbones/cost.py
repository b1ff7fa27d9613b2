"""What a network costs, counted and not typed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils.flop_counter import FlopCounterMode

from restorebench.backbones.backbone import Backbone, Inputs


@dataclass(frozen=True)
class Cost:
    """`parameters`, and `macs`: multiply–adds of convolutions and matrix products in one call."""

    parameters: int
    macs: int


def parameters_of(module: nn.Module) -> int:
    """How many numbers a module has learned."""
    return sum(p.numel() for p in module.parameters())


def macs_of(module: nn.Module, *args: object, **kwargs: object) -> int:
    """Multiply–adds of ``module(*args)``, by shapes alone: nothing is computed or allocated.

    Tensors among the arguments need shapes only. As `torch.utils.flop_counter` counts, halved:
    convolutions, matrix products and attention, not element-wise work.
    """
    state = dict(module.named_parameters()) | dict(module.named_buffers())
    weights = {name: value.to("meta") for name, value in state.items()}
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad(), torch.device("meta"):
        given = {name: _meta(value) for name, value in kwargs.items()}
        functional_call(module, weights, tuple(map(_meta, args)), given)
    return int(counter.get_total_flops()) // 2


def cost_of(backbone: Backbone, height: int, width: int) -> Cost:
    """The cost of one call on one sample of `height` × `width` (every view of it)."""
    macs = macs_of(backbone, *shapes_for(backbone, height, width))
    return Cost(parameters_of(backbone), macs)


def shapes_for(backbone: Backbone, height: int, width: int) -> tuple[Tensor | None, ...]:
    """x, μ, time and condition of one sample as `backbone` takes them: shapes, without values."""
    inputs, dtype = backbone.inputs, next(backbone.parameters()).dtype
    x = _image(inputs, height, width, dtype)
    mu = _image(replace(inputs, channels=inputs.channels + inputs.guides), height, width, dtype)
    time = torch.empty(1, device="meta") if inputs.timed else None
    dim = inputs.condition_dim
    condition = torch.empty(1, dim, device="meta") if dim else None
    return x, mu if inputs.degraded or inputs.guides else None, time, condition


def _image(inputs: Inputs, height: int, width: int, dtype: torch.dtype) -> Tensor:
    shape = (1, inputs.views, inputs.channels, height, width)
    return torch.empty(shape, device="meta", dtype=dtype)


def _meta(value: object) -> object:
    return value.to("meta") if isinstance(value, Tensor) else value
