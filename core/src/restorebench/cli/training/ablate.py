"""The verb `ablate`: what one choice of a recipe does, everything else being equal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli.key_value import key_value
from restorebench.cli.options import (
    AsJson,
    Device,
    EngineKind,
    Isolate,
    Limit,
    Memory,
    Results,
    Scheduler,
    Slurm,
    Split,
    Statistics,
    Tile,
    Timeout,
    Workers,
    option,
    output,
)
from restorebench.cli.output import emit, installed, print_table, result
from restorebench.cli.progress import ProgressDisplay
from restorebench.cli.resolve import results_folder
from restorebench.cli.training.ablate_progress import AblationProgress
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.ablation.results import StudyResult
    from restorebench.ablation.study import Study
    from restorebench.ablation.suite import Ablations
    from restorebench.ablation.trials import Trial


class Size(StrEnum):
    """The presets of a study."""

    SMALL = "small"
    FULL = "full"


Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="STUDY|KEY=VALUE",
        help="Studies (names, shell patterns, or .toml files; all by default), and changed values "
        "for the recipes of all variants: steps=200, data.name=NAME, …",
    ),
]
Preset = Annotated[
    Size,
    option(
        "--preset",
        "PRESET",
        "small takes minutes on a core; full is the paper's recipe, for a GPU.",
    ),
]
Output = Annotated[Path | None, output("DIR", "All runs; by default runs/ablations-PRESET.")]
Listed = Annotated[bool, typer.Option("--list", help="List the studies and run nothing.")]


def ablate(
    words: Words = None,
    preset: Preset = Size.SMALL,
    output: Output = None,
    split: Split = "val",
    limit: Limit = None,
    device: Device = "cpu",
    results: Results = None,
    isolate: Isolate = None,
    timeout: Timeout = None,
    memory: Memory = None,
    tile: Tile = 0,
    statistics: Statistics = "exact",
    engine: EngineKind = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    slurm: Slurm = None,
    listed: Listed = False,
    as_json: AsJson = False,
) -> None:
    """Train and score the variants of ablation studies.

    After an interruption, the same command continues. In the output folder, STUDY/VARIANT holds a
    run, and STUDY its tables (table.md, table.csv) and plots. With --workers, several processes
    score a variant; training takes one, and variants follow each other.
    """
    from restorebench.ablation.library import read_studies
    from restorebench.ablation.trials import trials

    given = words or []
    studies = read_studies([word for word in given if "=" not in word])
    if listed or as_json:
        _show(studies, as_json)
        return
    from restorebench.ablation.folders import SuiteFolder
    from restorebench.ablation.suite import Ablations
    from restorebench.harness.engines.engine import for_driver, opened
    from restorebench.harness.engines.options import EngineOptions
    from restorebench.harness.run import Runner, Settings
    from restorebench.harness.store import Store
    from restorebench.restorers.plan.limits import limits_of

    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        msg = "ablate runs in one process; start one per study, each with its own --output"
        raise OptionError(msg)
    where = EngineOptions(engine, workers, scheduler, slurm)
    limits = limits_of(memory, tile, statistics)
    changes = dict(key_value(word) for word in given if "=" in word)
    planned = {n: trials(n, study, preset.value, changes) for n, study in studies.items()}
    folder = SuiteFolder(output or Path("runs") / f"ablations-{preset.value}")
    with ProgressDisplay() as display:
        callback = AblationProgress(display, planned)
        store = Store(results_folder(results))
        settings = Settings(
            device=device, limit=limit, isolate=isolate, timeout=timeout, limits=limits
        )
        runner = Runner(installed(), store, for_driver(settings, where))
        runner.say = display.line
        with opened(runner, settings, where, display.line) as opened_engine:
            ablations = Ablations(folder, opened_engine, split, callback, device)
            found = _run(ablations, studies, planned)
    if any(study.failed for study in found):
        raise typer.Exit(1)


def _run(
    suite: Ablations, studies: Mapping[str, Study], planned: Mapping[str, Sequence[Trial]]
) -> list[StudyResult]:
    suite.check([trial for trials in planned.values() for trial in trials])
    found = []
    with suite.folder.claimed():
        for name, study in studies.items():
            found.append(suite.run(name, study, planned[name]))
            table = suite.folder.study(name) / "table.md"
            result(table.read_text(encoding="utf-8"))
    return found


def _show(studies: Mapping[str, Study], as_json: bool) -> None:
    if as_json:
        emit([{"name": name, **s.model_dump(mode="json")} for name, s in studies.items()])
        return
    titles = ("study", "small", "full", "what is varied")
    rows = [
        [name, " ".join(study.small.variants), " ".join(study.full.variants), study.summary]
        for name, study in studies.items()
    ]
    print_table(titles, rows, folds=titles[1:])
