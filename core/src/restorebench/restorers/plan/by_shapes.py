"""A restoration by shapes alone, whose network is looked at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.tiling.memory import LiveBytes
from restorebench.restorers.model import Model
from restorebench.restorers.plan.solver_state import Elsewhere, ShapeNoise


@dataclass
class Call:
    """What a call of a network takes at most, once it is known, and the shape that it gives."""

    peak: int = 0
    shape: torch.Size | None = None


class Restoring(nn.Module):
    """A model as a module, whose backbone's later calls are as large as the first one.

    `disk` is like the state, where that is not in memory.
    """

    disk: Tensor

    def __init__(self, model: Model, call: Call, disk: Tensor | None) -> None:
        super().__init__()
        self.model = model.with_backbone(_Measured(model.backbone, call))
        self.networks = nn.ModuleList(filter(None, (self.model.backbone, model.compressor)))
        if disk is not None:
            self.register_buffer("disk", torch.empty_like(disk))  # given, so that it is not counted
            self.model.state = partial(Elsewhere, self.disk)

    def forward(self, image: Tensor, condition: Tensor | None, guides: Tensor | None) -> Tensor:
        """Something of the shape of the restored images."""
        return self.model.restore(image, condition, ShapeNoise((0,)), guides=guides).images


class _Measured(Backbone):
    """A backbone that is run once; later calls take as much memory, and give what has its shape."""

    def __init__(self, backbone: Backbone, call: Call) -> None:
        super().__init__()
        self.backbone, self.inputs, self.call = backbone, backbone.inputs, call

    def embed(self, time: float | Tensor, condition: Tensor | None = None) -> Any:
        return self.backbone.embed(time, condition)

    def forward(
        self,
        x: Tensor,
        mu: Tensor | None = None,
        time: float | Tensor | None = None,
        condition: Tensor | None = None,
        *,
        modulation: Any = None,
    ) -> Tensor:
        if self.call.shape is not None:
            made = torch.empty(self.call.shape, dtype=x.dtype, device="meta")
            more = max(self.call.peak - made.nbytes, 0)
            torch.empty(more, dtype=torch.uint8, device="meta")
            return made
        given = [value for value in (x, mu) if value is not None]
        with LiveBytes((*self.parameters(), *given)) as live:
            out: Tensor = self.backbone(x, mu, time, condition, modulation=modulation)
        self.call.peak, self.call.shape = live.peak, out.shape
        return out
