"""Curves of a run of training, read from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from restorebench.training.logs.csv_log import CsvLog

BINS = 50
"""Points of a curve of losses: each is the mean over so many equal parts of the run."""


class Point(NamedTuple):
    """A value over x, with the ends of its interval where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


def validation(run: Path) -> tuple[Point, ...]:
    """Score of the validation samples (PSNR, dB) over steps; empty where nothing was validated."""
    return tuple(Point(float(step), float(psnr)) for step, psnr, _ in _rows(run, "validation", 3))


def inputs(run: Path) -> float | None:
    """Score of the validation samples as they are given (PSNR, dB)."""
    rows = _rows(run, "validation", 3)
    return float(rows[-1][2]) if rows else None


def losses(run: Path) -> tuple[Point, ...]:
    """Mean loss of each of up to `BINS` parts of the run, at the last step of the part."""
    rows = _rows(run, "log", 5)
    each = max(1, -(-len(rows) // BINS))
    parts = [rows[k : k + each] for k in range(0, len(rows), each)]
    return tuple(
        Point(float(part[-1][0]), sum(float(row[1]) for row in part) / len(part)) for part in parts
    )


def _rows(run: Path, name: str, columns: int) -> list[list[str]]:
    return CsvLog(run / f"{name}.csv", ("",) * columns).rows()
