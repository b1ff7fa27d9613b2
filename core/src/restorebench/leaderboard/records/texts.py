"""Columns of texts, each distinct one stored once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.console import legible

Lines = NDArray[np.intp]
"""Numbers of lines."""


@dataclass(frozen=True, eq=False)
class TextColumn:
    """A number for each line, of one of `texts`; −1 where there is no text."""

    codes: NDArray[np.int32]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, line: int) -> str | None:
        code = self.codes[line]
        return None if code < 0 else self.texts[code]

    def __iter__(self) -> Iterator[str | None]:
        texts = (*self.texts, None)
        return (texts[code] for code in self.codes.tolist())

    def take(self, lines: Lines) -> TextColumn:
        """Some lines."""
        return TextColumn(self.codes[lines], self.texts)

    @property
    def distinct(self) -> list[str]:
        """The texts that some line has."""
        used = np.flatnonzero(np.bincount(self.codes + 1, minlength=1)[1:])
        return [self.texts[code] for code in used.tolist()]

    def places(self, names: Sequence[str]) -> Lines:
        """Where the text of each line is in `names`; −1 where it is not."""
        known = {name: place for place, name in enumerate(names)}
        places = [*(known.get(text, -1) for text in self.texts), -1]
        return np.array(places, np.intp)[self.codes]

    def equal(self, text: str) -> NDArray[np.bool_]:
        """Which lines have this text."""
        return np.asarray(self.places([text]) == 0)


def memory(values: NDArray[Any]) -> memoryview:
    """The bytes of an array, without a copy if it can be."""
    return np.ascontiguousarray(values).view(np.uint8).data


class TextIntake:
    """A column of texts that grows; None stands for a missing text."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known = _Numbering()

    def extend(self, texts: Iterable[str | None]) -> None:
        """Add some lines."""
        self._codes.extend(map(self._known.__getitem__, texts))

    def extend_codes(self, texts: Sequence[str | None], codes: NDArray[np.integer]) -> None:
        """Add lines as numbers of `texts`."""
        numbers = np.array([self._known[text] for text in texts], np.int32)
        self._codes.frombytes(memory(numbers[codes]))

    @property
    def values(self) -> list[str]:
        """The distinct texts, in characters that can be encoded."""
        return [t for t in self._known if t is not None and legible(t) == t]

    def column(self) -> TextColumn:
        """The column so far."""
        return TextColumn(np.array(self._codes, dtype=np.int32) - 1, self.values)


class _Numbering(dict[str | None, int]):
    """Gives each text that is looked up for the first time the next number; None has 0."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self._aliases = 0

    def __missing__(self, text: str) -> int:
        if (plain := legible(text)) == text:
            self[text] = len(self) - self._aliases
        else:  # the same as its legible form
            self[text] = self[plain]
            self._aliases += 1
        return self[text]
