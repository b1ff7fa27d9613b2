"""What the blocks of a network need to know about the time and the condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from torch import Tensor

from restorebench.errors import SampleError

Part = tuple[Tensor | None, Tensor | None]


@dataclass(frozen=True)
class Modulation:
    """Scales and shifts of all blocks, evaluated once and used for a whole trajectory.

    `time`: for each block (4C,) for one time, or (T, 4C); `condition`: for each block (B, 2C).
    Either is empty where the network takes none. ``modulation[k]`` is that of the k-th time.
    """

    time: tuple[Tensor, ...] = ()
    condition: tuple[Tensor, ...] = ()

    def __getitem__(self, k: int) -> Modulation:
        return Modulation(tuple(rows[k] for rows in self.time), self.condition)

    def parts(self) -> Iterator[Part]:
        """(time, condition) of block after block; None for what the network does not take."""
        none = repeat(None)
        return zip(chain(self.time, none), chain(self.condition, none), strict=False)

    def for_batch(self, batch: int, views: int) -> Modulation:
        """The same for views folded into the batch; `SampleError` where rows do not fit."""
        return Modulation(
            tuple(_rows(rows, batch, views, "times") for rows in self.time),
            tuple(_rows(rows, batch, views, "conditions") for rows in self.condition),
        )


def _rows(rows: Tensor, batch: int, views: int, what: str) -> Tensor:
    """One row for everybody stays one; one per sample becomes one per view of each."""
    if rows.ndim == 1 or rows.shape[0] == 1:
        return rows
    if rows.shape[0] != batch:
        msg = f"{rows.shape[0]} {what} for a batch of {batch}; expected one, or one per sample"
        raise SampleError(msg)
    return rows.repeat(views, 1)
