"""The scores of two folders as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from restorebench.cli.output import print_table, result

MOST = 3
"""Images are named up to so many."""

if TYPE_CHECKING:
    from restorebench.metrics.folders import FolderScores


def print_scores(found: FolderScores) -> None:
    """A table with a line per scene and their mean."""
    means, total = found.means(), len(found.pairs)
    rows = [*((p.name, p.scores) for p in found.pairs), (f"mean of {total}", means)]
    lines = [[name, *(_shown(scores.get(c)) for c in found.columns)] for name, scores in rows]
    print_table(["image", *found.columns], lines, folds=("image",))
    reasons = [f"{c}{_of(names, total)}: {why}" for (c, why), names in found.reasons().items()]
    views = [f"{found.views} views of each scene"] if found.views > 1 else []
    for line in (*reasons, *views, f"protocol {found.protocol} {found.protocol_hash[:12]}"):
        result(line)


def _of(names: Sequence[str], total: int) -> str:
    """Which images, unless all of several."""
    if len(names) == total > 1:
        return ""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f" of {', '.join(names[:MOST])}{more}"


def _shown(value: float | None) -> str:
    return "–" if value is None else "∞" if math.isinf(value) else f"{value:.4f}"
