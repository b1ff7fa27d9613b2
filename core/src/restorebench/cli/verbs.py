"""Commands and groups of commands: their help, and what becomes of errors."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from restorebench.atomic import reason
from restorebench.cli.output import error, shown_warnings
from restorebench.errors import RestorebenchError

FAILED = 2
"""Exit status after an error of the project's own types, or of the operating system."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


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
            with shown_warnings():
                return super().invoke(ctx)
        except BrokenPipeError:  # as of `restorebench tasks | head -1`
            raise
        except (RestorebenchError, OSError) as problem:
            if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
                raise
            error(_message(problem))
            raise typer.Exit(FAILED) from problem
        except RuntimeError as problem:
            if "Symlink loop" not in str(problem):  # which pathlib raises up to Python 3.12
                raise
            error(f"{problem}: the link leads to itself; name another place")
            raise typer.Exit(FAILED) from problem
        except KeyboardInterrupt as problem:
            error("interrupted; finished work is kept, and the same command continues from there")
            raise typer.Exit(INTERRUPTED) from problem


class ListedVerbs(Verbs):
    """Verbs of which ``list`` is meant where none is given: ``datasets``, ``datasets sots-*``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb before its arguments."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


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
    if isinstance(problem, FileExistsError):
        return reason(problem)
    paths = [str(path) for path in (problem.filename, problem.filename2) if path is not None]
    return ": ".join([" → ".join(paths), problem.strerror] if paths else [problem.strerror])


def help_text(verb: Callable[..., None]) -> str:
    """A docstring whose paragraphs flow to the width of the terminal."""
    paragraphs = inspect.cleandoc(verb.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
