"""What `compare` found, for people and as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from restorebench.leaderboard.format import (
    ABSENT,
    format_difference,
    format_number,
    format_seconds,
    one_line,
    short_hash,
)
from restorebench.leaderboard.ranking.statistics import LEVEL

if TYPE_CHECKING:
    from restorebench.leaderboard.board import Column
    from restorebench.leaderboard.compare.comparison import (
        Comparison,
        CostRatio,
        Difference,
        ImagePair,
    )
    from restorebench.leaderboard.compare.conditions import Condition

_COSTS = {
    "seconds": "seconds / image",
    "peak_bytes": "peak MiB",
    "nfe": "network evaluations",
    "parameters": "parameters, millions",
    "macs": "multiply-adds, billions",
}
_SCALES: Mapping[str, float] = {"peak_bytes": 2.0**20, "parameters": 1e6, "macs": 1e9}

_LEAST_BYTES = 2**20
"""A process's memory jumps by about this much by itself."""


@dataclass(frozen=True)
class Check:
    """A condition, the number that it is about on one data set, and whether it holds."""

    condition: Condition
    dataset: str
    value: float
    holds: bool


def facts(found: Sequence[Comparison], checks: Sequence[Check]) -> dict[str, Any]:
    """As plain values."""
    return {
        "comparisons": [asdict(one) for one in found],
        "checks": [{**vars(check), "condition": str(check.condition)} for check in checks],
        "failed": any(check.holds for check in checks),
    }


def report(found: Sequence[Comparison], checks: Sequence[Check], count: int) -> Group:
    """Tables for each data set, then what became of the conditions."""
    parts = [part for one in found for part in _comparison(one, count)]
    return Group(*parts, *map(_check, checks))


def _comparison(found: Comparison, count: int) -> Iterator[RenderableType]:
    images = f"{len(found.images)} image{'s' * (len(found.images) != 1)}"
    yield Text(f"{found.dataset} · {found.split}", "bold cyan").append(f": {images}", "not bold")
    yield Text("A  ", "bold").append(one_line(found.a), "not bold")
    yield Text("B  ", "bold").append(one_line(found.b), "not bold")
    yield _scores(found)
    if found.costs:
        yield _costs(found.costs)
    yield _images(found, count)
    yield from (Text(line, "dim") for line in _remarks(found))
    yield Text()


def _remarks(found: Comparison) -> Iterator[str]:
    if found.left_out:
        yield f"Left out, since not both have them: {', '.join(found.left_out)}"
    if found.elsewhere:
        yield "The two were not run on the same hardware: their seconds do not compare."
    if any(d.low is None for d in found.columns):
        yield "No interval: too few images, or differences that are infinite."
    hashes = f"{short_hash(found.protocol_hash)}, pixels {short_hash(found.dataset_hash)}"
    yield f"Intervals 95 %, p by paired tests, over images; protocol {found.protocol} {hashes}"


def _table(*headings: str, left: int = 1) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="left" if n < left else "right", overflow="fold")
    return table


def _scores(found: Comparison) -> Table:
    table = _table("", "A", "B", "B − A", "95 % interval", "p", "images", "B is")
    for d in found.columns:
        digits = d.column.digits
        a, b = format_number(d.a, digits), format_number(d.b, digits)
        less = format_difference(d.mean, digits)
        verdict, style = _verdict(d)
        p = "<0.001" if d.p < 0.001 else f"{d.p:.3f}"
        title = f"{d.column.title} {d.column.arrow}".strip()
        cells = (title, a, b, less, _interval(d), p, str(d.images))
        table.add_row(*map(Text, cells), Text(verdict, style))
    return table


def _interval(d: Difference) -> str:
    if d.low is None or d.high is None:
        return ABSENT
    return " … ".join(format_difference(end, d.column.digits) for end in (d.low, d.high))


def _verdict(d: Difference) -> tuple[str, str]:
    """What the test says, and its colour."""
    if d.p >= LEVEL or d.mean == 0:
        return "not told apart", "dim"
    if d.column.higher_is_better is None:
        return "different", ""
    better = (d.mean > 0) == d.column.higher_is_better
    return ("better", "bold green") if better else ("worse", "bold red")


def _costs(costs: Sequence[CostRatio]) -> Table:
    table = _table("cost", "A", "B", "B / A")
    for cost in costs:
        scale = _SCALES.get(cost.name, 1.0)
        a, b = (format_seconds(value / scale) for value in (cost.a, cost.b))
        table.add_row(_COSTS[cost.name], a, b, _ratio(cost))
    return table


def _ratio(cost: CostRatio) -> str:
    """B / A with about three digits; none of memory that is too little to be measured."""
    if cost.name == "peak_bytes" and min(cost.a, cost.b) < _LEAST_BYTES:
        return ABSENT
    return f"{cost.ratio:.3g}×" if math.isfinite(cost.ratio) else "∞"


def _images(found: Comparison, count: int) -> Table:
    column = found.columns[0].column
    table = _table(f"{column.title}: for B", "image", "A", "B", "B − A", left=2)
    worst, best = found.extremes(count)
    for name, images in (("worst", worst), ("best", best)):
        for n, image in enumerate(images):
            table.add_row("" if n else name, *map(Text, _cells(image, column)))
    return table


def _cells(image: ImagePair, column: Column) -> tuple[str, ...]:
    a, b = (format_number(scores[column.name], column.digits) for scores in (image.a, image.b))
    less = format_difference(image.difference[column.name], column.digits)
    return one_line(image.sample), a, b, less


def _check(check: Check) -> Text:
    text = f"{check.condition}: it is {check.value:.4g} on {check.dataset}"
    return Text(f"✗ fails, {text}", "bold red") if check.holds else Text(f"✓ {text}", "green")
