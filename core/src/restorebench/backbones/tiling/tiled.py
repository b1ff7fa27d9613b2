"""A backbone that works on an image in tiles or strips."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.tiling.exact import Exact
from restorebench.backbones.tiling.geometry import check_tiling, geometry
from restorebench.backbones.tiling.restormer import InStrips
from restorebench.backbones.tiling.tiles import Tiles
from restorebench.backbones.tiling.tiling import Tiling

STRIP = 256
"""The side of a square of as many pixels as a strip has within a tile of a Restormer."""


class Tiled(Backbone):
    """`backbone`, called as it is, with the memory of a tile and of the maps in and out.

    Raises `OptionError` where the backbone cannot be evaluated as `tiling` says.
    """

    def __init__(self, backbone: Backbone, tiling: Tiling) -> None:
        super().__init__()
        check_tiling(backbone, tiling.statistics)
        self.backbone, self.tiling, self.inputs = backbone, tiling, backbone.inputs

    def embed(self, time: float | Tensor, condition: Tensor | None = None) -> Any:
        """As the backbone does."""
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
        """What the backbone gives, as far as the statistics are those of the whole image."""
        if isinstance(self.backbone, NAFNet) and self.tiling.statistics != "frozen":
            known = self.backbone.embed(time, condition) if modulation is None else modulation
            return Exact(self.backbone, self.tiling, x, mu, known)()
        if isinstance(self.backbone, Restormer) and self.tiling.statistics != "frozen":
            strips = InStrips(self.backbone, self.tiling.tile**2)
            out: Tensor = strips(x, mu, time, condition, modulation=modulation)
            return out
        return self._tiles(x, mu, time, condition, modulation)

    def _tiles(
        self, x: Tensor, mu: Tensor | None, time: object, condition: Tensor | None, modulation: Any
    ) -> Tensor:
        cut = geometry(self.backbone)
        assert cut is not None  # else `check_tiling` had refused it
        height, width = x.shape[-2:]
        windows = cut.windows(height, width, self.tiling.tile)
        tiles = Tiles(self.backbone, windows, x, mu, time, condition, modulation=modulation)
        if isinstance(self.backbone, Restormer):
            tiles.network = InStrips(self.backbone, STRIP**2, tiles.ledger)
        if self.tiling.statistics == "frozen":
            return tiles.frozen(self.tiling.tile**2, self.tiling.passes)
        return tiles.exact()
