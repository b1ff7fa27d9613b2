"""A linear scale from values to pixels, with round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` at pixels from `start` to `end`; `ticks` are (pixel, text)."""

    low: float
    high: float
    start: float
    end: float
    count: int = 5

    def at(self, value: float) -> float:
        """The pixel of a value."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """At most about `count` round numbers: 1, 2 or 5 times a power of ten apart."""
        rough = (self.high - self.low) / self.count
        power = 10 ** math.floor(math.log10(rough))
        step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        values = [n * step for n in range(first, last + 1)]
        return [(self.at(value), f"{value:.{digits}f}") for value in values]


def scale_of(values: Sequence[float], start: float, end: float, ticks: int = 5) -> Scale:
    """A scale that holds all finite `values` with a margin on both sides."""
    low, high = min(values), max(values)
    margin = 0.07 * (high - low) or 0.1 * abs(high) or 1.0
    return Scale(low - margin, high + margin, start, end, ticks)
