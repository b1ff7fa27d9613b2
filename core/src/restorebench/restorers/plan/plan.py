"""How an image is restored: whole, or in pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from restorebench.backbones.tiling.tiling import PASSES, Statistics, Tiling
from restorebench.errors import OptionError

_IDENTITY = re.compile(r"-tiles-(exact(-halved)?|frozen-\d+-\d+|local-\d+)$")

LADDER = (2048, 1536, 1024, 768, 512, 384, 256)
"""Sides of tiles that are tried, the largest first; smaller ones are mostly halo."""


class Size(NamedTuple):
    """Of a sample: height and width of its input, views, and target pixels per input pixel."""

    height: int
    width: int
    views: int = 1
    scale: int = 1

    @property
    def pixels(self) -> int:
        """Of one view of the input."""
        return self.height * self.width


@dataclass(frozen=True)
class Plan:
    """How one image is restored; what a restored image depends on, but for `halo` and `state`.

    `tile`: the side of a tile in pixels of the network's input, without its halo; 0 is the whole
    image. `statistics`, `passes` and `recomputed` are those of `backbones.tiling.tiling.Tiling`.
    `halo`: pixels around a tile that are computed for it alone. `halved`: memory ran out on larger
    pieces. `state`: bytes of a solver's state that are on disk (`solvers.state`); 0 is in memory.
    """

    tile: int = 0
    statistics: Statistics = "exact"
    passes: int = PASSES
    recomputed: int = 0
    halo: int = 0
    halved: bool = False
    state: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is cut."""
        return not self.tile

    @property
    def tiling(self) -> Tiling:
        """How a network is evaluated so; the plan must have tiles."""
        return Tiling(self.tile, self.statistics, self.passes, self.recomputed)

    @property
    def identity(self) -> str:
        """What it adds to a restorer's fingerprint: ``""`` for the whole image.

        Exact tiles of any size are alike: they differ from the whole image, and from each other, by
        rounding.
        """
        if self.whole:
            return ""
        if self.halved and self.statistics == "exact":
            return "-tiles-exact-halved"
        own = {"exact": "", "frozen": f"-{self.tile}-{self.passes}", "local": f"-{self.tile}"}
        return f"-tiles-{self.statistics}{own[self.statistics]}"


WHOLE = Plan()

HALVED = Plan(1, halved=True)
"""What stands for any exact tiles that memory made of a larger plan: as good as the whole image."""


@dataclass(frozen=True)
class Limits:
    """What a user sets: `memory`, bytes of the process in all (None: 3/4 of what is free), `tile`.

    `tile` 0 is what memory makes of it. Raises `OptionError` for values that there are not, and for
    ``"local"`` statistics, which are of windows of a tile's size, without a tile.
    """

    memory: int | None = None
    tile: int = 0
    statistics: Statistics = "exact"

    def __post_init__(self) -> None:
        Tiling(self.tile or 1, self.statistics)  # checks them
        if self.statistics == "local" and not self.tile:
            msg = "local statistics are of windows as large as a tile: give a tile, such as 384"
            raise OptionError(msg)

    def within(self, own: Limits) -> Limits:
        """The same, with the tile and statistics of a restorer's `own` options, if it has some."""
        if self.tile or own == Limits():
            return self
        return Limits(self.memory, own.tile, own.statistics)

    def take(self, identity: str) -> bool:
        """Whether an image by a plan of that identity may be what these limits give.

        It depends on the image's size, too. With a tile, images are taken to be larger than that.
        """
        if not identity:
            return self.statistics == "exact" or not self.tile
        if self.statistics != "exact" and self.tile:
            return identity == Plan(self.tile, self.statistics).identity
        return identity.startswith(f"-tiles-{self.statistics}")


def identity_of(fingerprint: str) -> str:
    """The identity of the plan in a record's fingerprint; ``""`` where there is none."""
    found = _IDENTITY.search(fingerprint)
    return found[0] if found else ""
