"""What a solver keeps between calls of the network, and what is left in memory of it on disk."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import suppress

import torch
from torch import Tensor

from restorebench.errors import OptionError
from restorebench.restorers.sampling import Process
from restorebench.solvers.noise import PixelNoise
from restorebench.solvers.state import InMemory, Rows, by_rows


def kept_at_once(process: Process) -> int:
    """Images that are kept at once, by a solver that says what it keeps; 0 by another."""
    if not process.keeps_state:
        return 0
    state, mu = _Counted(), torch.zeros(1, 1, 3, 4, 4)
    with suppress(OptionError):  # said where an image is restored
        process.sampled(lambda x, _: (x.clone(), x.clone()), mu, ShapeNoise((0,)), state)
    return state.most


class ShapeNoise(PixelNoise):
    """Noise of which only the shape is needed."""

    def __call__(self, step: int, like: Tensor) -> Tensor:
        """Something of the shape of `like`."""
        return torch.empty_like(like)


class Elsewhere(InMemory):
    """The memory that is left where the state is on disk: `disk` stands for all that is there."""

    def __init__(self, disk: Tensor) -> None:
        self.disk = disk

    def kept(self, x: Tensor) -> Tensor:
        """Nothing of it is in memory."""
        return self.disk

    def strips(self, x: Tensor) -> list[Rows]:
        """One for all: they take as much each."""
        return by_rows(x)[:1]

    def joined(self, like: Tensor, strips: list[Rows], parts: Iterator[Tensor]) -> Tensor:
        """Made, and gone."""
        for _ in parts:
            pass
        return self.disk


class _Counted(InMemory):
    """Counts the tensors that are there at once; `most` of them."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def kept(self, x: Tensor) -> Tensor:
        made = x.clone()
        self.now += 1
        self.most = max(self.most, self.now)
        weakref.finalize(made, self._gone)
        return made

    def joined(self, like: Tensor, strips: list[Rows], parts: Iterator[Tensor]) -> Tensor:
        return self.kept(super().joined(like, strips, parts))

    def _gone(self) -> None:
        self.now -= 1
