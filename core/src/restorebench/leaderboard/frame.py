"""Records as tables for pandas: one row per record, scores and reasons beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from restorebench.harness.plan import RestorerRef
from restorebench.types import Record

SECTION = ("task", "dataset", "split", "protocol", "protocol_hash", "dataset_hash")
"""What two scores must share before they may be averaged or ranked together."""

_FACTS = (*SECTION, "sample", "restorer", "revision", "seed", "draw", "error", "provenance")


@dataclass(frozen=True)
class Ledger:
    """Records as tables that share one index.

    `facts` has a line per record (its keys, `label`, `reference`, `seconds`, `failed`), `scores`
    the same lines with a float column per scored column (NaN where there is none), and `reasons` a
    line per missing score: the index of its record, `column` and `reason`.
    """

    facts: pd.DataFrame
    scores: pd.DataFrame
    reasons: pd.DataFrame

    def take(self, index: pd.Index) -> Ledger:
        """The lines of `index`, with the columns that are scored or missing in them."""
        reasons = self.reasons[self.reasons.index.isin(index)]
        scores = self.scores.loc[index]
        known = {*scores.columns[scores.notna().any()], *reasons["column"].unique()}
        return Ledger(self.facts.loc[index], scores[[c for c in scores if c in known]], reasons)

    def sections(self) -> Iterator[Ledger]:
        """The parts whose scores may be compared, sorted by their keys."""
        for _, index in sorted(self.facts.groupby(list(SECTION)).groups.items()):
            yield self.take(index)


def ledger(records: Iterable[Record]) -> Ledger:
    """The tables of the records that hold.

    Of several records of one restoration (a folder whose pictures were replaced) the last one
    holds; within a section, records of a restorer's older revisions are left out.
    """
    lines = list(records)
    facts = pd.DataFrame({name: [getattr(r, name) for r in lines] for name in _FACTS})
    facts["label"] = _labels(lines)
    facts["reference"] = [not r.options for r in lines]
    facts["seconds"] = [float("nan") if r.cost is None else r.cost.seconds for r in lines]
    facts["failed"] = [r.error is not None for r in lines]
    missing = [
        (i, column, reason) for i, r in enumerate(lines) for column, reason in r.missing.items()
    ]
    reasons = pd.DataFrame(missing, columns=["record", "column", "reason"]).set_index("record")
    scores = pd.DataFrame([dict(r.scores) for r in lines], index=facts.index, dtype=float)
    absent = [name for name in reasons["column"].unique() if name not in scores]
    scores = scores.reindex(columns=[*scores.columns, *absent])
    return Ledger(facts, scores, reasons).take(_holding(facts))


def _holding(facts: pd.DataFrame) -> pd.Index:
    newest = facts.groupby([*SECTION, "restorer"])["revision"].transform("max")
    current = facts[facts["revision"] == newest]
    same = [*SECTION, "label", "sample", "seed", "draw"]
    return current.index[~current.duplicated(same, keep="last")]


def _labels(lines: list[Record]) -> list[str]:
    """What each row is called; two restorers that share a name are told apart by their options."""
    refs = {(r.restorer, *sorted(r.options.items())): r for r in lines}
    named = {k: RestorerRef(r.restorer, tuple(sorted(r.options.items()))) for k, r in refs.items()}
    sharing = defaultdict(set)
    for ref in named.values():
        sharing[ref.label].add(str(ref))
    texts = {
        k: ref.label if len(sharing[ref.label]) == 1 else f"{ref.label} [{ref}]"
        for k, ref in named.items()
    }
    return [texts[(r.restorer, *sorted(r.options.items()))] for r in lines]
