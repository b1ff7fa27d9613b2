"""The verb `export`: a finished run as a small file of weights and its model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

from restorebench.cli.output import installed, stderr, stdout

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="The folder of a finished run, or its weights.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to write the two files.")]
Name = Annotated[
    str, typer.Option("--name", help="What they are called; by default as the run's recipe.")
]
CompressorFile = Annotated[
    Path | None,
    typer.Option(
        "--compressor",
        metavar="FILE",
        help="Weights of a latent diffusion's compressor, where they have been moved.",
    ),
]
Steps = Annotated[
    int | None,
    typer.Option("--steps", min=1, help="How many steps a diffusion is to be sampled in."),
]
Device = Annotated[str, typer.Option("--device", help="A torch device, such as cpu or cuda.")]


def export(
    run: Run,
    out: Out,
    name: Name = "",
    compressor: CompressorFile = None,
    steps: Steps = None,
    device: Device = "cpu",
) -> None:
    """Write a finished run as NAME.safetensors, with float16 weights, and NAME.md, its model card.

    For the folder weights/ of a plugin's package. The file is scored on the validation split,
    beside the task's other restorers; of a diffusion, one draw and the mean of several.
    """
    from restorebench.harness.device import check_device
    from restorebench.training.model_card.export import export as exported

    check_device(device)
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed} restored"))
    with Progress(*columns, console=stderr(), transient=True) as progress:
        rows: dict[str, TaskID] = {}

        def told(row: str) -> None:
            if row not in rows:
                rows[row] = progress.add_task(row, total=None)
            progress.advance(rows[row])

        made = exported(run, out, installed(), name, compressor, steps, device, told)
    for path in made:
        stdout().print(str(path), markup=False, soft_wrap=True)
