"""The files of a study: ``table.md``, ``table.csv``, and an SVG for each kind of plot."""

from __future__ import annotations

from pathlib import Path

from restorebench.ablation.figure import style, svg
from restorebench.ablation.plots import PLOTS
from restorebench.ablation.results import StudyResult
from restorebench.ablation.scored_study import ScoredStudy
from restorebench.ablation.tables import comma_separated, markdown
from restorebench.atomic import write_text
from restorebench.plugins import Suite


def write_report(folder: Path, found: StudyResult, suite: Suite) -> ScoredStudy:
    """Write what is known of a study into its folder; each file appears whole or not at all."""
    scored = ScoredStudy.of(found, suite)
    files = {"table.md": markdown(scored), "table.csv": comma_separated(scored)}
    with style():
        for kind in found.study.plots:
            if (figure := PLOTS[kind](scored)) is not None:
                files[f"{kind}.svg"] = svg(figure)
    for name, content in files.items():
        write_text(folder / name, content)
    return scored
