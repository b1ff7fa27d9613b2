"""Files that belong to no pattern: perhaps to that of another folder."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import PurePosixPath

from restorebench.data.check.finding import Finding
from restorebench.data.check.labels import LABELS
from restorebench.data.check.split_names import SplitNames
from restorebench.data.check.strays import Stray
from restorebench.data.layouts.path_regex import plain_regex, split_suffix


def stray_findings(names: SplitNames, explained: Container[str]) -> Iterator[Finding]:
    """Of the strays of a split that are not explained: where they belong, or that nothing fits."""
    for stray in names.strays:
        if stray.relative not in explained:
            yield _elsewhere(names, stray) or _stray(names, stray)


def _elsewhere(names: SplitNames, stray: Stray) -> Finding | None:
    """A file that is named like those of another field's folder."""
    here = str(PurePosixPath(stray.relative).parent)
    for field in names.fields:
        above, _, last = names.pattern(field).text.rpartition("/")
        distinct = bool(re.sub(r"\{\w+\}|\*", "", split_suffix(last)[0]))  # by more than a number
        fits = distinct and plain_regex(*split_suffix(last)).fullmatch(stray.path.name)
        if fits and "{" not in above and above not in {"", here}:
            what = f"is named like a {LABELS[field]}, but does not lie in {above}"
            return Finding("exchanged", stray.relative, what, f"move it to {above}")
    return None


def _stray(names: SplitNames, stray: Stray) -> Finding:
    """A file that fits nothing; one without a number is hardly one of the data set."""
    there = names.fields
    text = names.pattern(stray.field if stray.field in there else "degraded").text
    what = f"fits no pattern of {names.layout.name} and is ignored"
    remedy = f"if it belongs to the data set, name it as {text}; else take it away"
    numbered = any(char.isdigit() for char in stray.path.stem)
    return Finding("stray", stray.relative, what, remedy, note=not numbered)
