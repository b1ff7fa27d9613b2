"""A copy of a data set checked: all of its splits, or one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from restorebench.data.check.finding import Finding
from restorebench.data.check.presence import has_files, nothing_fits, outside
from restorebench.data.check.split_check import SplitCheck
from restorebench.data.check.split_names import Fields, SplitNames
from restorebench.data.layouts.layout import Layout


class DatasetCheck:
    """The data set that lies in `folder`, checked split by split.

    By default all splits that are there are. The same image in two splits is found too.
    """

    def __init__(self, layout: Layout, folder: Path, splits: Sequence[str] = ()) -> None:
        self.layout, self.folder = layout, folder
        looked: dict[str, Fields] = {}
        seen: dict[tuple[str, bytes], str] = {}
        needed = bool(splits) or len(layout.splits) == 1
        names = [SplitNames(layout, folder, s, looked) for s in splits or layout.splits]
        self.splits = [SplitCheck(one, seen, needed=needed) for one in names]
        self._whole = not splits

    def __len__(self) -> int:
        """How many files are read."""
        return sum(map(len, self.splits))

    def read(self) -> Iterator[str]:
        """Read the images, and give the name of each when it is done."""
        for split in self.splits:
            yield from split.read()

    @cached_property
    def outside(self) -> list[Finding]:
        """Files that belong to no split, and were not spoken of in one; or that nothing fits."""
        names = [split.names for split in self.splits] if self._whole else []
        if self.splits and not any(map(has_files, (split.names for split in self.splits))):
            return [nothing_fits(self.splits[0].names)]
        spoken = {file for split in self.splits for file in split.partners.explained}
        return [found for found in outside(names) if found.file not in spoken]

    @property
    def problems(self) -> list[Finding]:
        """What makes the copy unusable, or its scores doubtful."""
        return [*self.outside, *(found for split in self.splits for found in split.problems)]

    def facts(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "dataset": self.layout.name,
            "folder": str(self.folder.resolve()),
            "clean": not self.problems,
            "splits": [split.facts() for split in self.splits],
            "outside": [finding.facts() for finding in self.outside],
        }
