"""The plans of a network from outside, which may be cut where it says how far it sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from restorebench.errors import OptionError
from restorebench.restorers.plan.plan import LADDER, WHOLE, Limits, Plan, Size

UNCUT = (
    "nothing says how far this network sees: give halo=PIXELS, half of its receptive field, where "
    "that is bounded"
)

_LEAST = 16
"""Pixels below which a tile is not halved."""

_KEPT = 2.2
"""What the whole image takes where the allocator keeps freed blocks, for every byte in use."""


@dataclass(frozen=True)
class NetworkCosts:
    """As `plan.choose.Costs`: `halo` None is a network that works on whole images.

    Tiles begin at multiples of `multiple`. `enlarged`: the network is given the image at the
    output's size. `counted` gives the bytes of a call on views of height × width, None where they
    are not known.
    """

    limits: Limits
    halo: int | None
    multiple: int
    enlarged: bool
    counted: Callable[[int, int, int], int | None]

    def plans(self, size: Size) -> Sequence[Plan]:
        """The whole image, then in tiles; `OptionError` for tiles of a network that has none."""
        tile, side = self.limits.tile, max(self._given(size))
        if self.halo is None and 0 < tile < side:
            raise OptionError(UNCUT)
        if self.halo is None or tile >= side:
            return [WHOLE]
        if tile:
            return [self._tiled(tile)]
        return [WHOLE, *(self._tiled(tile) for tile in LADDER if tile < side)]

    def bytes(self, size: Size, plan: Plan) -> int | None:
        """Of the sample, the output twice, and what lives while the network is called.

        None for a network that has the whole image alone: it is tried.
        """
        if self.halo is None:
            return None
        most = plan.tile + 2 * plan.halo
        sides = self._given(size) if plan.whole else (min(side, most) for side in self._given(size))
        called = self.counted(size.views, *sides)
        if called is None:
            return None
        image = 12 * size.views * size.pixels
        return image * (1 + 2 * size.scale**2) + int(called * (_KEPT if plan.whole else 1))

    def halved(self, size: Size, plan: Plan) -> Plan | None:
        """With half the tile."""
        tile = (plan.tile or max(self._given(size))) // 2
        return None if self.halo is None or tile < _LEAST else self._tiled(tile)

    @property
    def uncut(self) -> str:
        """Why it works on whole images only."""
        return UNCUT if self.halo is None else ""

    def _given(self, size: Size) -> tuple[int, int]:
        larger = size.scale if self.enlarged else 1
        return size.height * larger, size.width * larger

    def _tiled(self, tile: int) -> Plan:
        tile, halo = (side + -side % self.multiple for side in (tile, self.halo or 0))
        return Plan(tile, halo=halo)
