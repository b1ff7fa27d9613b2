"""The data of a leaderboard: columns, rows, sections (one protocol, one set of pixels), boards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from restorebench.specs import TaskSpec

LABEL = ""
"""The key of a row's `notes` that belongs to its label."""


@dataclass(frozen=True)
class Column:
    """One scored column, such as ``psnr_mask`` with the title ``PSNR mask``.

    `higher_is_better` is None where the metric is not installed here. `best` is the score of two
    equal images, where that is known.
    """

    name: str
    title: str
    higher_is_better: bool | None
    unit: str = ""
    digits: int = 4
    best: float | None = None

    @property
    def arrow(self) -> str:
        """Which way is better."""
        return {True: "↑", False: "↓", None: ""}[self.higher_is_better]


@dataclass(frozen=True)
class RowCost:
    """The cost of one image of a row: means over its images, None where unknown.

    Wall seconds, peak bytes above the start, network evaluations; of the network, its parameters
    and its multiply-accumulates per image.
    """

    seconds: float | None = None
    peak_bytes: float | None = None
    nfe: float | None = None
    parameters: float | None = None
    macs: float | None = None


@dataclass(frozen=True)
class Claim:
    """What a team states of its entry: as it is shown, and as a number where it is one."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """One restorer in one section.

    `means` holds the columns that have a mean; `delta` is the ranking mean less the reference
    row's. `rank` is None for a row that cannot be ranked, and `complete` says whether it has all
    images of its section without a failure. `notes` maps a column (or `LABEL`) to footnotes.

    `intervals` are 95 % bootstrap intervals of the means, over images; a column with too few images
    has none. `spread` is the standard deviation of a column over images and over the draws of one
    image (NaN with one draw). `tie` is the number of the row's tie group: neighbours that paired
    tests cannot tell apart share it; None where the row is not ranked. `p_next` is the corrected
    p-value of the row against the next one. `score` is what the rule sorts by, where that is not
    the mean of a column. `method` is what the row has in common with rows of other tasks;
    `initial` is the label of the row whose images it starts from, empty where there is none.
    `claims` are what a team states, by the names of `claims.TITLES`; `printed` has means of a table
    that was given with the digits that it has there.
    """

    label: str
    rank: int | None
    means: Mapping[str, float]
    delta: float | None
    images: int
    failed: int
    draws: int
    seconds: float | None
    reference: bool
    complete: bool
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tie: int | None = None
    p_next: float | None = None
    score: float | None = None
    cost: RowCost = RowCost()
    baseline: bool = False
    disqualified: str = ""
    method: str = ""
    initial: str = ""
    claims: Mapping[str, Claim] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageRow:
    """One image of one row: scores averaged over its draws, and hashes of its images.

    `prediction` is the image of draw 0 (None where there is none); it, `input` and `target` are
    the hashes of pixels by which the store keeps images.
    """

    sample: str
    label: str
    scores: Mapping[str, float]
    prediction: str | None
    input: str
    target: str


@dataclass(frozen=True)
class Check:
    """What was measured here for a published row, by column.

    `agreeing` are the columns in which that gives the printed number; `conditions` says of what
    and how it was measured.
    """

    measured: Mapping[str, float]
    agreeing: tuple[str, ...]
    conditions: str


@dataclass(frozen=True)
class PublishedRow:
    """A row of a paper's or challenge's table, under the names of this board's columns.

    Such a row is never ranked with rows that were run here. `protocol` is ours by which the source
    scored, empty where that is not known; `same_protocol` says whether the section has it, and
    `needs` in words which one the numbers need. `second_hand` names whoever quotes the number,
    empty for a method's own authors and for organisers. `caveat` is what is known of the table.
    `printed` has the means with the digits that the source gives.
    """

    method: str
    means: Mapping[str, float]
    source: str
    protocol: str = ""
    same_protocol: bool = False
    needs: str = ""
    second_hand: str = ""
    caveat: str = ""
    check: Check | None = None
    cost: RowCost = RowCost()
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedTable:
    """What one source reports of one data set: rows in the order of the source.

    `dataset` is the name that a section of the same data set has, or one of `also`; `title` the one
    to show. `columns` are names of metrics; `protocol`, `needs` and `note` are those of the rows.
    """

    task: str
    dataset: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]
    source: str
    also: tuple[str, ...] = ()
    protocol: str = ""
    needs: str = ""
    note: str = ""


@dataclass(frozen=True)
class OverallRow:
    """A row that is ranked in every section: its ranks among the others that are, and their mean.

    `borda` counts, over the sections, the rows behind it, and half of those beside it.
    """

    label: str
    rank: int
    mean_rank: float
    borda: float
    ranks: Mapping[str, float]


@dataclass(frozen=True)
class Overall:
    """A table over several sections, named in `sections`."""

    title: str
    sections: tuple[str, ...]
    rows: tuple[OverallRow, ...]


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
    def has_images(self) -> bool:
        """Whether its numbers are from records of images, rather than from a table."""
        return bool(self.protocol_hash)

    @property
    def name(self) -> str:
        """The data set, and its split unless that is ``test``."""
        return self.dataset + ("" if self.split in {"", "test"} else f" · {self.split}")


@dataclass(frozen=True)
class Board:
    """All sections of one task.

    `footnotes` are numbered from 1, `rule` says in words how rows are ranked, `rule_note` where
    that rule is from; `ranking_columns` are the columns that it reads. `published` are the
    tables of data sets without a section; `overall`
    is None unless rows are ranked in several.
    """

    task: TaskSpec
    sections: tuple[Section, ...]
    footnotes: tuple[str, ...]
    versions: tuple[str, ...] = ()
    rule: str = ""
    rule_note: str = ""
    ranking_columns: frozenset[str] = frozenset()
    published: tuple[PublishedTable, ...] = ()
    overall: Overall | None = None

    def column(self, name: str) -> Column | None:
        """The first section's column of that name."""
        columns = (c for section in self.sections for c in section.columns)
        return next((c for c in columns if c.name == name), None)
