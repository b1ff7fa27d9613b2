"""A column of a leaderboard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One scored column, such as ``psnr_mask`` with the title ``PSNR mask``.

    `higher_is_better` is None where the metric is not installed here. `best` is the score of two
    equal images, where that is known.
    """

    name: str
    title: str
    higher_is_better: bool | None
    unit: str = ""
    digits: int = 4
    best: float | None = None

    @property
    def arrow(self) -> str:
        """Which way is better."""
        return {True: "↑", False: "↓", None: ""}[self.higher_is_better]
