"""How a network is evaluated on an image that is too large for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from restorebench.errors import OptionError

Statistics = Literal["exact", "frozen", "local"]

PASSES = 2
"""Passes of `frozen` by default. More are not always nearer: see docs/engine.md, or use `exact`."""


@dataclass(frozen=True)
class Tiling:
    """How a network is evaluated piece by piece; a part of what a restored image depends on.

    `tile`: the side of a tile in pixels of the network's input, without its halo; strips have
    as many pixels. `statistics`: where the numbers come from that couple the whole image, such as
    the means of NAFNet's channel attention.

    - ``"exact"``: those of the whole image. Nothing differs but the order of sums.
    - ``"frozen"``: first those of a reduced image, then those found over the tiles in each of
      `passes`; with p passes the first p couplings are exact, and the others near.
    - ``"local"``: means over windows of `tile` around each pixel (TLC, Chu et al., ECCV 2022):
      another estimator, for networks that were trained on crops of about that size.

    `recomputed`, with ``"exact"``: of how many levels, from the finest, NAFNet's maps are computed
    again where they are needed, rather than kept: less memory for more time.
    """

    tile: int
    statistics: Statistics = "exact"
    passes: int = PASSES
    recomputed: int = 0

    def __post_init__(self) -> None:
        if self.statistics not in get_args(Statistics):
            msg = f"statistics are {self.statistics!r}; there are {', '.join(get_args(Statistics))}"
            raise OptionError(msg)
        for name, value, least in (
            ("tile", self.tile, 1),
            ("passes", self.passes, 0),
            ("recomputed", self.recomputed, 0),
        ):
            if not isinstance(value, int) or value < least:
                msg = f"{name} of a tiling is {value!r}; expected a whole number from {least}"
                raise OptionError(msg)
