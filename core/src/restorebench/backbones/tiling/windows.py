"""Windows: the parts of an image that a network is given one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from torch import Tensor

_BY_SHAPE: ContextVar[bool] = ContextVar("_BY_SHAPE", default=False)


class Span(NamedTuple):
    """Rows or columns [start, stop)."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many."""
        return self.stop - self.start

    def within(self, other: Span) -> Span:
        """The same, counted from the start of `other`."""
        return Span(self.start - other.start, self.stop - other.start)

    def scaled(self, numerator: int, denominator: int = 1) -> Span:
        """At another resolution; `start` is a multiple of the denominator, `stop` rounds up."""
        start, stop = self.start * numerator, self.stop * numerator
        return Span(start // denominator, -(-stop // denominator))

    def grown(self, by: int, size: int) -> Span:
        """`by` more on either side, within [0, size)."""
        return Span(max(0, self.start - by), min(size, self.stop + by))


class Region(NamedTuple):
    """A rectangle of an image."""

    rows: Span
    columns: Span

    def of(self, x: Tensor) -> Tensor:
        """That part of (…, H, W), or what there is of it."""
        return x[..., slice(*self.rows), slice(*self.columns)]

    def within(self, other: Region) -> Region:
        """The same, counted from the corner of `other`."""
        return Region(self.rows.within(other.rows), self.columns.within(other.columns))

    def scaled(self, numerator: int, denominator: int = 1) -> Region:
        """At another resolution; see `Span.scaled`."""
        return Region(
            self.rows.scaled(numerator, denominator), self.columns.scaled(numerator, denominator)
        )


class Window(NamedTuple):
    """What a network reads, `outer`, for the pixels that are then right, `core`."""

    core: Region
    outer: Region


@contextmanager
def shapes_alone() -> Iterator[None]:
    """While it is entered, `spans` leaves out those that need the same memory as others."""
    token = _BY_SHAPE.set(True)
    try:
        yield
    finally:
        _BY_SHAPE.reset(token)


def by_shape() -> bool:
    """Whether only memory is counted, so that pieces of the same shape count once."""
    return _BY_SHAPE.get()


def spans(size: int, step: int) -> list[Span]:
    """[0, size) in steps; the last is what remains."""
    every = [Span(start, min(size, start + step)) for start in range(0, size, step)]
    if _BY_SHAPE.get() and len(every) > 3:
        return [*every[:2], every[-1]]  # one at either border, and one between
    return every


def windows(
    size: tuple[int, int], step: tuple[int, int], halo: tuple[int, int]
) -> Iterator[Window]:
    """The windows of an image of `size`, each of them rows × columns: `step` without the `halo`."""
    height, width = size
    for rows in spans(height, step[0]):
        for columns in spans(width, step[1]):
            outer = Region(rows.grown(halo[0], height), columns.grown(halo[1], width))
            yield Window(Region(rows, columns), outer)


def rounded_up(value: int, multiple: int) -> int:
    """The next multiple, or the value where it is one."""
    return value + -value % multiple
