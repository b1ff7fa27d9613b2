"""Outputs that have the right shape and are hardly meant: BGR, [−1, 1], divided by 255 twice."""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.types import Array, Sample

_CLEARLY = 0.25
"""How much nearer an output is to the input where it is said to be read otherwise."""

_SMALL = 1e-3
"""A mean squared difference that asks no question."""

_NEGATIVE = 0.2
"""The part of an output below 0 that no restoration in [0, 1] has."""

_COMPARED = 256
"""Rows and columns of an image that are compared at least, where it has as many."""

_log = logging.getLogger("restorebench")


class _Reading(NamedTuple):
    """Another way to read an output, what it is, and the values that it gives."""

    name: str
    remedy: str
    values: NDArray[np.floating]


def doubt(output: Array, degraded: Array) -> str:
    """Why an output is hardly meant: read otherwise, it is far nearer to its input; or ``""``.

    Both are ``(V, 3, H, W)``; those of super-resolution, whose shapes differ, are not compared.
    """
    if output.shape != degraded.shape:
        return ""
    rows, columns = (slice(None, None, 1 + side // _COMPARED) for side in output.shape[2:])
    out, given = (image[:, :, rows, columns] for image in (output, degraded))
    most = _CLEARLY * (plain := _difference(out, given))
    if plain <= _SMALL:
        return ""
    near = (one for one in _readings(out) if _difference(one.values, given) < most)
    found = next(near, None)
    if found is None:
        return ""
    return f"{found.name} the output is far nearer to its input; {found.remedy}"


class Doubts:
    """Warns once of each restorer whose output is hardly meant."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def check(self, name: str, output: Array, sample: Sample) -> None:
        """Warn of the restorer `name` if its output looks like that and it is the first such."""
        if name not in self._said and (text := doubt(output, sample.degraded)):
            self._said.add(name)
            _log.warning("%s on %s: %s", name, sample.id, text)


def _readings(out: NDArray[np.floating]) -> list[_Reading]:
    found = [
        _Reading("with red and blue exchanged", "does it give BGR?", out[:, ::-1]),
        _Reading("times 255", "is it divided by 255 twice?", out * 255),
    ]
    if np.mean(out < 0) > _NEGATIVE:
        found.append(_Reading("read as [−1, 1]", "then give (image + 1) / 2", (out + 1) / 2))
    return found


def _difference(a: NDArray[np.floating], b: Array) -> float:
    return float(np.mean((a - b) ** 2))
