"""Options and arguments that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from restorebench.cli import completion
from restorebench.errors import OptionError

Patterns: TypeAlias = Annotated[
    list[str] | None, typer.Argument(help="Names or shell patterns; all without one.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tasks: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--task", help="Tasks (shell pattern).", autocompletion=completion.task_names),
]
Datasets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--dataset", help="Data sets (shell pattern).", autocompletion=completion.dataset_names
    ),
]
Restorers: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--restorer",
        help="Restorers (shell pattern), with options as NAME:key=value,key=value.",
        autocompletion=completion.restorer_names,
    ),
]
Split: TypeAlias = Annotated[str, typer.Option("--split", help="The split of the data sets.")]
Results: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--results",
        help="The store's folder; by default leaderboards/results if there is a folder "
        "'leaderboards' here, else restorebench-results.",
    ),
]


def results_folder(given: Path | None) -> Path:
    """The store's folder: as given, else the same as that of ``pytest --benchmark``."""
    if given is not None:
        return given
    boards = Path("leaderboards")
    return boards / "results" if boards.is_dir() else Path("restorebench-results")


def key_value(text: str) -> tuple[str, Any]:
    """Key and value; the value is JSON where it can be, else text."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        msg = f"{text!r} is not KEY=VALUE"
        raise OptionError(msg)
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
