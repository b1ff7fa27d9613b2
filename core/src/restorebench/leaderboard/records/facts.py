"""What is known of records beside their scores, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.leaderboard.records.texts import Lines, TextColumn

_SPARSE = 4
"""Numbers of groups per line above which they are numbered anew."""


@dataclass(frozen=True, eq=False)
class Facts:
    """A line per record: `texts` such as its keys and its `label`, and `numbers`.

    `numbers` are what a record took, `revision`, `seed`, `draw`, `whole`, and whether it `failed`,
    was `seen` in training, and is of a restorer without options (`reference`).
    """

    texts: Mapping[str, TextColumn]
    numbers: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.numbers["failed"])

    def take(self, lines: Lines) -> Facts:
        """Some lines."""
        texts = {name: column.take(lines) for name, column in self.texts.items()}
        return Facts(texts, {name: column[lines] for name, column in self.numbers.items()})

    def where(self, name: str) -> Facts:
        """The lines in which `numbers` has a truth, such as ``failed``."""
        return self.take(np.flatnonzero(self.numbers[name]))

    def groups(self, names: Sequence[str]) -> tuple[NDArray[np.int64], int]:
        """A number per line, equal where the columns `names` are; and a limit of these numbers."""
        together, count = np.zeros(len(self), np.int64), 1
        for name in names:
            codes, distinct = self._numbered(name)
            if distinct > 1:
                together, count = together * distinct + codes, count * distinct
            if count > _SPARSE * len(self) + 1:
                values, together = np.unique(together, return_inverse=True)
                count = len(values)
        return together, count

    def _numbered(self, name: str) -> tuple[NDArray[np.int64], int]:
        values = self.texts[name].codes if name in self.texts else self.numbers[name]
        if not len(values) or values[0] == values.min() == values.max():
            return np.zeros(len(values), np.int64), 1
        first, last = int(values.min()), int(values.max())
        if last - first > _SPARSE * len(values):
            distinct, codes = np.unique(values, return_inverse=True)
            return codes.astype(np.int64), len(distinct)
        return values.astype(np.int64) - first, last - first + 1
