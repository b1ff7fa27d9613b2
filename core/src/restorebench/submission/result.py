"""A scored upload: its report, its records, and their means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from restorebench.metrics.scoring import mean_scores
from restorebench.submission.archive.finding import Finding
from restorebench.submission.report import Report
from restorebench.types import Record


@dataclass(frozen=True)
class SubmissionResult:
    """The report on an upload, and (if it was accepted) a record for each sample.

    Under partial scoring the samples that have no image have a record with an error, so that no
    board ranks the row.
    """

    report: Report
    label: str
    records: tuple[Record, ...] = ()

    @property
    def scored(self) -> tuple[Record, ...]:
        """The records that have scores."""
        return tuple(record for record in self.records if record.error is None)

    def means(self) -> dict[str, float]:
        """The mean of each column that every scored sample has; ``inf`` stays ``inf``."""
        return mean_scores([record.scores for record in self.scored])

    def numbers(self) -> dict[str, float]:
        """A flat table for score files: finite means, counts, and the readme's numbers.

        Neither JSON nor Codabench has infinity: a column whose mean is infinite is left out (the
        report says so).
        """
        means = {k: v for k, v in self.means().items() if math.isfinite(v)}
        claims = self.report.readme.numbers() if self.report.readme else {}
        counts = {
            "images": len(self.scored),
            "images_expected": self.report.samples,
            "partial": int(not self.report.complete),
        }
        return {**means, **counts, **claims}


def remarks(records: list[Record]) -> Iterator[Finding]:
    """Findings of scoring: images that equal their targets, and scores that are missing."""
    same = [record.sample for record in records if record.equals_target]
    if same:
        which = f"{', '.join(same[:5])}{', …' * (len(same) > 5)}"
        what = f"{len(same)} of {len(records)} equal their target in every pixel: {which}"
        yield Finding("warning", "", what, "an infinite mean is left out of the score files")
    reasons = dict.fromkeys(f"{c}: {why}" for r in records for c, why in r.missing.items())
    for reason in reasons:
        yield Finding("note", "", f"there is no {reason}")
