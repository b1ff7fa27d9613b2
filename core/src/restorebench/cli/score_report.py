"""The scores of two folders as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from restorebench.cli.output import print_table, result

if TYPE_CHECKING:
    from restorebench.metrics.folders import FolderScores


def print_scores(found: FolderScores) -> None:
    """A table with a line per scene and their mean."""
    means, total = found.means(), len(found.pairs)
    rows = [*((p.name, p.scores) for p in found.pairs), (f"mean of {total}", means)]
    lines = [[name, *(_shown(scores.get(c)) for c in found.columns)] for name, scores in rows]
    print_table(["image", *found.columns], lines, folds=("image",))
    reasons = dict.fromkeys(f"{c}: {r}" for p in found.pairs for c, r in p.missing.items())
    views = [f"{found.views} views of each scene"] if found.views > 1 else []
    for line in (*reasons, *views, f"protocol {found.protocol} {found.protocol_hash[:12]}"):
        result(line)


def _shown(value: float | None) -> str:
    return "–" if value is None else "∞" if math.isinf(value) else f"{value:.4f}"
