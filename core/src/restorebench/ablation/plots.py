"""The plots of a study: curves of training, and scores over what is varied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from restorebench.ablation.chart import Chart, Line
from restorebench.ablation.curves import Point, inputs, losses, validation
from restorebench.ablation.findings import Entry, Findings
from restorebench.ablation.sheet import Sheet
from restorebench.ablation.study import Plot
from restorebench.leaderboard.board import Column

Charts = Callable[[Sheet], tuple[Chart, ...]]


def curves(sheet: Sheet) -> tuple[Chart, ...]:
    """Validation over steps of training, a line per run (the form of the paper's Figure 5)."""
    found = sheet.findings
    lines = _lines(found, validation)
    if not lines:
        return ()
    recipe = found.entries[0].trial.recipe
    words = f"PSNR of the first {recipe.monitor.val_samples} validation samples (dB)"
    if (before := inputs(found.entries[0].folder)) is not None:
        words += f"; input: {before:.2f}"
    return (Chart(f"{found.study.title}: training", "training steps", words, lines),)


def loss_curves(sheet: Sheet) -> tuple[Chart, ...]:
    """Losses over steps of training, a line per run."""
    found = sheet.findings
    lines = _lines(found, losses)
    title = f"{found.study.title}: loss"
    words = "training loss, mean over a part of the run"
    return (Chart(title, "training steps", words, lines, y_log=True),) if lines else ()


def scores(sheet: Sheet) -> tuple[Chart, ...]:
    """Each score over the varied value (the form of the paper's Figure 6), with its interval."""
    return tuple(_score(sheet, column) for column in sheet.drawn)


def _score(sheet: Sheet, column: Column) -> Chart:
    study = sheet.findings.study
    points = [point for entry in sheet.findings.entries if (point := _point(sheet, entry, column))]
    points.sort()
    unit = f" ({column.unit})" if column.unit else ""
    return Chart(
        f"{study.title}: {column.title}",
        study.varies,
        f"{column.title}{unit} {column.arrow}, mean and 95 % interval over images",
        (Line(column.title, tuple(points), marked=True),),
        x_log=study.axis == "log",
        x_ticks=tuple(point.x for point in points),
    )


def _point(sheet: Sheet, entry: Entry, column: Column) -> Point | None:
    row, value = sheet.row(entry), entry.trial.value
    if row is None or value is None or column.name not in row.means:
        return None
    return Point(value, row.means[column.name], *row.intervals.get(column.name, (None, None)))


def _lines(found: Findings, read: Callable[[Path], tuple[Point, ...]]) -> tuple[Line, ...]:
    """A line per run of training; variants that share one are one line."""
    runs = {entry.folder: entry.trial.run for entry in found.entries}
    known = ((name, read(folder)) for folder, name in runs.items())
    return tuple(Line(name, points) for name, points in known if points)


PLOTS: Mapping[Plot, Charts] = MappingProxyType(
    {"curves": curves, "losses": loss_curves, "scores": scores}
)
"""What the kinds of plots are drawn by."""
