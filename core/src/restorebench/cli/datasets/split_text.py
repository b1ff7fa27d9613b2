"""Splits as arguments: ``NAME/SPLIT``, or a data set for all of its splits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from restorebench.cli.output import installed, warning
from restorebench.cli.resolve import with_data
from restorebench.errors import RestorebenchError

if TYPE_CHECKING:
    from restorebench.data.dataset import Dataset

_NAMED = re.compile(r"([a-z0-9.-]+)/([\w.-]+)")
HELP = "A name, NAME/SPLIT, or what 'run --data' takes."


class SplitText(NamedTuple):
    """What an argument means: a data set, and one of its splits or ``""`` for all."""

    dataset: str
    split: str

    @classmethod
    def parse(cls, text: str) -> SplitText:
        """``NAME/SPLIT`` unless it is a path that exists; anything else is a data set."""
        named = _NAMED.fullmatch(text)
        return cls(*named.groups()) if named and not Path(text).exists() else cls(text, "")


def open_splits(
    texts: Sequence[str], task: str | None, root: Path | None
) -> list[tuple[Dataset, ...]]:
    """For each text its splits, opened.

    Where a text names no split, those that are not here are left out with a warning. Raises what
    opening raises where nothing is left.
    """
    from restorebench.data.dataset import open_split

    parsed = [SplitText.parse(text) for text in texts]
    tasks = [task] if task else None
    suite, names = with_data(installed(), tasks, [p.dataset for p in parsed], None, root)
    opened = []
    for name, (_, split) in zip(names, parsed, strict=True):
        found, problems = [], []
        for one in [split] if split else suite.datasets[name].splits:
            try:
                found.append(open_split(suite, name, one))
            except RestorebenchError as error:
                problems.append(error)
        if not found:
            raise problems[0]
        for problem in problems:
            warning(f"left out: {problem}")
        opened.append(tuple(found))
    return opened
