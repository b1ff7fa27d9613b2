"""The verb `leaderboard`: tables from the store."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import typer

from restorebench.cli import completion
from restorebench.cli.options import Results, Tasks, results_folder
from restorebench.cli.output import installed, stderr, stdout
from restorebench.errors import StoreError

Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="A renderer: terminal, markdown, csv, or a plugin's.",
        autocompletion=completion.renderer_names,
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Write all reports into this folder as well.")
]


def leaderboard(
    results: Results = None, task: Tasks = None, format_: Format = "terminal", out: Out = None
) -> None:
    """Print the leaderboards of a store, or write them as files."""
    from restorebench.harness.store import Store
    from restorebench.leaderboard import boards, write_reports

    suite = installed()
    render = suite.renderers.load(format_)
    store = Store(results_folder(results))
    wanted = task or ["*"]
    records = [r for r in store.records() if any(fnmatchcase(r.task, p) for p in wanted)]
    if not records:
        which = f" of {', '.join(task)}" if task else ""
        msg = f"there are no records{which} in {store.folder}; make some with 'restorebench run'"
        raise StoreError(msg)
    tables = boards(records, suite, store.provenance)
    rendered = render(tables)
    if isinstance(rendered, str):
        typer.echo(rendered, nl=not rendered.endswith("\n"))
    else:
        stdout().print(rendered)
    for path in write_reports(tables, out) if out else ():
        stderr().print(f"wrote {path}", markup=False, soft_wrap=True)
