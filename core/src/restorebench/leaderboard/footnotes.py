"""Footnotes of a board, numbered in the order of their first use; equal texts share a number."""

from __future__ import annotations


class Footnotes:
    """Gives each distinct text a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of `text`, a new one if it has not been used."""
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts, number 1 first."""
        return tuple(self._numbers)
