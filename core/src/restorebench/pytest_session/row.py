"""The results of a cell, for its line in the terminal and pytest-benchmark's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from restorebench.harness.plan import Cell
from restorebench.harness.record_keys import Whose
from restorebench.harness.run import Outcome


def row_of(cell: Cell, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Counts, means of scores and of seconds, and what names the section of a board."""
    records = [o.record for o in outcomes]
    good = [r for r in records if r.error is None]
    columns = {name: None for r in good for name in r.scores}
    seconds = [r.cost.seconds for r in good if r.cost is not None]
    first = records[0] if records else None
    return {
        "task": cell.task,
        "dataset": cell.dataset,
        "split": cell.split,
        "restorer": cell.restorer.label,
        "protocol": first.protocol if first else "",
        "protocol_hash": first.protocol_hash if first else "",
        "dataset_hash": first.dataset_hash if first else "",
        "images": len(good),
        "failed": len(records) - len(good),
        "from_store": sum(o.reused for o in outcomes),
        "seconds_per_image": float(np.mean(seconds)) if seconds else None,
        "scores": {c: _mean([r.scores[c] for r in good if c in r.scores]) for c in columns},
    }


def section(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What names the section of a board that a row belongs to."""
    keys = ("task", "dataset", "split", "protocol_hash", "dataset_hash")
    return tuple(str(row[key]) for key in keys)


def section_of(whose: Whose) -> tuple[str, ...]:
    """The same of a record."""
    return whose.task, whose.dataset, whose.split, whose.protocol_hash, whose.dataset_hash


def line_of(row: Mapping[str, Any]) -> str:
    """A row as a line: its first two scores, its speed, and what failed."""
    scores = "  ".join(
        f"{name.upper()} {value:.4g}" if isinstance(value, float) else f"{name.upper()} {value}"
        for name, value in list(row["scores"].items())[:2]
    )
    seconds = row["seconds_per_image"]
    speed = "" if seconds is None else f"  {seconds:.3g} s/image"
    size = row["images"] + row["failed"]
    failed = f"  {row['failed']} FAILED" if row["failed"] else ""
    stored = "  (from the store)" if size and row["from_store"] == size else ""
    return f"{row['dataset']:<18} {row['restorer']:<23} {scores}{speed}{failed}{stored}"


def _mean(values: list[float]) -> float | str:
    mean = float(np.mean(values))
    return mean if np.isfinite(mean) else str(mean)
