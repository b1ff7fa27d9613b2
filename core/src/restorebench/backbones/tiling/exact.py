"""NAFNet with statistics of the whole image, its coarse maps whole, its finest ones in tiles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import islice

from torch import Tensor
from torch.nn.functional import pad

from restorebench.backbones.layers.channels_last import laid_out
from restorebench.backbones.layers.modulation import Modulation
from restorebench.backbones.nafnet import NAFNet, through
from restorebench.backbones.network_inputs import read
from restorebench.backbones.tiling import reach
from restorebench.backbones.tiling.held import CouplingFound, Ledger, held
from restorebench.backbones.tiling.layers import Layers, blocks_of, map_like, tidied
from restorebench.backbones.tiling.tiling import Tiling
from restorebench.backbones.tiling.windows import Window, rounded_up, windows


class Exact:
    """One call of a NAFNet: `Exact(net, tiling, x, mu, modulation)()`.

    The finest `tiling.recomputed` levels are computed again, tile by tile, each time that they
    are needed: to find each of their blocks' means, and for what goes on. The maps of the others
    are kept, and are worked on layer by layer.
    """

    def __init__(
        self, net: NAFNet, tiling: Tiling, x: Tensor, mu: Tensor | None, modulation: Modulation
    ) -> None:
        self.net, self.tiling, self.x, self.mu = net, tiling, x, mu
        config = net.config
        # stereo attention and local means are of whole rows, which only whole maps have
        cut = config.fusion == "none" and not config.local_pool and tiling.statistics != "local"
        self.levels = min(tiling.recomputed, len(config.encoder)) if cut else 0
        height, width = (rounded_up(side, config.multiple) for side in x.shape[-2:])
        self.size = height, width
        known = modulation.for_batch(x.shape[0], config.views).parts()
        self.parts = list(islice(known, len(blocks_of(net))))
        self.before = sum(config.encoder[: self.levels])
        self.after = len(self.parts) - sum(config.decoder[len(config.decoder) - self.levels :])
        self.ledger = Ledger()
        self.twin = held(net, self.ledger)

    def __call__(self) -> Tensor:
        """The output."""
        down = self._windows(reach.from_input(self.net.config, self.levels))
        up = self._windows(reach.both_ways(self.net.config, self.levels))
        for _ in range(self.before):
            self._find(down, self._down)
        x = self._between(self._descended(down))
        for _ in range(self.after, len(self.parts)):
            self._find(up, lambda window: self._up(window, x))
        return self._output(up, x)

    def _windows(self, around: int) -> list[Window]:
        """Tiles of whole multiples, so that none has padding alone."""
        side = rounded_up(self.tiling.tile, self.net.config.multiple)
        halo = rounded_up(around, 1 << self.levels)
        return list(windows(self.size, (side, side), (halo, halo)))

    def _find(self, tiles: list[Window], run: Callable[[Window], object]) -> None:
        """The next block's mean."""
        self.ledger.stop = True
        for window in tiles:
            self.ledger.place(window)
            with suppress(CouplingFound):
                run(window)
        self.ledger.learn()
        self.ledger.stop = False

    def _input(self, window: Window) -> Tensor:
        mu = self.mu if self.mu is None else window.outer.of(self.mu)
        view = read(window.outer.of(self.x), mu, self.net.inputs)
        right = window.outer.columns.size - view.shape[-1]
        below = window.outer.rows.size - view.shape[-2]
        z = pad(view, (0, right, 0, below)) if right or below else view
        return laid_out(z)

    def _down(self, window: Window) -> Tensor:
        z, parts = self._input(window), iter(self.parts[: self.before])
        return self.twin.descend(z, parts, self.levels)[0]

    def _skips(self, window: Window) -> list[Tensor]:
        """What the way up needs of the way down, which ends before the last halving."""
        z, parts = self._input(window), iter(self.parts[: self.before])
        if not self.levels:
            return self.twin.descend(z, parts, 0)[1]
        x, skips = self.twin.descend(z, parts, self.levels - 1)
        return [*skips, through(self.twin.encoder[self.levels - 1], x, parts)]

    def _descended(self, tiles: list[Window]) -> Tensor:
        config, (height, width) = self.net.config, self.size
        n, channels = self.x.shape[0] * config.views, config.width << self.levels
        out = map_like(self.x, n, channels, height >> self.levels, width >> self.levels)
        for window in tiles:
            core = window.core.scaled(1, 1 << self.levels)
            part = window.core.within(window.outer).scaled(1, 1 << self.levels)
            core.of(out).copy_(part.of(self._down(window)))
        return out

    def _between(self, x: Tensor) -> Tensor:
        window = self.tiling.tile if self.tiling.statistics == "local" else None
        parts = iter(self.parts[self.before : self.after])
        return Layers(self.net, self.levels, parts, self.tiling.tile**2, window)(x)

    def _up(self, window: Window, x: Tensor) -> Tensor:
        skips = self._skips(window)
        below = window.outer.scaled(1, 1 << self.levels).of(x)
        return self.twin.ascend(below, skips, iter(self.parts[self.after :]))

    def _output(self, tiles: list[Window], x: Tensor) -> Tensor:
        tidied(x)
        scale, (height, width) = self.net.inputs.upscale, self.x.shape[-2:]
        out = self.x.new_empty(*self.x.shape[:-2], height * scale, width * scale)
        for window in tiles:
            mu = self.mu if self.mu is None else window.outer.of(self.mu)
            made = self.net.finish(self._up(window, x), window.outer.of(self.x), mu)
            window.core.scaled(scale).of(out).copy_(
                window.core.within(window.outer).scaled(scale).of(made)
            )
        return out
