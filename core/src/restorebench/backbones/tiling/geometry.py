"""How a backbone can be cut: what it sees around a pixel, and which sizes it works on."""

from __future__ import annotations

from dataclasses import dataclass

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.restormer_config import MULTIPLE
from restorebench.backbones.tiling import reach, restormer, unet
from restorebench.backbones.tiling.tiling import Statistics
from restorebench.backbones.tiling.windows import Window, rounded_up, windows
from restorebench.backbones.unet import UNet
from restorebench.errors import OptionError


@dataclass(frozen=True)
class Geometry:
    """`halo`: pixels around an output pixel that it depends on, with the couplings fixed.

    Tiles begin at multiples of `multiple`. `whole_rows`: rows cannot be cut.
    """

    halo: int
    multiple: int
    whole_rows: bool = False

    def windows(self, height: int, width: int, tile: int) -> list[Window]:
        """Tiles of about `tile` × `tile` pixels, of a whole row or more where they must be."""
        size = rounded_up(height, self.multiple), rounded_up(width, self.multiple)
        side, halo = rounded_up(tile, self.multiple), rounded_up(self.halo, self.multiple)
        if not self.whole_rows:
            return list(windows(size, (side, side), (halo, halo)))
        rows = rounded_up(max(1, tile * tile // size[1]), self.multiple)
        return list(windows(size, (rows, size[1]), (halo, 0)))


def geometry(backbone: Backbone) -> Geometry | None:
    """How `backbone` can be cut into tiles; None where each output depends on every input.

    A network of a plugin says it by the attributes `halo`, and `multiple` where that is not 1.
    """
    if isinstance(backbone, NAFNet):
        return _nafnet(backbone)
    if isinstance(backbone, Restormer):
        return Geometry(restormer.halo_of(backbone.config), MULTIPLE)
    if isinstance(backbone, UNet):
        return _unet(backbone)
    declared = getattr(backbone, "halo", None)
    if not isinstance(declared, int):
        return None
    return Geometry(declared, int(getattr(backbone, "multiple", 1)))


def halo(backbone: Backbone) -> int | None:
    """Pixels around an output that it depends on, its couplings fixed; None: it has no tiles."""
    found = geometry(backbone)
    return None if found is None else found.halo


def statistics_of(backbone: Backbone) -> tuple[Statistics, ...]:
    """What `Tiling.statistics` can be for `backbone`; nothing where it cannot be cut."""
    if isinstance(backbone, NAFNet):
        tiles: tuple[Statistics, ...] = () if geometry(backbone) is None else ("frozen",)
        return ("exact", *tiles, "local")
    return () if geometry(backbone) is None else ("exact", "frozen")


def check_tiling(backbone: Backbone, statistics: Statistics) -> None:
    """Raise `OptionError` where `backbone` cannot be evaluated so."""
    possible = statistics_of(backbone)
    if statistics in possible:
        return
    name = type(backbone).__name__
    if possible:
        msg = f"a {name} like this one has no {statistics!r} tiles; it has {', '.join(possible)}"
        raise OptionError(msg)
    msg = (
        f"a {name} cannot be cut into tiles: its attention compares every position of the image "
        "with every other; give it a smaller image, or use a NAFNet, a Restormer or a UNet, whose "
        "statistics of the image are sums"
    )
    raise OptionError(msg)


def _unet(backbone: UNet) -> Geometry | None:
    config = backbone.config
    if config.middle == "full":
        return None
    return Geometry(unet.halo_of(config), config.multiple, whole_rows=config.views > 1)


def _nafnet(backbone: NAFNet) -> Geometry | None:
    config = backbone.config
    if config.local_pool or config.fusion == "quarter":
        return None
    return Geometry(reach.whole(config), config.multiple, whole_rows=config.fusion != "none")
