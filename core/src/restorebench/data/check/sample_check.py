"""Samples of any data set, made one by one: which cannot be, which are the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from restorebench.data.check.finding import Finding
from restorebench.data.colour import quantise
from restorebench.data.dataset import Dataset
from restorebench.data.hashing import array_hash, target_hash
from restorebench.errors import RestorebenchError
from restorebench.types import Sample


class SamplesCheck:
    """What is found in a split of a data set whose files are not known, such as a table."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.findings = [Finding("note", "", line, note=True) for line in dataset.notes]
        self._seen: dict[str, str] = {}

    def __len__(self) -> int:
        """How many samples are made."""
        return len(self.dataset)

    @property
    def problems(self) -> list[Finding]:
        """What makes the split unusable, or its scores doubtful."""
        return [finding for finding in self.findings if not finding.note]

    def read(self) -> Iterator[str]:
        """Make the samples, and give the name of each when it is done."""
        for sample_id in self.dataset.ids:
            try:
                self._look(self.dataset[sample_id])
            except (RestorebenchError, OSError) as error:
                self.findings.append(Finding("sample", sample_id, f"cannot be made: {error}"))
            yield sample_id

    def facts(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "split": self.dataset.split,
            "samples": len(self.dataset),
            "expected": self.dataset.whole or None,
            "problems": [finding.facts() for finding in self.problems],
            "notes": [finding.facts() for finding in self.findings if finding.note],
        }

    def _look(self, sample: Sample) -> None:
        pixels = array_hash(quantise(sample.degraded))
        first = self._seen.setdefault(pixels, sample.id)
        if first != sample.id:
            what = f"has the same degraded image as {first}, pixel for pixel"
            self.findings.append(Finding("duplicate", sample.id, what, "one of the two is wrong"))
        if target_hash(sample) == pixels:
            what = "has a target that is its degraded image, pixel for pixel"
            self.findings.append(Finding("identical", sample.id, what, "get one of the two again"))


class TableCheck:
    """A data set without known files, checked split by split."""

    def __init__(self, name: str, datasets: Iterable[Dataset]) -> None:
        self.name = name
        self.splits = [SamplesCheck(dataset) for dataset in datasets]

    def __len__(self) -> int:
        """How many samples are made."""
        return sum(map(len, self.splits))

    @property
    def problems(self) -> list[Finding]:
        """Those of all splits."""
        return [found for split in self.splits for found in split.problems]

    def read(self) -> Iterator[str]:
        """Make the samples, and give the name of each when it is done."""
        for split in self.splits:
            yield from split.read()

    def facts(self) -> dict[str, Any]:
        """Plain data, as of a data set of files."""
        return {
            "dataset": self.name,
            "folder": None,
            "clean": not self.problems,
            "splits": [split.facts() for split in self.splits],
            "outside": [],
        }
