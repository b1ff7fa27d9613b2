"""Files without a place in a scene, found by number: any of them may be what another one lacks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from pathlib import PurePosixPath

from restorebench.data.check.split_names import SplitNames


class FreeNames:
    """The strays and unused files of a split by the first number in their names.

    Slips hardly ever change it; so thousands of files need not be compared with thousands.
    """

    def __init__(self, names: SplitNames) -> None:
        unused = (f for field in names.fields for f in names.unused(field))
        free = [*(s.relative for s in names.strays), *(names.relative(f.path) for f in unused)]
        self._by_number: dict[int | None, list[PurePosixPath]] = defaultdict(list)
        for path in map(PurePosixPath, dict.fromkeys(free)):
            for number in _numbers(path.name):
                self._by_number[number].append(path)

    def beside(self, expected: str, taken: Container[str]) -> list[str]:
        """The names in the folder of an expected file that may stand for it and are not taken."""
        place = PurePosixPath(expected)
        parts = str(place.parent).split("/")
        folder = re.compile("/".join("[^/]*" if "*" in p else re.escape(p) for p in parts))
        number = next(_numbers(place.name))
        return [
            path.name
            for path in self._by_number.get(number, ())
            if str(path) not in taken and folder.fullmatch(str(path.parent))
        ]


def _numbers(name: str) -> Iterator[int | None]:
    """The first number of a name; ``0011`` may have a digit too many."""
    digits = re.search(r"\d+", name)
    yield int(digits[0]) if digits else None
    if digits and len(digits[0]) > 1 and digits[0].startswith("0"):
        yield int(digits[0][:-1])
