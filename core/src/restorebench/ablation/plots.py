"""The plots of a study: curves of training, and scores over what is varied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from restorebench.ablation.curves import Point, inputs, losses, validation
from restorebench.ablation.figure import count_ticks, log_ticks, panels, show_names
from restorebench.ablation.results import StudyResult, TrialResult
from restorebench.ablation.scored_study import ScoredStudy
from restorebench.ablation.study import Plot
from restorebench.leaderboard.board import Column

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def curves(scored: ScoredStudy) -> Figure | None:
    """Validation over steps of training, a line per run (the form of the paper's Figure 5)."""
    found = scored.result
    first = found.entries[0]
    before = inputs(first.folder)
    given = "" if before is None else f" (input: {before:.2f} dB)"
    samples = first.trial.recipe.monitor.val_samples
    return _training(
        _runs(found, validation),
        f"{found.study.title}: training{given}",
        f"PSNR of the first {samples} validation samples (dB)",
    )


def loss_curves(scored: ScoredStudy) -> Figure | None:
    """Losses over steps of training, a line per run."""
    found = scored.result
    label = "training loss, mean over a part of the run"
    figure = _training(_runs(found, losses), f"{found.study.title}: loss", label)
    if figure is not None:
        log_ticks(figure.axes[0])
    return figure


def scores(scored: ScoredStudy) -> Figure | None:
    """Each score over the varied value (the form of the paper's Figure 6), with its interval."""
    if not scored.drawn:
        return None
    figure, every = panels(len(scored.drawn))
    for axes, column in zip(every, scored.drawn, strict=True):
        _score(axes, scored, column)
    return figure


def _training(runs: Mapping[str, Sequence[Point]], title: str, label: str) -> Figure | None:
    """Curves of runs by their names; None where there is nothing to draw."""
    if not runs:
        return None
    figure, (axes,) = panels(1)
    for name, points in runs.items():
        axes.plot([p.x for p in points], [p.y for p in points], label=name)
    axes.set(title=title, xlabel="training steps", ylabel=label)
    count_ticks(axes)
    show_names(axes)
    return figure


def draw_scores(axes: Axes, points: Sequence[Point]) -> None:
    """Scores over what is varied, with bars from end to end of their intervals."""
    places = [p.x for p in points]
    (line,) = axes.plot(places, [p.y for p in points], marker="o")
    for p in points:
        if p.low is not None and p.high is not None:
            axes.vlines(p.x, p.low, p.high, color=line.get_color())
    axes.set_xticks(places, [f"{x:g}" for x in places])
    axes.minorticks_off()


def _score(axes: Axes, scored: ScoredStudy, column: Column) -> None:
    study = scored.result.study
    unit = f" ({column.unit})" if column.unit else ""
    label = f"{column.title}{unit} {column.arrow}, mean and 95 % interval"
    axes.set(title=f"{study.title}: {column.title}", xlabel=study.varies, ylabel=label)
    axes.set_xscale(study.axis)
    found = (_point(scored, entry, column) for entry in scored.result.entries)
    draw_scores(axes, sorted(point for point in found if point is not None))


def _point(scored: ScoredStudy, entry: TrialResult, column: Column) -> Point | None:
    row, value = scored.row(entry), entry.trial.value
    if row is None or value is None or column.name not in row.means:
        return None
    return Point(value, row.means[column.name], *row.intervals.get(column.name, (None, None)))


def _runs(
    found: StudyResult, read: Callable[[Path], tuple[Point, ...]]
) -> dict[str, Sequence[Point]]:
    """The points of each run of training; variants that share a run are one line."""
    names = {entry.folder: entry.trial.run for entry in found.entries}
    read_points = ((name, read(folder)) for folder, name in names.items())
    return {name: points for name, points in read_points if points}


PLOTS: Mapping[Plot, Callable[[ScoredStudy], Figure | None]] = MappingProxyType(
    {"curves": curves, "losses": loss_curves, "scores": scores}
)
"""What draws each kind of plot; None where there is nothing to draw yet."""
