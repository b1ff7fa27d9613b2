"""The labels of a readme's lines: of which kind a line is, and the choices that it offers."""

from __future__ import annotations

import re
from itertools import pairwise

from restorebench.submission.readme.values import QUANTITIES

PLAIN = frozenset({*QUANTITIES, "plain-extra", "device", "architecture"})
"""The kinds of lines whose label has no choices."""
_LABELS = (
    ("runtime", re.compile(r"(?!.{0,40}train).{0,20}(?:run|running|inference)time.{0,60}")),
    (
        "parameters",
        re.compile(r"#?(?:numberof|num|total)?(?:model)?param(?:eter)?s.{0,40}"),
    ),
    ("device", re.compile(r"(?:device|hardware|gpu|gpumodel)(?:name|used)?")),
    ("architecture", re.compile(r"(?:architecture|method|model|network)(?:name)?")),
    ("plain-extra", re.compile(r"(?:extra|external|additional)(?:training)?data(?:used)?")),
)


def kind_of(label: str) -> str | None:
    """``runtime``, ``cpu``, ``extra``, …; ``other`` for further choices, None if it is no label."""
    text = squeezed(label)
    if len(legend := legend_of(label)) == 2:
        names = {squeezed(name) for name, _ in legend}
        if names == {"cpu", "gpu"}:
            return "cpu"
        return "extra" if names == {"extradata", "noextradata"} else "other"
    return next((kind for kind, pattern in _LABELS if pattern.fullmatch(text[:120])), None)


def squeezed(text: str) -> str:
    """The text without white space and case, which teams vary."""
    return "".join(text.split()).casefold()


def legend_of(label: str) -> list[tuple[str, str]]:
    """Names and digits of ``CPU[1] / GPU[0]``; split, not searched for, so that it is linear."""
    found = []
    for before, after in pairwise(label.split("[")):
        digit, closed, _ = after.partition("]")
        name = before.rpartition("]")[2].rpartition("/")[2].strip()
        if name and closed and digit.strip() in {"0", "1"}:
            found.append((name, digit.strip()))
    return found
