"""The verb `bundle`: a Codabench competition from a data set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from restorebench.cli.options import DataRoot, Dataset, OneData, Task, option, output
from restorebench.cli.output import installed, note
from restorebench.cli.resolve import check_task, with_one
from restorebench.errors import OptionError

Output = Annotated[
    Path | None, output("FILE.zip", "The bundle; by default DATASET-competition.zip.")
]
Title = Annotated[str | None, option("--title", "TEXT", "By default the task's title.")]
Start = Annotated[
    datetime | None,
    typer.Option(
        "--start", metavar="DATE", formats=["%Y-%m-%d"], help="First day, UTC; tomorrow by default."
    ),
]
Days = Annotated[int, option("--days", "N", "Days of the development phase.", min=1)]
FinalDays = Annotated[int, option("--final-days", "N", "Days of the final phase.", min=1)]
Image = Annotated[
    str, option("--docker-image", "IMAGE", "Where scoring runs; see the bundle's ORGANISERS.md.")
]


def bundle(
    dataset: Dataset = None,
    data: OneData = None,
    data_root: DataRoot = None,
    task: Task = None,
    output: Output = None,
    title: Title = None,
    start: Start = None,
    days: Days = 60,
    final_days: FinalDays = 7,
    docker_image: Image = "python:3.11",
) -> None:
    """Make a Codabench competition from a data set.

    It has a development and a final phase, a scoring program with this version of restorebench,
    and starting kits. ORGANISERS.md in the bundle says what is left to do by hand.
    """
    from restorebench.submission.codabench.bundle import write_bundle
    from restorebench.submission.codabench.competition import Competition, usual_phases

    suite, dataset = with_one(installed(), task, dataset, data, data_root)
    if dataset is None:
        msg = "say what the competition is about: --dataset NAME, or --task and --data PATTERNS"
        raise OptionError(msg)
    own = check_task(suite, dataset, task)
    path = output or Path(f"{dataset}-competition.zip")
    if path.suffix.lower() != ".zip":
        msg = f"--output is {path}; a bundle's name ends in .zip"
        raise OptionError(msg)
    phases = usual_phases(suite.datasets[dataset].splits, start or _tomorrow(), days, final_days)
    about = title or f"{suite.tasks[own].title}: {dataset}"
    write_bundle(suite, Competition(dataset, tuple(phases), about, docker_image), path)
    size = path.stat().st_size / 1e6
    note(f"wrote {path} ({size:.1f} MB); read its ORGANISERS.md")


def _tomorrow() -> datetime:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return today + timedelta(days=1)
