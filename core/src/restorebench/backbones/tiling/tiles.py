"""A network run on window after window: to find its couplings, and to give its output."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

from torch import Tensor
from torch.nn.functional import interpolate

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.tiling.held import CouplingFound, Ledger, couplings, held
from restorebench.backbones.tiling.windows import Window, by_shape


class Tiles:
    """One call of a backbone on windows that are independent of each other.

    `given`: the time and the condition, with their `modulation`.
    """

    def __init__(
        self,
        backbone: Backbone,
        windows: list[Window],
        x: Tensor,
        mu: Tensor | None,
        *given: Any,
        modulation: Any,
    ) -> None:
        self.backbone, self.x, self.mu = backbone, x, mu
        # where only memory is counted, the largest stands for all, and one pass for any number
        self.windows = [max(windows, key=_pixels)] if by_shape() else windows
        self.given, self.modulation = given, modulation
        self.ledger = Ledger()
        self.network: Backbone = held(backbone, self.ledger)

    def frozen(self, pixels: int, passes: int) -> Tensor:
        """With couplings of the image reduced to `pixels`, then `passes` over the windows."""
        self._reduced(pixels)
        self.ledger.record = True
        for _ in range(0 if by_shape() else passes):
            self._find()
        self.ledger.record = False
        return self._output()

    def exact(self) -> Tensor:
        """Coupling after coupling, each by a pass over the windows that ends there."""
        self.ledger.stop = True
        for _ in couplings(self.backbone):
            self._find()
        self.ledger.stop = False
        return self._output()

    def _reduced(self, pixels: int) -> None:
        """Each mean of k × k pixels as one."""
        height, width = self.x.shape[-2:]
        k = min(math.ceil(math.sqrt(height * width / pixels)), height, width)
        self.ledger.record = True
        self._run(_smaller(self.x, k), self.mu if self.mu is None else _smaller(self.mu, k))
        self.ledger.learn()
        for number, (_, coupling) in enumerate(couplings(self.backbone)):
            self.ledger.known[number] = coupling.enlarged(self.ledger.known[number], k * k)

    def _find(self) -> None:
        for window in self.windows:
            with suppress(CouplingFound):
                self._on(window)
        self.ledger.learn()

    def _output(self) -> Tensor:
        scale, (height, width) = self.backbone.inputs.upscale, self.x.shape[-2:]
        out = self.x.new_empty(*self.x.shape[:-2], height * scale, width * scale)
        for window in self.windows:
            part = window.core.within(window.outer).scaled(scale)
            window.core.scaled(scale).of(out).copy_(part.of(self._on(window)))
        return out

    def _on(self, window: Window) -> Tensor:
        self.ledger.place(window)
        mu = self.mu if self.mu is None else window.outer.of(self.mu)
        return self._run(window.outer.of(self.x), mu)

    def _run(self, x: Tensor, mu: Tensor | None) -> Tensor:
        out: Tensor = self.network(x, mu, *self.given, modulation=self.modulation)
        return out


def _pixels(window: Window) -> int:
    return window.outer.rows.size * window.outer.columns.size


def _smaller(x: Tensor, k: int) -> Tensor:
    if k == 1:
        return x
    small = interpolate(x.flatten(0, -4), scale_factor=1 / k, mode="area")
    return small.reshape(*x.shape[:-2], *small.shape[-2:])
