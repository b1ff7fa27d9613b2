"""The images that two data sets have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.data.overlap.fingerprints import Fingerprint
from restorebench.data.overlap.looks import NEAR, SIDE

_BLOCK = 1024


class Match(NamedTuple):
    """Two images that are the same, pixel for pixel (`exact`), or look so.

    `distance` is the share of bits in which their looks differ.
    """

    a: Fingerprint
    b: Fingerprint
    exact: bool
    distance: float


def overlap(a: Sequence[Fingerprint], b: Sequence[Fingerprint], near: float = NEAR) -> list[Match]:
    """For each pair of samples that share an image, their most similar images; in the order of `a`.

    Images are the same by their pixels, or look the same: at most a share `near` of the bits of
    their looks differ.
    """
    best: dict[tuple[str, str], Match] = {}
    for match in (*_same_pixels(a, b), *_same_looks(a, b, near)):
        pair = (match.a.sample, match.b.sample)
        if pair not in best or _rank(match) < _rank(best[pair]):
            best[pair] = match
    places = {one.sample: place for place, one in enumerate(a)}
    return sorted(best.values(), key=lambda match: places[match.a.sample])


def _rank(match: Match) -> tuple[bool, float]:
    return not match.exact, match.distance


def _same_pixels(a: Sequence[Fingerprint], b: Sequence[Fingerprint]) -> Iterator[Match]:
    there: dict[str, list[Fingerprint]] = {}
    for one in b:
        there.setdefault(one.pixels, []).append(one)
    for one in a:
        yield from (Match(one, other, True, 0.0) for other in there.get(one.pixels, ()))


def _same_looks(a: Sequence[Fingerprint], b: Sequence[Fingerprint], near: float) -> Iterator[Match]:
    a, b = ([one for one in some if one.looks is not None] for some in (a, b))
    signs_b = _signs(b)
    for start in range(0, len(a), _BLOCK):
        block = a[start : start + _BLOCK]
        distances = 0.5 - _signs(block) @ signs_b.T / (2 * SIDE**2)
        for row, column in zip(*np.nonzero(distances <= near), strict=True):
            yield Match(block[row], b[column], False, float(distances[row, column]))


def _signs(some: Sequence[Fingerprint]) -> NDArray[np.float32]:
    """The looks as ±1, ``(N, SIDE²)``; the product of two is SIDE² less twice what differs."""
    bits = [one.looks for one in some if one.looks is not None]
    return np.where(np.reshape(bits, (-1, SIDE**2)), 1, -1).astype(np.float32)
