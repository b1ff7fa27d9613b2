"""The verb `export`: a finished run as a small file of weights and its model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from restorebench.cli.options import Device, Steps, option, output
from restorebench.cli.output import installed, result
from restorebench.cli.progress import Bar, ProgressDisplay

Run = Annotated[
    Path, typer.Argument(metavar="RUN", help="The folder of a finished run, or its weights.")
]
Output = Annotated[Path, output("DIR", "The folder for both files.")]
Name = Annotated[str, option("--name", "NAME", "The files' name; by default the recipe's.")]
CompressorFile = Annotated[
    Path | None,
    option(
        "--compressor",
        "FILE",
        "Weights of a latent diffusion's compressor, if they have been moved.",
    ),
]


def export(
    run: Run,
    output: Output,
    name: Name = "",
    compressor: CompressorFile = None,
    steps: Steps = None,
    device: Device = "cpu",
) -> None:
    """Export a finished run as float16 weights and a model card.

    Writes NAME.safetensors and NAME.md, for the folder weights/ of a plugin's package. The file
    is scored on the validation split, beside the task's other restorers; of a diffusion, one draw
    and the mean of several.
    """
    from restorebench.harness.device import check_device
    from restorebench.training.model_card.export import export as exported

    check_device(device)
    with ProgressDisplay() as progress:
        bars: dict[str, Bar] = {}

        def callback(row: str) -> None:
            if row not in bars:
                bars[row] = progress.bar(row)
            bars[row].advance()

        made = exported(run, output, installed(), name, compressor, steps, device, callback)
    for path in made:
        result(path)
