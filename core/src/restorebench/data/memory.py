"""What a data set may have beside its samples: files behind them, and a memory of their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from restorebench.data.hashing import Identity


class Memory(Protocol):
    """Hashes of the samples of one split, from this process or from others."""

    @property
    def remedy(self) -> str:
        """Where they are, and what to do where they are wrong, for an error's end."""

    def recall(self, ids: Sequence[str]) -> Mapping[str, Identity]:
        """Those that are known of the samples `ids`."""

    def keep(self, known: Mapping[str, Identity]) -> Mapping[str, Identity]:
        """Remember them; what is remembered of them now, if another process was faster."""


class Rows(Protocol):
    """The samples of a split as rows of files and numbers, which are read when a sample is made."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that at least one row fills."""

    def __call__(self, sample_id: str) -> Mapping[str, Any]:
        """The row of a sample."""
