"""The records of two restorers, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from restorebench.errors import OptionError, UnknownNameError
from restorebench.harness.plan import RestorerRef
from restorebench.leaderboard.records.intake import COSTS, SECTION
from restorebench.leaderboard.records.ledger import Ledger, Sections, ledger
from restorebench.registry import nearest
from restorebench.types import Record


@dataclass(frozen=True, eq=False)
class ComparedRestorer:
    """One restorer in one section: tables with a line per image that did not fail.

    `scores` and `costs` are means over draws; `first` has the hashes of the first draw; `failed`
    are the other images and `runs` the keys of their provenance.
    """

    label: str
    scores: pd.DataFrame
    costs: pd.DataFrame
    first: pd.DataFrame
    failed: tuple[str, ...]
    runs: frozenset[str]

    @property
    def images(self) -> list[str]:
        """The samples, in the order of the alphabet."""
        return list(self.scores.index)

    def values(self, column: str, samples: Sequence[str]) -> NDArray[np.float64]:
        """A column's scores of some images; NaN where there is none."""
        if column not in self.scores:
            return np.full(len(samples), np.nan)
        return np.asarray(self.scores.loc[list(samples), column], np.float64)


@dataclass(frozen=True, eq=False)
class RestorerPair:
    """Both restorers in one section; `keys` say which one."""

    keys: Mapping[str, str]
    a: ComparedRestorer
    b: ComparedRestorer


def pairs_of_sides(records: Iterable[Record] | Sections, a: str, b: str) -> Iterator[RestorerPair]:
    """The sections in which both are, one at a time; raises as `compare` says."""
    whole = ledger(records) if isinstance(records, Iterable) else records
    labels = whole.labels
    a, b = (_label(name, labels) for name in (a, b))
    if a == b:
        msg = f"{a} and {b} are the same restorer; give two labels, such as {', '.join(labels[:3])}"
        raise OptionError(msg)
    places = {name: [s.keys for s in whole.sections() if name in s.labels] for name in (a, b)}
    if not any(keys in places[b] for keys in places[a]):
        raise OptionError(_apart(places, a, b))
    for section in whole.sections():
        if {a, b} <= set(section.labels):
            part = section.load((a, b), images=True)
            yield RestorerPair(section.keys, _side(part, a), _side(part, b))


def _label(name: str, labels: Sequence[str]) -> str:
    """The label that `name` is, or that the restorer of this spelling has."""
    if name in labels:
        return name
    written = RestorerRef.parse(name) if ":" in name else RestorerRef(name)
    if written.label in labels:
        return written.label
    msg = f"the chosen records have no restorer {name!r}; {nearest(name, labels)}"
    raise UnknownNameError(msg)


def _side(part: Ledger, label: str) -> ComparedRestorer:
    facts = part.frame()
    facts = facts[facts["label"] == label]
    failed = set(facts.loc[facts["failed"], "sample"])
    facts = facts[~facts["sample"].isin(failed)]
    first = facts.sort_values("draw").drop_duplicates("sample").set_index("sample")
    scores = facts[[f"score.{name}" for name in part.scores]].groupby(facts["sample"]).mean()
    return ComparedRestorer(
        label=label,
        scores=scores.rename(columns=lambda name: name.removeprefix("score.")),
        costs=facts[list(COSTS)].groupby(facts["sample"]).mean(),
        first=first[["prediction", "input", "target"]],
        failed=tuple(sorted(failed)),
        runs=frozenset(facts["provenance"]),
    )


def _apart(found: Mapping[str, Sequence[Mapping[str, str]]], a: str, b: str) -> str:
    """Why two restorers cannot be compared: other data sets, protocols or pixels."""
    for one in found[a]:
        for other in found[b]:
            differ = [key for key in SECTION if one[key] != other[key]]
            if not {"task", "dataset", "split"} & set(differ):
                what = " and ".join(f"{k} ({one[k]}, {other[k]})" for k in differ)
                return (
                    f"{a} and {b} both have records of {one['dataset']} · {one['split']}, but of "
                    f"another {what.replace('_', ' ')}: such scores do not compare; run both again"
                )
    where = "; ".join(
        f"{name} on {', '.join(sorted({k['dataset'] + ' · ' + k['split'] for k in keys}))}"
        for name, keys in found.items()
    )
    return f"{a} and {b} have no data set and split in common: {where}"
