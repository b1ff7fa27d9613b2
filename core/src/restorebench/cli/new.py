"""The verb `new task`: a plugin to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from restorebench.cli.options import output
from restorebench.cli.output import result, suite
from restorebench.cli.verbs import Verb, help_text

new = typer.Typer(help="Write a plugin to begin with.", no_args_is_help=True)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The task, such as low-light; nothing else has it.")
]
Output = Annotated[Path | None, output("DIR", "A new folder; by default restorebench-NAME.")]


@new.callback()
def _new() -> None:
    """Write a plugin to begin with."""


def new_task(name: Name, output: Output = None) -> None:
    """Write an installable plugin for a new task.

    It has procedural data, a protocol, a baseline, a recipe, tests and a benchmark, and passes its
    tests at once. Then replace one part after the other by yours.
    """
    from restorebench import scaffold

    project = scaffold.new_task(name, suite(), output)
    result(f"wrote {len(project.files)} files to {project.folder}:")
    for path in project.files:
        result(f"  {path}")
    result(f"\nnext:\n  cd {project.folder}")
    result('  pip install -e ".[test]"\n  pytest')
    result(f"  restorebench check {name}\n  pytest --benchmark --task {name}")


new.command("task", cls=Verb, help=help_text(new_task))(new_task)
