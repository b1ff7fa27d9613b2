"""Restormer in strips: what it gives for the whole image, with one map of each level in memory."""

from __future__ import annotations

from torch import Tensor

from restorebench.backbones.backbone import Modulated
from restorebench.backbones.fold_views import fold, unfold
from restorebench.backbones.layers.channels_last import laid_out
from restorebench.backbones.layers.modulation import Modulation
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.network_inputs import read
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.restormer_config import MULTIPLE, Config
from restorebench.backbones.tiling.held import Ledger
from restorebench.backbones.tiling.restormer_run import Run

_BLOCK = 2
"""Pixels around an output that a block reads: a 3×3 convolution in either half."""


def halo_of(config: Config) -> int:
    """Pixels around an output that a Restormer depends on, the products of channels fixed."""
    around = [1 + _BLOCK * (config.refinement + config.blocks[0])]
    for blocks in config.blocks[1:]:
        around.append(-(-around[-1] // 2) + 1 + _BLOCK * blocks)
    needed = around.pop()
    for skip, blocks in zip(reversed(around), reversed(config.blocks[:-1]), strict=True):
        needed = max(skip, 2 * needed + 1) + _BLOCK * blocks
    return needed + 1


class InStrips(Modulated):
    """A Restormer that works in strips of `pixels` of its finest map, and as many numbers below.

    The products of channels are those that `ledger` knows, else those of what it is given; with
    `Ledger.record` what the core adds to them is put down there.
    """

    def __init__(self, net: Restormer, pixels: int, ledger: Ledger | None = None) -> None:
        super().__init__()
        self.net, self.pixels, self.inputs = net, pixels, net.inputs
        self.ledger = Ledger() if ledger is None else ledger

    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """As the network does."""
        return self.net.embed(time, condition)

    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """What the network gives but for the order of sums."""
        z = laid_out(pad_to_multiple(read(x, mu, self.inputs), MULTIPLE, "mirror"))
        parts = modulation.for_batch(x.shape[0], 1).parts()
        y = crop(Run(self.net, self.pixels, self.ledger, parts).output(z), *x.shape[-2:])
        return unfold(y + fold(x, self.inputs) if self.net.config.residual else y, x)
