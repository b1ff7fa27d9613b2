"""A row of a leaderboard: one restorer, what it scored and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LABEL = ""
"""The key of a row's `notes` that belongs to its label."""


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
