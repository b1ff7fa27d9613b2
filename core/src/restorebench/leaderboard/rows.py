"""The rows of one section, with footnotes for what is absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

import pandas as pd

from restorebench.leaderboard.board import LABEL, Column, Row, RowCost
from restorebench.leaderboard.claims import claims_of
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.format import LONGEST_NAME, shortened
from restorebench.leaderboard.ranking.places import Roles
from restorebench.leaderboard.ranking.section import SectionStats
from restorebench.leaderboard.records.frame import Ledger
from restorebench.leaderboard.records.intake import COSTS
from restorebench.leaderboard.records.twins import twins

_LONGEST = 200
"""Characters of an error that a footnote quotes."""
_MOST = 3
"""Reasons that one cell's footnotes give, and images that one of them names."""


def rows(
    ledger: Ledger, stats: SectionStats, columns: tuple[Column, ...], notes: Footnotes, roles: Roles
) -> tuple[Row, ...]:
    """The rows of a section in their order."""
    writer = _Notes(ledger, stats, notes)
    data, split = (str(ledger.facts[name].iloc[0]) for name in ("dataset", "split"))
    claims = {k: claims_of(ledger.claims.get((k, data, split), {})) for k in stats.order}
    return tuple(
        replace(_row(label, stats, writer.of(label, columns), roles), claims=claims[label])
        for label in stats.order
    )


def _row(
    label: str, stats: SectionStats, notes: Mapping[str, tuple[int, ...]], roles: Roles
) -> Row:
    counts, score = stats.means.counts.loc[label], stats.ranks.score
    costs = {name: _known(stats.means.costs.loc[label, name]) for name in COSTS}
    rank = _known(stats.ranks.rank[label])
    return Row(
        label=label,
        rank=None if rank is None else int(rank),
        means={name: float(v) for name, v in stats.shown.loc[label].items() if not pd.isna(v)},
        delta=_known(stats.delta[label]),
        images=int(counts["images"]),
        failed=int(counts["failed"]),
        draws=int(counts["draws"]),
        seconds=costs["seconds"],
        reference=label == stats.reference,
        complete=bool(stats.complete[label]),
        notes=notes,
        intervals=stats.intervals.get(label, {}),
        spread=stats.spread[label],
        tie=stats.ties.groups.get(label),
        p_next=stats.ties.p_next.get(label),
        score=None if score is None else _known(score[label]),
        cost=RowCost(**costs),
        baseline=label in roles.baselines,
        disqualified=roles.disqualified.get(label, ""),
    )


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


class _Notes:
    """Writes the footnotes of a section's rows."""

    def __init__(self, ledger: Ledger, stats: SectionStats, notes: Footnotes) -> None:
        self._stats = stats
        self._notes = notes
        failed = ledger.facts[ledger.facts["failed"]]
        self._errors = failed.drop_duplicates("label").set_index("label")["error"]
        self._reasons = _reasons(ledger)
        self._twins = twins(ledger.facts)
        seen = ledger.facts[ledger.facts["seen"]].groupby("label", observed=True)
        self._seen = seen["sample"].nunique().to_dict()

    def of(self, label: str, columns: tuple[Column, ...]) -> dict[str, tuple[int, ...]]:
        """The footnotes of one row, by column."""
        texts = {LABEL: self._about(label)}
        texts |= {column.name: self._absent(label, column) for column in columns}
        return {
            key: tuple(self._notes.number(text) for text in found)
            for key, found in texts.items()
            if found
        }

    def _count(self, name: str, label: str) -> int:
        return int(self._stats.means.counts.loc[label, name])

    def _about(self, label: str) -> list[str]:
        images, failed = self._count("images", label), self._count("failed", label)
        fewest, draws = self._count("fewest_draws", label), self._count("draws", label)
        texts = []
        if failed:
            error = shortened(self._errors[label], _LONGEST)
            which = "1 image" if failed == 1 else f"{failed} images"
            texts.append(f"not ranked: {which} failed; the first said: {error}")
        elif images < self._stats.images:
            texts.append(f"not ranked: {images} of {self._stats.images} images")
        elif not self._stats.complete[label]:
            texts.append("not ranked: its images are not those of the other rows")
        elif why := self._why(label):
            texts.append(f"not ranked: {why}")
        if label in self._twins:
            same = " and ".join(shortened(name, LONGEST_NAME) for name in self._twins[label])
            texts.append(f"every image is that of {same}, pixel for pixel")
        if seen := self._seen.get(label):
            which = "these images" if seen == images + failed else f"{seen} of these images"
            texts.append(f"trained on {which}")
        if fewest != draws:
            texts.append(f"{fewest} to {draws} draws per image")
        return texts

    def _why(self, label: str) -> str:
        """What keeps a complete row from a rank, unless an empty cell's footnote says so."""
        found = self._stats.ranks
        lacking = [c for c in found.lacking.get(label, ()) if c not in self._stats.means.scores]
        return found.why.get(label, f"no {', '.join(lacking)}" if lacking else "")

    def _absent(self, label: str, column: Column) -> list[str]:
        if column.name not in self._stats.means.covered:
            return []
        covered = int(self._stats.means.covered.loc[label, column.name])
        images = self._count("images", label)
        if covered == images:
            return []
        of = f"{covered} of {images} images have it" if covered else ""
        reasons = self._reasons.get((label, column.name), {"not scored": []})
        title = f"{column.title}: "
        return [
            f"{title}{reason.removeprefix(title)}{_over(of, names)}"
            for reason, names in islice(reasons.items(), _MOST)
        ]


def _reasons(ledger: Ledger) -> dict[tuple[str, str], dict[str, list[str]]]:
    """The samples that miss a score, by row and column, then by the reason."""
    facts = ledger.facts[["label", "sample"]].reindex(ledger.reasons.index)
    lines = ledger.reasons.assign(**{name: facts[name].to_numpy() for name in facts})
    keys = ["label", "column", "reason"]
    lines = lines[[*keys, "sample"]].drop_duplicates().astype(str)
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for label, column, reason, sample in lines.itertuples(index=False, name=None):
        found.setdefault((label, column), {}).setdefault(reason, []).append(sample)
    return found


def _over(images: str, names: Sequence[str]) -> str:
    """How many images have a score, and which have not, where only some have."""
    if not images:
        return ""
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    shown = ", ".join(shortened(name, LONGEST_NAME) for name in names[:_MOST])
    lacking = f", not {shown}{more}" if names else ""
    return f" ({images}{lacking})"
