"""An axis of a plot: numbers to places, and the ticks between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MARGIN = 0.05


@dataclass(frozen=True)
class Axis:
    """Numbers from `low` to `high` lie between the places `start` and `end`, linearly or by log."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float, log: bool = False) -> Axis:
        """An axis with room for the finite numbers of `values` and a margin (positive for log)."""
        known = [v for v in values if math.isfinite(v) and (v > 0 or not log)] or [1.0]
        low, high = min(known), max(known)
        if log:
            wide = (high / low) ** _MARGIN if high > low else 1.5
            return cls(low / wide, high * wide, start, end, log)
        wide = _MARGIN * (high - low) or abs(high) * _MARGIN or 1.0
        return cls(low - wide, high + wide, start, end)

    def place(self, value: float) -> float:
        """Where a number lies."""
        low, high, at = map(self._straight, (self.low, self.high, value))
        return self.start + (self.end - self.start) * (at - low) / (high - low)

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers on the axis, about `most` of them at the most."""
        if self.log:
            found = self._decades()
            if len(found) >= 3:
                return found[:: -(-len(found) // most)]
        return self._even(most)

    def _straight(self, value: float) -> float:
        return math.log(value) if self.log else value

    def _even(self, most: int) -> list[float]:
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(s * power for s in _STEPS if s * power >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [k * step for k in range(first, last + 1)]

    def _decades(self) -> list[float]:
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [s * 10.0**p for p in powers for s in _STEPS[:3]]
        return [value for value in found if self.low <= value <= self.high]


def written(ticks: Sequence[float]) -> list[str]:
    """Numbers, short and of as many digits each: ``0.70, 0.72``, ``500``, ``700k``."""
    thousands = max(map(abs, ticks), default=0) >= 1e4
    short = [f"{tick / 1000 if thousands else tick:.10g}" for tick in ticks]
    digits = max((len(s.partition(".")[2]) for s in short if "e" not in s), default=0)
    even = [s if "e" in s else f"{float(s):.{digits}f}" for s in short]
    return [s.replace("-", "−") + "k" * (thousands and float(s) != 0) for s in even]


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the given ones, at least `gap` apart, in [low, high] if there is room."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    moved = [places[k] for k in order]
    for k in range(len(moved)):
        moved[k] = max(moved[k], low if k == 0 else moved[k - 1] + gap)
    for k in reversed(range(len(moved))):
        moved[k] = min(moved[k], high if k == len(moved) - 1 else moved[k + 1] - gap)
    found = [0.0] * len(moved)
    for place, k in zip(moved, order, strict=True):
        found[k] = place
    return found
