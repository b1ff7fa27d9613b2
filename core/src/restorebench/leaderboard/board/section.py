"""The rows of a leaderboard that may be compared with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from restorebench.leaderboard.board.column import Column
from restorebench.leaderboard.board.image_row import ImageRow
from restorebench.leaderboard.board.published import PublishedRow
from restorebench.leaderboard.board.row import Row

NOT_RANKED = "not ranked: "
"""How it is said that nothing in a section is ranked, or not a row; the reason follows."""


@dataclass(frozen=True)
class Section:
    """Rows that may be compared: one data set, split, protocol and content of both.

    `published` rows are listed apart, in their own order. `images_table` has a row per
    restorer and image that did not fail. A section of numbers that were given as a table has no
    images, no split and no hashes. `doubt` says what so few images cannot show; `undecided` is true
    where tests cannot separate any two rows. `default` says that its data set belongs to the
    default benchmark. `whole` is the size of the split where only a part of it was there, else 0.
    """

    dataset: str
    split: str
    protocol: str
    protocol_hash: str
    dataset_hash: str
    images: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    images_table: Sequence[ImageRow] = ()
    published: tuple[PublishedRow, ...] = ()
    doubt: str = ""
    undecided: bool = False
    default: bool = False
    whole: int = 0

    @property
    def size(self) -> str:
        """How many images there are, and of how many samples where the split is not complete."""
        return f"{self.images} of {self.whole} samples" if self.whole else f"{self.images} images"

    @property
    def is_unranked(self) -> bool:
        """Whether its rule ranks nothing; then `doubt` says why."""
        return self.doubt.startswith(NOT_RANKED)

    @property
    def has_images(self) -> bool:
        """Whether its numbers are from records of images, rather than from a table."""
        return bool(self.protocol_hash)

    @property
    def name(self) -> str:
        """The data set, and its split unless that is ``test``."""
        return self.dataset + ("" if self.split in {"", "test"} else f" · {self.split}")
