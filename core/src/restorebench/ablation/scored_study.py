"""The scores of a study's trials: the leaderboard's rows of their records, by trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from restorebench.ablation.paired import Difference, difference
from restorebench.ablation.results import StudyResult, TrialResult
from restorebench.leaderboard.board import Board, Column, Row, Section
from restorebench.leaderboard.build import boards
from restorebench.leaderboard.ranking.statistics import FEWEST
from restorebench.plugins import Suite


@dataclass(frozen=True)
class ScoredStudy:
    """A study's result and the leaderboard section of its rows; None where nothing was scored."""

    result: StudyResult
    board: Board | None
    section: Section | None

    @classmethod
    def of(cls, result: StudyResult, suite: Suite) -> ScoredStudy:
        """Take the means and intervals of all records."""
        records = [*result.reference, *(r for e in result.entries for r in e.records)]
        made = boards(records, suite)
        if not made:
            return cls(result, None, None)
        return cls(result, made[0], made[0].sections[0])

    @property
    def columns(self) -> tuple[Column, ...]:
        """The scored columns, the one that ranks first."""
        return () if self.section is None else self.section.columns

    @property
    def drawn(self) -> tuple[Column, ...]:
        """The columns in which some trial has a mean."""
        rows = [row for entry in self.result.entries if (row := self.row(entry))]
        return tuple(c for c in self.columns if any(c.name in row.means for row in rows))

    def row(self, entry: TrialResult) -> Row | None:
        """The row of a trial, or None where it has no records."""
        return self._labelled(entry.trial.label) if entry.records else None

    def difference(self, entry: TrialResult) -> Difference | None:
        """Of a trial to the study's first in the column that ranks; None of the first itself."""
        first = self.result.entries[0]
        if entry is first or self.section is None or not (entry.records and first.records):
            return None
        labels = (entry.trial.label, first.trial.label)
        return difference(self.section, *labels, self.columns[0].name)

    @property
    def reference(self) -> Row | None:
        """The row of the reference restorer."""
        return None if self.board is None else self._labelled(self.board.task.reference)

    def _labelled(self, label: str) -> Row | None:
        rows = () if self.section is None else self.section.rows
        return next((row for row in rows if row.label == label), None)

    def absent(self) -> Iterator[str]:
        """Why columns or intervals are empty."""
        if self.board is None or self.section is None:
            yield "nothing was scored"
            return
        kept = (self.section.notes, *(row.notes for row in self.section.rows))
        marks = {n for notes in kept for c in self.columns for n in notes.get(c.name, ())}
        yield from (self.board.footnotes[n - 1] for n in sorted(marks))
        if self.section.images < FEWEST:
            yield f"no intervals below {FEWEST} images"
