"""An upload, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

EVIL = b"evil"
MIB = 1 << 20


@dataclass(frozen=True)
class Case:
    """An upload, the severity and words of its worst finding, and about which member that is."""

    name: str
    build: Callable[[], bytes]
    severity: str
    says: str
    member: str | None = None

    @cached_property
    def upload(self) -> bytes:
        """The file; made once."""
        return self.build()
