"""The typer application: its verbs, and what becomes of errors."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from restorebench import __version__
from restorebench.cli import (
    ablate,
    backbones,
    board,
    bundle,
    card,
    compare,
    convert,
    doctor,
    export,
    identify,
    listing,
    plugin_list,
    restore,
    run,
    score,
    train,
)
from restorebench.cli.output import error
from restorebench.errors import RestorebenchError

FAILED = 2
"""Exit status after an error of the project's own types."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


class Verbs(TyperGroup):
    """Turns the project's own errors into one line; ``RESTOREBENCH_TRACEBACK=1`` shows where."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb; what is wrong with its input is told in one line."""
        try:
            return super().invoke(ctx)
        except RestorebenchError as problem:
            if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
                raise
            error(str(problem))
            raise typer.Exit(FAILED) from problem
        except KeyboardInterrupt as problem:
            error("interrupted; what was recorded is kept, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from problem


app = typer.Typer(
    cls=Verbs,
    name="restorebench",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"restorebench {__version__}")
        raise typer.Exit


@app.callback()
def _restorebench(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A plugin-based, multi-task benchmark suite for image restoration."""


for verb in (
    *(listing.tasks, listing.datasets, listing.restorers, listing.metrics, listing.protocols),
    *(plugin_list.plugins, doctor.doctor, run.run, score.score, board.leaderboard),
    *(compare.compare, identify.identify),
    *(listing.sdes, listing.solvers, listing.compressors, listing.guides, backbones.backbones),
    *(convert.convert, restore.restore, bundle.bundle),
    *(train.recipes, train.train, export.export, card.card),
    ablate.ablate,
):
    app.command()(verb)
