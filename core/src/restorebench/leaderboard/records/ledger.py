"""Records as columns: one line per record, its scores, and reasons for missing ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.intake import SECTION, Intake
from restorebench.leaderboard.records.texts import Lines, TextColumn
from restorebench.types import JSON, Record

if TYPE_CHECKING:
    import pandas as pd

Line = TypeVar("Line")

BATCH = 64
"""Records that are read at once: few enough to stay in the processor's cache."""


class Load(Protocol):
    """Gives the columns of a section; see `LedgerSection.load`."""

    def __call__(self, labels: Collection[str], *, images: bool) -> Ledger: ...


@dataclass(frozen=True, eq=False)
class LedgerSection:
    """Records whose scores may be compared: they share their `keys`, the fields of `SECTION`.

    `labels` are those of their rows. Their columns are in memory if `held`, else they are read when
    they are asked for.
    """

    keys: Mapping[str, str]
    labels: Collection[str]
    _load: Load
    held: bool

    def load(self, labels: Collection[str] = (), *, images: bool = False) -> Ledger:
        """The columns of these records; at least of the rows `labels`, or else of all.

        Hashes of images may be absent unless `images`.
        """
        return self._load(labels, images=images)


class Sections(Protocol):
    """Records by section, of whatever size."""

    @property
    def labels(self) -> list[str]:
        """The labels of all rows, in the order of the alphabet."""
        ...

    def sections(self) -> Iterator[LedgerSection]:
        """The parts whose scores may be compared, sorted by their keys."""
        ...


class Reasons(NamedTuple):
    """Why scores are missing: the line of a record, the column and the reason."""

    lines: Lines
    columns: TextColumn
    reasons: TextColumn

    def of(self, lines: Lines, count: int) -> Reasons:
        """Those of some lines of `count`, by their places in `lines`."""
        places = np.full(count, -1, np.intp)
        places[lines] = np.arange(len(lines))
        own = np.flatnonzero(places[self.lines] >= 0)
        return Reasons(places[self.lines[own]], self.columns.take(own), self.reasons.take(own))


@dataclass(frozen=True, eq=False)
class Ledger:
    """Records as columns of one length: `facts`, and `scores` (NaN where there is none).

    `reasons` say why scores are missing; `claims` are what teams state, by label, data set and
    split.
    """

    facts: Facts
    scores: Mapping[str, NDArray[np.float64]]
    reasons: Reasons
    claims: Mapping[tuple[str, str, str], Mapping[str, JSON]] = field(default_factory=dict)

    def take(self, lines: Lines) -> Ledger:
        """Some lines in their order, with the columns that are scored or missing in them."""
        facts, scores, reasons = self.facts, self.scores, self.reasons
        if len(lines) < len(facts):
            reasons = reasons.of(lines, len(facts))
            facts = facts.take(lines)
            scores = {name: column[lines] for name, column in scores.items()}
        missing = set(reasons.columns.distinct)
        there = {n: v for n, v in scores.items() if n in missing or not np.isnan(v).all()}
        return Ledger(facts, there, reasons, self.claims)

    @property
    def labels(self) -> list[str]:
        """The labels of all rows, in the order of the alphabet."""
        return sorted(self.facts.texts["label"].distinct)

    def frame(self) -> pd.DataFrame:
        """The records as a table: `facts`, and ``score.*`` columns."""
        import pandas as pd  # boards need none, and it takes a while

        texts = {name: pd.Series(column, dtype=object) for name, column in self.facts.texts.items()}
        scores = {f"score.{name}": values for name, values in self.scores.items()}
        return pd.DataFrame({**texts, **self.facts.numbers, **scores})

    def sections(self) -> Iterator[LedgerSection]:
        """The parts whose scores may be compared, sorted by their keys."""
        if not len(self.facts):
            return
        groups, _ = self.facts.groups(SECTION)
        order = np.argsort(groups, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
        keys = [tuple(str(self.facts.texts[name][part[0]]) for name in SECTION) for part in parts]
        for key, part in sorted(zip(keys, parts, strict=True), key=lambda pair: pair[0]):
            names = dict(zip(SECTION, key, strict=True))
            labels = frozenset(self.facts.texts["label"].take(part).distinct)
            yield LedgerSection(names, labels, partial(self._section, part), held=True)

    def _section(self, lines: Lines, labels: Collection[str], *, images: bool) -> Ledger:
        return self.take(lines)


def ledger(records: Iterable[Record]) -> Ledger:
    """The columns of the current records.

    Of several records of one restoration (a folder whose images were replaced) the last one
    counts; within a section, records of a restorer's older revisions are left out.
    """
    intake = Intake()
    for batch in batched(map(vars, records)):
        intake.extend(batch)
    return current(intake)


def batched(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines in lists of `BATCH`, the last one shorter."""
    stream = iter(lines)
    while batch := list(islice(stream, BATCH)):
        yield batch


def current(intake: Intake) -> Ledger:
    """The columns of the current records of `intake`, as defined by `ledger`."""
    reasons = Reasons(*intake.reasons())
    whole = Ledger(intake.facts(), intake.scores(), reasons, intake.claims())
    lines = _newest(whole.facts)
    facts = whole.facts if len(lines) == len(whole.facts) else whole.facts.take(lines)
    same, count = facts.groups((*SECTION, "label", "sample", "seed", "draw"))
    last = np.zeros(count, np.intp)
    last[same] = np.arange(len(same))  # the last one of each group stays
    return whole.take(lines[last[same] == np.arange(len(same))])


def _newest(facts: Facts) -> Lines:
    """The lines of each restorer's newest revision in a section."""
    revision = facts.numbers["revision"]
    if not len(revision) or revision.min() == revision.max():
        return np.arange(len(revision))
    same_restorer, count = facts.groups((*SECTION, "restorer"))
    newest = np.full(count, np.iinfo(np.int64).min)
    np.maximum.at(newest, same_restorer, revision)
    return np.flatnonzero(revision == newest[same_restorer])
