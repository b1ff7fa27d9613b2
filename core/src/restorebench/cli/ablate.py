"""The verb `ablate`: what one choice of a recipe does, everything else being equal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli.ablate_progress import Progressing
from restorebench.cli.options import AsJson, Results, key_value, results_folder
from restorebench.cli.output import Column, emit, installed, print_table, stdout
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.ablation.findings import Findings
    from restorebench.ablation.study import Study
    from restorebench.ablation.suite import Ablations
    from restorebench.ablation.trials import Trial


class Size(StrEnum):
    """How large the studies are."""

    SMALL = "small"
    FULL = "full"


Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[STUDY]... [KEY=VALUE]...",
        help="Studies (names, shell patterns, files that end in .toml; all without one), and "
        "values of recipes that differ in all variants: steps=200, data.name=NAME, …",
    ),
]
Scale = Annotated[
    Size, typer.Option("--scale", help="Minutes on a core, or the paper's own recipe on a GPU.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The folder of all runs; runs/ablations-SCALE."),
]
Split = Annotated[str, typer.Option("--split", help="The split on which variants are scored.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Score N samples only.")]
Device = Annotated[str, typer.Option("--device", help="A torch device, such as cpu or cuda.")]
Listed = Annotated[bool, typer.Option("--list", help="Show the studies and run nothing.")]


def ablate(
    words: Words = None,
    scale: Scale = Size.SMALL,
    out: Out = None,
    split: Split = "val",
    limit: Limit = None,
    device: Device = "cpu",
    results: Results = None,
    listed: Listed = False,
    as_json: AsJson = False,
) -> None:
    """Train and score the variants of studies; the same command goes on after an interruption.

    Writes runs to OUT/STUDY/VARIANT, and to OUT/STUDY a table (table.md, table.csv) and plots.
    """
    from restorebench.ablation.library import read_studies
    from restorebench.ablation.trials import trials

    given = words or []
    studies = read_studies([word for word in given if "=" not in word])
    if listed or as_json:
        _show(studies, as_json)
        return
    _alone()
    changes = dict(key_value(word) for word in given if "=" in word)
    planned = {n: trials(n, study, scale.value, changes) for n, study in studies.items()}
    folder = out or Path("runs") / f"ablations-{scale.value}"
    with Progressing(planned) as callback:
        suite = _ablations(folder, split, limit, device, results, callback)
        found = _run(suite, studies, planned)
    if any(study.failed for study in found):
        raise typer.Exit(1)


def _alone() -> None:
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        msg = "ablate is one process; start one for each study, with an --out of its own"
        raise OptionError(msg)


def _ablations(
    folder: Path,
    split: str,
    limit: int | None,
    device: str,
    results: Path | None,
    callback: Progressing,
) -> Ablations:
    from restorebench.ablation.folders import SuiteFolder
    from restorebench.ablation.suite import Ablations
    from restorebench.harness.run import Runner, Settings
    from restorebench.harness.store import Store

    store = Store(results_folder(results))
    runner = Runner(installed(), store, Settings(device=device, limit=limit))
    return Ablations(SuiteFolder(folder), runner, split, callback)


def _run(
    suite: Ablations, studies: Mapping[str, Study], planned: Mapping[str, Sequence[Trial]]
) -> list[Findings]:
    suite.check([trial for trials in planned.values() for trial in trials])
    found = []
    with suite.folder.claimed():
        for name, study in studies.items():
            found.append(suite.run(name, study, planned[name]))
            table = suite.folder.study(name) / "table.md"
            stdout().print(table.read_text(encoding="utf-8"), markup=False, soft_wrap=True)
    return found


def _show(studies: Mapping[str, Study], as_json: bool) -> None:
    if as_json:
        emit([{"name": name, **s.model_dump(mode="json")} for name, s in studies.items()])
        return
    heads = ("study", "small", "full", "what is varied")
    rows = [_line(name, study) for name, study in studies.items()]
    print_table([Column(head, folds=head != "study") for head in heads], rows)


def _line(name: str, study: Study) -> list[str]:
    sizes: list[Any] = [study.small, study.full]
    return [name, *(" ".join(size.variants) for size in sizes), study.summary]
