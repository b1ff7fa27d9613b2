"""Where the hashes of samples are remembered between processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

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
