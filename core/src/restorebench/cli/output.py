"""What commands print: tables and JSON on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from restorebench.console import PlainConsole, json_text, visible
from restorebench.errors import ImageWarning

if TYPE_CHECKING:
    from restorebench.plugins import Suite

LOG_WIDTH = 100
"""Columns of a table that is written to a pipe or a file."""


def stdout() -> Console:
    """The console for results."""
    console = PlainConsole()
    return console if console.is_terminal else PlainConsole(width=LOG_WIDTH)


def stderr() -> Console:
    """The console for progress, warnings and errors."""
    return PlainConsole(stderr=True)


def note(line: str | Text) -> None:
    """One line on stderr."""
    stderr().print(line, soft_wrap=True)


def error(message: str) -> None:
    """One red line on stderr."""
    note(Text.assemble(("error:", "bold red"), " ", message))


def warning(message: str) -> None:
    """One yellow line on stderr."""
    note(Text.assemble(("warning:", "yellow"), " ", message))


@contextmanager
def shown_warnings() -> Iterator[None]:
    """Print what is wrong with a file as a line, without the place in our code that found it."""
    with warnings.catch_warnings():
        others = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **how: Any) -> None:
            if issubclass(category, ImageWarning):
                warning(str(message))
            else:
                others(message, category, *where, **how)

        warnings.showwarning = show
        yield


def result(line: object) -> None:
    """One line on stdout."""
    stdout().print(str(line), soft_wrap=True)


def emit(value: Any) -> None:
    """JSON on stdout; infinities become the texts ``"inf"`` and ``"-inf"``."""
    text = json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    typer.echo(json_text(text, sys.stdout.encoding or "ascii"))


def document(text: str) -> None:
    """A text in a format of its own on stdout; to a file or a pipe it goes as UTF-8, as it says.

    A console gets what its encoding has.
    """
    binary = getattr(sys.stdout, "buffer", None)
    end = "" if text.endswith("\n") else "\n"
    if sys.stdout.isatty() or binary is None:
        typer.echo(text + end, nl=False)
    else:
        sys.stdout.flush()
        binary.write((text + end).encode("utf-8", "backslashreplace"))
        binary.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def suite() -> Suite:
    """Everything that is installed; all commands get it here."""
    from restorebench import plugins

    return plugins.suite()


def installed() -> Suite:
    """The suite, with one warning line if plugins are left out."""
    found = suite()
    if found.failures:
        names, count = ", ".join(report.name for report in found.failures), len(found.failures)
        which = "a plugin has" if count == 1 else f"{count} plugins have"
        warning(f"{which} a problem ({names}); see 'restorebench plugins'")
    return found


def print_table(
    titles: Iterable[str], rows: Iterable[Sequence[str]], folds: Collection[str] = ()
) -> None:
    """A table on stdout; in the columns `folds`, long text goes on in the next line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title not in folds)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    stdout().print(table)
