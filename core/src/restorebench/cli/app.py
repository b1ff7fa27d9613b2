"""The typer application: its verbs in groups, and what becomes of errors."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

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
    rules,
    run,
    score,
    train,
    weights,
)
from restorebench.cli.output import error
from restorebench.errors import RestorebenchError

FAILED = 2
"""Exit status after an error of the project's own types, or of the operating system."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

VERBS: Mapping[str, Sequence[Callable[..., None]]] = {
    "Benchmark": (
        *(run.run, listing.tasks, listing.datasets, listing.restorers),
        *(listing.metrics, listing.protocols),
    ),
    "Reports": (board.leaderboard, compare.compare, identify.identify),
    "Challenges": (score.score, bundle.bundle, rules.rules),
    "Networks": (
        *(restore.restore, convert.convert, card.card, backbones.backbones),
        *(listing.sdes, listing.solvers, listing.compressors, listing.guides),
    ),
    "Training": (train.train, train.recipes, export.export, ablate.ablate),
    "About": (plugin_list.plugins, doctor.doctor),
}
"""The commands by the group in which ``--help`` shows them."""


class Verb(TyperCommand):
    """A command whose help names no types of flags and arguments."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters."""
        return list(map(_without_type, super().get_params(ctx)))


class Verbs(TyperGroup):
    """Turns the project's own errors into one line; ``RESTOREBENCH_TRACEBACK=1`` shows where."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters."""
        return list(map(_without_type, super().get_params(ctx)))

    def invoke(self, ctx: Any) -> Any:
        """Run a verb; what is wrong with its input is printed as one line."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # as of `restorebench tasks | head -1`
            raise
        except (RestorebenchError, OSError) as problem:
            if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
                raise
            error(_message(problem))
            raise typer.Exit(FAILED) from problem
        except KeyboardInterrupt as problem:
            error("interrupted; finished work is kept, and the same command continues from there")
            raise typer.Exit(INTERRUPTED) from problem


def _without_type(parameter: Any) -> Any:
    if getattr(parameter, "is_flag", False):
        parameter.metavar = ""
    elif parameter.param_type_name == "argument" and parameter.metavar:
        parameter.display_type_rich = lambda ctx: None
    return parameter


def _message(problem: Exception) -> str:
    """What to print of an error; that of the operating system with its path first."""
    if not isinstance(problem, OSError) or not problem.strerror:
        return str(problem)
    paths = [str(path) for path in (problem.filename, problem.filename2) if path is not None]
    return ": ".join([" → ".join(paths), problem.strerror] if paths else [problem.strerror])


def _help(verb: Callable[..., None]) -> str:
    """A docstring whose paragraphs flow to the width of the terminal."""
    paragraphs = inspect.cleandoc(verb.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


app = typer.Typer(
    cls=Verbs,
    name="restorebench",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(given: bool) -> None:
    if given:
        from restorebench import __version__

        typer.echo(f"restorebench {__version__}")
        raise typer.Exit


@app.callback()
def _restorebench(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A plugin-based, multi-task benchmark suite for image restoration."""


for group, verbs in VERBS.items():
    for verb in verbs:
        app.command(cls=Verb, help=_help(verb), rich_help_panel=group)(verb)
app.add_typer(weights.weights, name="weights", cls=Verbs, rich_help_panel="Networks")
