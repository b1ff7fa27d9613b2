"""The images of a section, one row per restorer and image, made when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, overload

import numpy as np

from restorebench.leaderboard.board import ImageRow
from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.ledger import LedgerSection
from restorebench.leaderboard.records.means import PerImage, means
from restorebench.leaderboard.records.texts import TextColumn

_IMAGES = ("input", "target", "prediction")


@dataclass(frozen=True, eq=False)
class ImageTable(Sequence[ImageRow]):
    """The images of all rows, sample after sample, in each the rows in the order of the board.

    `cells` are pairs of a line and a column of the matrices of `images`; `first` is where, in
    `hashes`, the record of the lowest draw of each stands.
    """

    images: PerImage
    hashes: Mapping[str, TextColumn]
    cells: np.ndarray
    first: np.ndarray

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, place: int) -> ImageRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ImageRow]: ...
    def __getitem__(self, place: int | slice) -> ImageRow | Sequence[ImageRow]:
        if isinstance(place, slice):
            return ImageTable(self.images, self.hashes, self.cells[place], self.first[place])
        line, column = self.cells[place]
        found = {name: matrix[line, column] for name, matrix in self.images.scores.items()}
        texts = {name: self.hashes[name][self.first[place]] for name in _IMAGES}
        return ImageRow(
            sample=self.images.samples[column],
            label=self.images.labels[line],
            scores={name: float(value) for name, value in found.items() if not np.isnan(value)},
            prediction=texts["prediction"],
            input=texts["input"] or "",
            target=texts["target"] or "",
        )


@dataclass(frozen=True, eq=False)
class LaterImages(Sequence[ImageRow]):
    """The images of a section that is not in memory: read when they are asked for.

    `order` are the labels as the board has them; `scores` those of one column, if they are kept.
    Only the last section that was read is kept.
    """

    section: LedgerSection
    order: Sequence[str]
    scores: Scores | None = None

    def __len__(self) -> int:
        return len(_read(self))

    @overload
    def __getitem__(self, place: int) -> ImageRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ImageRow]: ...
    def __getitem__(self, place: int | slice) -> ImageRow | Sequence[ImageRow]:
        return _read(self)[place]


class Scores(NamedTuple):
    """Of a column: a line for each of `labels`, a number (or NaN) for each image."""

    column: str
    labels: tuple[str, ...]
    values: np.ndarray


class Kept:
    """Scores of sections that are not in memory, as far as they fit in `most` bytes together."""

    def __init__(self, most: int = 256 << 20) -> None:
        self._left = most

    def images(
        self, section: LedgerSection, order: Sequence[str], images: PerImage, column: str
    ) -> LaterImages:
        """The images of a section, with the scores of the column by which it is ranked."""
        found = _scores(images, column)
        if found is None or found.values.nbytes > self._left:
            return LaterImages(section, order)
        self._left -= found.values.nbytes
        return LaterImages(section, order, found)


@lru_cache(maxsize=1)
def _read(later: LaterImages) -> ImageTable:
    part = later.section.load(images=True)
    return image_table(means(part).images, part.facts, later.order)


def _scores(images: PerImage, column: str) -> Scores | None:
    found = images.scores.get(column)
    return None if found is None else Scores(column, images.labels, found)


def scores_of_images(rows: Sequence[ImageRow], column: str) -> Scores | None:
    """The scores behind the images of a section; None where there are none in this column."""
    if isinstance(rows, LaterImages):
        if rows.scores is not None and rows.scores.column == column:
            return rows.scores
        return _scores(means(rows.section.load()).images, column)
    return _scores(rows.images, column) if isinstance(rows, ImageTable) else None


def image_table(images: PerImage, facts: Facts, order: Sequence[str]) -> ImageTable:
    """The images of the rows `order` that did not fail; `facts` are those of the section."""
    whole = facts.take(np.flatnonzero(~facts.numbers["failed"]))
    lines = whole.texts["label"].places(images.labels)
    columns = whole.texts["sample"].places(images.samples)
    places = np.argsort(images.lines(order))  # of each line in the board
    draws, seeds = whole.numbers["draw"], whole.numbers["seed"]
    by_cell = np.lexsort((seeds, draws, places[lines], columns))
    sorted_cells = np.stack([lines[by_cell], columns[by_cell]], axis=1)
    starts = np.ones(len(sorted_cells), bool)
    starts[1:] = (np.diff(sorted_cells, axis=0) != 0).any(1)
    hashes = {name: whole.texts[name] for name in _IMAGES}
    return ImageTable(images, hashes, sorted_cells[starts], by_cell[starts])
