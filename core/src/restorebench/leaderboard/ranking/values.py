"""Numbers of rows as columns, and their ranks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Values:
    """Numbers of some rows: of each column one for each of `labels`, NaN where it is absent."""

    labels: tuple[str, ...] = ()
    columns: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, labels: Sequence[str], columns: Mapping[str, Sequence[float]]) -> Values:
        """The same of sequences."""
        floats = {name: np.asarray(values, np.float64) for name, values in columns.items()}
        return cls(tuple(labels), floats)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __getitem__(self, column: str) -> Floats:
        return self.columns[column]

    def take(self, lines: NDArray[np.intp] | NDArray[np.bool_]) -> Values:
        """Some rows, by their numbers or a truth for each."""
        labels = tuple(np.array(self.labels, object)[lines])
        return Values(labels, {name: column[lines] for name, column in self.columns.items()})

    def without(self, labels: Collection[str]) -> Values:
        """All other rows."""
        return self.take(np.array([label not in labels for label in self.labels], bool))

    def row(self, label: str) -> Values:
        """One row."""
        return self.take(np.array([self.labels.index(label)]))

    def and_rows(self, other: Values) -> Values:
        """The rows of another table of these columns below these."""
        columns = {k: np.concatenate([v, other[k]]) for k, v in self.columns.items()}
        return Values((*self.labels, *other.labels), columns)

    def on(self, labels: Sequence[str]) -> dict[str, Floats]:
        """The columns for some rows, NaN for those that are not among these."""
        known = {label: line for line, label in enumerate(self.labels)}
        lines = np.array([known.get(label, len(known)) for label in labels], np.intp)
        return {name: np.append(column, np.nan)[lines] for name, column in self.columns.items()}

    def numbers(self, label: str) -> dict[str, float]:
        """What a row has, by column."""
        line = self.labels.index(label)
        found = {name: float(column[line]) for name, column in self.columns.items()}
        return {name: value for name, value in found.items() if not np.isnan(value)}


def ranks(values: Floats, method: Literal["average", "min"] = "average") -> Floats:
    """Ranks along the last axis, the lowest first; what is NaN is last, and equal.

    Equal values share the average or the lowest of their ranks.
    """
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, -1)
    starts, stops = _runs(ordered)
    found = np.empty(values.shape)
    shared = starts + 1.0 if method == "min" else (starts + 1.0 + stops) / 2
    np.put_along_axis(found, order, shared, -1)
    return found


def _runs(ordered: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the run of equal values that each of a line belongs to starts, and where it stops."""
    places = np.arange(ordered.shape[-1])
    if (ordered[..., 1:] > ordered[..., :-1]).all():  # as nearly always
        return places, places + 1
    new = ordered[..., 1:] != ordered[..., :-1]
    new &= ~(np.isnan(ordered[..., 1:]) & np.isnan(ordered[..., :-1]))
    edge = np.ones((*ordered.shape[:-1], min(1, ordered.shape[-1])), bool)
    starts = np.maximum.accumulate(np.where(np.concatenate([edge, new], -1), places, 0), -1)
    last = np.where(np.concatenate([new, edge], -1), places + 1, len(places))
    return starts, np.flip(np.minimum.accumulate(np.flip(last, -1), -1), -1)
