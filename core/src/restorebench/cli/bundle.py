"""The verb `bundle`: a Codabench competition from a data set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from restorebench.cli import completion
from restorebench.cli.output import installed, stderr
from restorebench.errors import OptionError

Task = Annotated[
    str, typer.Option("--task", help="The task.", autocompletion=completion.task_names)
]
DatasetName = Annotated[
    str,
    typer.Option("--dataset", help="The data set.", autocompletion=completion.dataset_names),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="The zip file; DATASET-competition.zip by default.")
]
Title = Annotated[str | None, typer.Option("--title", help="The title; the task's by default.")]
Start = Annotated[
    datetime | None,
    typer.Option("--start", formats=["%Y-%m-%d"], help="First day, UTC; tomorrow by default."),
]
Days = Annotated[int, typer.Option("--days", min=1, help="Days of the development phase.")]
FinalDays = Annotated[int, typer.Option("--final-days", min=1, help="Days of the final phase.")]
Image = Annotated[
    str, typer.Option("--docker-image", help="The image to score in; see ORGANISERS.md within.")
]


def bundle(
    task: Task,
    dataset: DatasetName,
    out: Out = None,
    title: Title = None,
    start: Start = None,
    days: Days = 60,
    final_days: FinalDays = 7,
    docker_image: Image = "python:3.11",
) -> None:
    """Make a Codabench competition: development and final phase, scoring program, starting kits.

    The scoring program brings this restorebench along. ORGANISERS.md in the bundle says what is
    left to do by hand.
    """
    from restorebench.submission.codabench.bundle import write_bundle
    from restorebench.submission.codabench.competition import Competition, usual_phases

    suite = installed()
    spec = suite.datasets[dataset]
    if suite.tasks[task].name != spec.task:
        msg = f"the data set {dataset!r} is of the task {spec.task!r}, not {task!r}"
        raise OptionError(msg)
    path = out or Path(f"{dataset}-competition.zip")
    if path.suffix.lower() != ".zip":
        msg = f"--out is {path}; a bundle is a zip file, so its name must end in .zip"
        raise OptionError(msg)
    phases = usual_phases(spec.splits, start or _tomorrow(), days, final_days)
    about = title or f"{suite.tasks[task].title}: {dataset}"
    write_bundle(suite, Competition(dataset, tuple(phases), about, docker_image), path)
    size = path.stat().st_size / 1e6
    stderr().print(f"wrote {path} ({size:.1f} MB); read ORGANISERS.md in it", markup=False)


def _tomorrow() -> datetime:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return today + timedelta(days=1)
