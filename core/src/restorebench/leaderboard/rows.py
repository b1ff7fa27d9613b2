"""The rows of one section, with footnotes for what is absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from restorebench.leaderboard.board import LABEL, NOT_RANKED, Column, Row, RowCost
from restorebench.leaderboard.claims import claims_of
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.format import LONGEST_NAME, shortened
from restorebench.leaderboard.ranking.places import Roles
from restorebench.leaderboard.ranking.section import SectionStats
from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.ledger import Ledger
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
    data, split = (str(ledger.facts.texts[name][0]) for name in ("dataset", "split"))
    claims = {k: claims_of(ledger.claims.get((k, data, split), {})) for k in stats.order}
    return tuple(
        replace(_row(label, stats, writer.of(label, columns), roles), claims=claims[label])
        for label in stats.order
    )


def _row(
    label: str, stats: SectionStats, notes: Mapping[str, tuple[int, ...]], roles: Roles
) -> Row:
    line, counts = stats.means.labels.index(label), stats.means.counts
    costs = {name: _known(values[line]) for name, values in stats.means.costs.items()}
    return Row(
        label=label,
        rank=stats.ranks.rank.get(label),
        means=stats.shown.numbers(label),
        delta=_known(stats.delta[line]),
        images=int(counts.images[line]),
        failed=int(counts.failed[line]),
        draws=int(counts.draws[line]),
        seconds=costs["seconds"],
        reference=label == stats.reference,
        complete=bool(stats.complete[line]),
        notes=notes,
        intervals=stats.intervals.get(label, {}),
        spread=stats.spread[label],
        tie=stats.ties.groups.get(label),
        p_next=stats.ties.p_next.get(label),
        score=stats.ranks.score.get(label),
        cost=RowCost(**costs),
        baseline=label in roles.baselines,
        disqualified=roles.disqualified.get(label, ""),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


class _Notes:
    """Writes the footnotes of a section's rows."""

    def __init__(self, ledger: Ledger, stats: SectionStats, notes: Footnotes) -> None:
        self._stats = stats
        self._notes = notes
        self._lines = {label: line for line, label in enumerate(stats.means.labels)}
        self._errors = _first_errors(ledger.facts.where("failed"))
        self._reasons = _reasons(ledger)
        self._twins = twins(ledger.facts)
        self._seen = _samples(ledger.facts.where("seen"))

    def of(self, label: str, columns: tuple[Column, ...]) -> dict[str, tuple[int, ...]]:
        """The footnotes of one row, by column."""
        texts = {LABEL: self._about(label)}
        texts |= {column.name: self._absent(label, column) for column in columns}
        return {
            key: tuple(self._notes.number(text) for text in found)
            for key, found in texts.items()
            if found
        }

    def _about(self, label: str) -> list[str]:
        counts, line = self._stats.means.counts, self._lines[label]
        images, failed = int(counts.images[line]), int(counts.failed[line])
        fewest, draws = counts.fewest[line], counts.draws[line]
        texts = []
        if failed:
            error = shortened(self._errors[label], _LONGEST)
            which = "1 image" if failed == 1 else f"{failed} images"
            texts.append(f"{NOT_RANKED}{which} failed; the first said: {error}")
        elif images < self._stats.images:
            texts.append(f"{NOT_RANKED}{images} of {self._stats.images} images")
        elif not self._stats.complete[line]:
            texts.append(f"{NOT_RANKED}its images are not those of the other rows")
        elif why := self._why(label):
            texts.append(f"{NOT_RANKED}{why}")
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
        means, line = self._stats.means, self._lines[label]
        if column.name not in means.covered:
            return []
        covered, images = means.covered[column.name][line], means.counts.images[line]
        if covered == images:
            return []
        of = f"{covered} of {images} images have it" if covered else ""
        reasons = self._reasons.get((label, column.name), {"not scored": []})
        title = f"{column.title}: "
        return [
            f"{title}{reason.removeprefix(title)}{_over(of, names)}"
            for reason, names in islice(reasons.items(), _MOST)
        ]


def _first_errors(failed: Facts) -> dict[str, str]:
    """The error of the first record of each label, of those that failed."""
    found: dict[str, str] = {}
    for label, error in zip(failed.texts["label"], failed.texts["error"], strict=True):
        found.setdefault(str(label), str(error))
    return found


def _samples(facts: Facts) -> Counter[str]:
    """How many samples each label has among some records."""
    pairs = set(zip(facts.texts["label"], facts.texts["sample"], strict=True))
    return Counter(str(label) for label, _ in pairs)


def _reasons(ledger: Ledger) -> dict[tuple[str, str], dict[str, list[str]]]:
    """The samples that miss a score, by row and column, then by the reason."""
    lines, columns, reasons = ledger.reasons
    labels, samples = (ledger.facts.texts[name].take(lines) for name in ("label", "sample"))
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for line in dict.fromkeys(zip(labels, columns, reasons, samples, strict=True)):
        label, column, reason, sample = map(str, line)
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
