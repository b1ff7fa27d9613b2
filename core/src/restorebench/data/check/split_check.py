"""A split of a data set checked: its names at once, its images while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from restorebench.data.check.condition_check import conditions
from restorebench.data.check.finding import Finding
from restorebench.data.check.image_check import ImageCheck
from restorebench.data.check.partners import Partners
from restorebench.data.check.presence import absent_fields, counts
from restorebench.data.check.split_names import SplitNames


class SplitCheck:
    """What is found in one split; complete once all of `read` has been taken.

    A split that is `needed` is a problem where it is not there. `seen` is that of `ImageCheck`.
    """

    def __init__(
        self, names: SplitNames, seen: dict[tuple[str, bytes], str], *, needed: bool = False
    ) -> None:
        self.names = names
        self.images = ImageCheck(self.names, seen)
        self.partners = Partners(self.names)
        self.needed = needed
        self.later: list[Finding] = []
        self._of_names = list(self._named())

    @property
    def findings(self) -> list[Finding]:
        """Problems and notes, those of names first; `later` ones come from elsewhere."""
        return [*self._of_names, *self.images.findings, *self.later]

    @property
    def problems(self) -> list[Finding]:
        """What makes the copy unusable, or its scores doubtful."""
        return [finding for finding in self.findings if not finding.note]

    def __len__(self) -> int:
        """How many files are read."""
        return len(self.images)

    def read(self) -> Iterator[str]:
        """Read the images, and give the name of each when it is done."""
        yield from self.images.read()

    def facts(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "split": self.names.name,
            "samples": len(self.names.scenes),
            "expected": self.names.split.count or None,
            "problems": [finding.facts() for finding in self.problems],
            "notes": [finding.facts() for finding in self.findings if finding.note],
        }

    def _named(self) -> Iterator[Finding]:
        names = self.names
        yield from absent_fields(names, self.needed)
        if names.fields["degraded"].files or names.strays:
            yield from self.partners.findings()
        yield from counts(names)
        yield from conditions(names)
