"""The files of a study: ``table.md``, ``table.csv``, and an SVG for each kind of plot."""

from __future__ import annotations

from pathlib import Path

from restorebench.ablation.figure import style, svg
from restorebench.ablation.findings import Findings
from restorebench.ablation.plots import PLOTS
from restorebench.ablation.sheet import Sheet
from restorebench.ablation.tables import comma_separated, markdown
from restorebench.atomic import write_text
from restorebench.plugins import Suite


def write_report(folder: Path, found: Findings, suite: Suite) -> Sheet:
    """Write what is known of a study into its folder; each file appears whole or not at all."""
    sheet = Sheet.of(found, suite)
    files = {"table.md": markdown(sheet), "table.csv": comma_separated(sheet)}
    with style():
        for kind in found.study.plots:
            if (figure := PLOTS[kind](sheet)) is not None:
                files[f"{kind}.svg"] = svg(figure)
    for name, content in files.items():
        write_text(folder / name, content)
    return sheet
