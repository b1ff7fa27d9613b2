"""Options and arguments that several commands share: each is declared once, under one name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from restorebench.cli import completion

_TASK: Any = {"metavar": "TASK", "autocompletion": completion.task_names}
_DATASET: Any = {"metavar": "DATASET", "autocompletion": completion.dataset_names}


def option(flag: str, metavar: str, text: str, **more: Any) -> Any:
    """An option with a value, which the help calls `metavar`."""
    return typer.Option(flag, metavar=metavar, help=text, **more)


Patterns: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Names or shell patterns; everything by default."),
]
Tasks: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--task", **_TASK, help="Only these tasks (name or shell pattern; repeatable)."),
]
Datasets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--dataset", **_DATASET, help="Only these data sets (as --task)."),
]
Data: TypeAlias = Annotated[
    list[str] | None,
    option(
        "--data",
        "PATTERNS",
        "A data set of your own: degraded=hazy/{id}_*.png,target=gt/{id}.png (also mask=, depth=, "
        "condition=, scale=, name=), or a folder of pairs. Needs --task (repeatable).",
    ),
]
OneData: TypeAlias = Annotated[
    str | None,
    option(
        "--data",
        "PATTERNS",
        "A data set of your own, instead of --dataset: degraded=hazy/{id}_*.png,target=gt/{id}.png "
        "or a folder of pairs. Needs --task.",
    ),
]
DataRoot: TypeAlias = Annotated[
    Path | None,
    option(
        "--data-root",
        "DIR",
        "Where public data sets lie; by default RESTOREBENCH_DATA, or data_root in "
        "restorebench.toml.",
    ),
]
Restorers: TypeAlias = Annotated[
    list[str] | None,
    option(
        "--restorer",
        "RESTORER",
        "Only these restorers (as --task); NAME:key=value,… passes options.",
        autocompletion=completion.restorer_names,
    ),
]
Task: TypeAlias = Annotated[
    str | None, typer.Option("--task", **_TASK, help="The task; by default the data set's.")
]
Dataset: TypeAlias = Annotated[
    str | None, typer.Option("--dataset", **_DATASET, help="The data set.")
]
Split: TypeAlias = Annotated[str, option("--split", "SPLIT", "The split of the data sets.")]
Protocol: TypeAlias = Annotated[
    str | None,
    option(
        "--protocol",
        "PROTOCOL",
        "How images are compared; by default ntire-rgb for two folders, else the task's.",
        autocompletion=completion.protocol_names,
    ),
]
Protocols: TypeAlias = Annotated[
    list[str] | None,
    option(
        "--protocol",
        "PROTOCOL",
        "Score by these protocols instead of the task's own (name or shell pattern; repeatable).",
        autocompletion=completion.protocol_names,
    ),
]
Mask: TypeAlias = Annotated[
    Path | None,
    option("--mask", "PATH", "A folder or pattern of masks, named as the references; or one mask."),
]
Views: TypeAlias = Annotated[
    int | None, option("--views", "N", "Views per scene; by default from the names.", min=1, max=2)
]
Memory: TypeAlias = Annotated[
    str | None,
    option(
        "--memory",
        "SIZE",
        "Memory that may be used in all, as 3GiB or 800MiB; by default three quarters of what is "
        "free. Networks work on larger images in tiles.",
    ),
]
Tile: TypeAlias = Annotated[
    int,
    option("--tile", "N", "The side of their tiles; by default as memory needs it.", min=0),
]
Statistics: TypeAlias = Annotated[
    str,
    option(
        "--statistics",
        "NAME",
        "Where tiles have the means of the whole image from: exact (layer by layer), frozen (of a "
        "reduced image and two passes) or local (of windows of N: another estimator).",
    ),
]
Results: TypeAlias = Annotated[
    Path | None,
    option(
        "--results",
        "DIR",
        "The store; by default leaderboards/results where there is a folder leaderboards, "
        "else restorebench-results.",
    ),
]
Limit: TypeAlias = Annotated[int | None, option("--limit", "N", "Only the first N samples.", min=1)]
Seed: TypeAlias = Annotated[int, option("--seed", "N", "The seed of the noise.")]
Device: TypeAlias = Annotated[
    str, option("--device", "DEVICE", "A torch device, such as cpu or cuda:1.")
]
Steps: TypeAlias = Annotated[
    int | None, option("--steps", "N", "Steps of a diffusion's solver.", min=1)
]
Scale: TypeAlias = Annotated[
    int | None, option("--scale", "N", "The factor of super-resolution.", min=1, max=64)
]
Isolate: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--isolate/--no-isolate",
        help="Run restorers in processes of their own, where a crash costs one image; by default "
        "those from outside.",
    ),
]
Timeout: TypeAlias = Annotated[
    float | None,
    option("--timeout", "SECONDS", "Stop an isolated restoration after this long.", min=0.001),
]
EngineKind: TypeAlias = Annotated[
    str | None,
    option("--engine", "ENGINE", "local, or dask: by default dask where workers are asked for."),
]
Workers: TypeAlias = Annotated[
    int | None, option("--workers", "N", "Processes of this machine, or jobs of --slurm.", min=1)
]
Scheduler: TypeAlias = Annotated[
    str | None, option("--scheduler", "ADDRESS", "The workers of this Dask scheduler.")
]
Slurm: TypeAlias = Annotated[
    str | None,
    option(
        "--slurm",
        "OPTIONS",
        "Workers as jobs of Slurm (tried against stand-ins of its programs, not on a cluster): "
        "partition=gpu,gpus=1,cores=8,memory=32GB,walltime=04:00:00; "
        "anything else is passed to sbatch.",
    ),
]
Fresh: TypeAlias = Annotated[
    bool, typer.Option("--fresh", help="Restore and score again what is stored.")
]
Draws: TypeAlias = Annotated[int | None, option("--draws", "N", "Restorations per sample.", min=1)]
Overwrite: TypeAlias = Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def output(metavar: str, text: str, panel: str | None = None) -> Any:
    """The option ``-o/--output``; what it writes differs from command to command."""
    return typer.Option("--output", "-o", metavar=metavar, help=text, rich_help_panel=panel)


def images(text: str, least: int) -> Any:
    """The option ``--images``, how many are shown."""
    return typer.Option("--images", metavar="N", min=least, help=text)
