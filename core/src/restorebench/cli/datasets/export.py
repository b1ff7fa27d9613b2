"""The verb `datasets export`: a split as a table of Hugging Face `datasets`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from restorebench.cli.datasets.split_text import HELP, open_splits
from restorebench.cli.options import DataRoot, Task
from restorebench.cli.output import result
from restorebench.cli.progress import ProgressDisplay

Source = Annotated[str, typer.Argument(metavar="DATASET", help=HELP)]
Out = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write it.")]
Form = Annotated[
    Literal["parquet", "arrow"],
    typer.Option("--format", help="Files as on the Hub, or a table as datasets saves it."),
]


def export(
    dataset: Source,
    folder: Out,
    form: Form = "parquet",
    task: Task = None,
    data_root: DataRoot = None,
) -> None:
    """Write a data set as one table that holds its images, with the same content hash.

    'run --data hub:FOLDER' and datasets.load_dataset(FOLDER) read it. A folder of parquet can be
    uploaded to the Hub as it is. Files are taken over byte for byte; generated images are written
    without loss.
    """
    from restorebench.data.tables.export import export as write

    (splits,) = open_splits([dataset], task, data_root)
    with ProgressDisplay() as progress:
        bar = progress.bar("writing samples", sum(map(len, splits)))
        for split in splits:
            place = folder / split.split if form == "arrow" and len(splits) > 1 else folder
            write(split, place, form, bar.advance)
            result(f"{split.name}/{split.split}: {len(split)} samples in {place}")
