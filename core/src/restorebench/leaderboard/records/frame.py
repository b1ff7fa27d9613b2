"""Records as tables for pandas: one row per record, scores and reasons beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from restorebench.leaderboard.records.intake import SECTION, Intake
from restorebench.types import JSON, Record

Line = TypeVar("Line")

BATCH = 64
"""Records that are read at once: few enough to stay in the processor's cache."""


class Load(Protocol):
    """Gives the tables of a section; see `LedgerSection.load`."""

    def __call__(self, labels: Collection[str], *, images: bool) -> Ledger: ...


@dataclass(frozen=True, eq=False)
class LedgerSection:
    """Records whose scores may be compared: they share their `keys`, the fields of `SECTION`.

    `labels` are those of their rows. Their tables are in memory if `held`, else they are read when
    they are asked for.
    """

    keys: Mapping[str, str]
    labels: Collection[str]
    _load: Load
    held: bool

    def load(self, labels: Collection[str] = (), *, images: bool = False) -> Ledger:
        """The tables of these records; at least of the rows `labels`, or else of all.

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


@dataclass(frozen=True)
class Ledger:
    """Records as tables that share one index.

    `facts` has a line per record (its keys, `label`, `reference`, `failed` and what it took),
    `scores` the same lines with a float column per scored column (NaN where there is none), and
    `reasons` a line per missing score: the index of its record, `column` and `reason`. Texts are
    categorical. `claims` are what teams state, by label, data set and split.
    """

    facts: pd.DataFrame
    scores: pd.DataFrame
    reasons: pd.DataFrame
    claims: Mapping[tuple[str, str, str], Mapping[str, JSON]] = field(default_factory=dict)

    def take(self, index: pd.Index) -> Ledger:
        """The lines of `index`, with the columns that are scored or missing in them."""
        reasons = self.reasons[self.reasons.index.isin(index)]
        scores = self.scores.loc[index]
        known = {*scores.columns[scores.notna().any()], *reasons["column"].unique()}
        shown = scores[[c for c in scores if c in known]]
        return Ledger(self.facts.loc[index], shown, reasons, self.claims)

    @property
    def labels(self) -> list[str]:
        """The labels of all rows, in the order of the alphabet."""
        return sorted(map(str, self.facts["label"].unique()))

    def sections(self) -> Iterator[LedgerSection]:
        """The parts whose scores may be compared, sorted by their keys."""
        if self.facts.empty:
            return
        groups = grouped(self.facts, SECTION)
        order = np.argsort(groups, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
        firsts = self.facts.iloc[[part[0] for part in parts]]
        keys = list(firsts[list(SECTION)].astype(str).itertuples(index=False, name=None))
        for key, part in sorted(zip(keys, parts, strict=True), key=lambda pair: pair[0]):
            names = dict(zip(SECTION, key, strict=True))
            labels = frozenset(map(str, self.facts["label"].iloc[part].unique()))
            load = partial(self._section, self.facts.index[part])
            yield LedgerSection(names, labels, load, held=True)

    def _section(self, index: pd.Index, labels: Collection[str], *, images: bool) -> Ledger:
        return self.take(index)


def ledger(records: Iterable[Record]) -> Ledger:
    """The tables of the current records.

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
    """The tables of the current records of `intake`, as defined by `ledger`."""
    facts = intake.facts()
    whole = Ledger(facts, intake.scores(), intake.reasons(), intake.claims())
    same_restorer = grouped(facts, (*SECTION, "restorer"))
    revision = facts["revision"].to_numpy()
    newest = np.full(same_restorer.max(initial=-1) + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, same_restorer, revision)
    newest_facts = facts[revision == newest[same_restorer]]
    same = pd.Series(grouped(newest_facts, (*SECTION, "label", "sample", "seed", "draw")))
    return whole.take(newest_facts.index[~same.duplicated(keep="last").to_numpy()])


def grouped(facts: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """A number per line, equal where the columns `names` are equal."""
    together = np.zeros(len(facts), np.int64)
    for name in names:
        codes, values = pd.factorize(facts[name])
        together = pd.factorize(together * (len(values) + 1) + codes)[0]
    return together
