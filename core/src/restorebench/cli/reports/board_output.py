"""Boards rendered: printed, written to one file, or as all reports of a folder."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.cli.output import document, note, stdout
from restorebench.cli.reports.tables import Tables
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.leaderboard import Board


def renderer(
    tables: Tables, format_: str, images: int, *, wants_page: bool
) -> Callable[[Sequence[Board]], Any]:
    """The renderer, given images if it can take them (a parameter `gallery`).

    It gives text, or what a rich console prints. Raises `OptionError` where there are `images`,
    and neither it nor a page (`wants_page`) shows them.
    """
    render: Callable[..., Any] = tables.suite.renderers.load(format_)
    if not images:
        return render
    if "gallery" in inspect.signature(render).parameters:
        gallery = tables.gallery(images)
        return lambda boards: render(boards, gallery=gallery)
    if not wants_page:
        msg = f"the renderer {format_!r} takes no images; use --format html or --output FOLDER"
        raise OptionError(msg)
    return render


def show(rendered: Any) -> None:
    """Print what a renderer gave."""
    if isinstance(rendered, str):
        document(rendered)
    else:
        stdout().print(rendered)


def write(
    tables: Tables,
    boards: Sequence[Board],
    out: Path,
    render: Callable[[Sequence[Board]], Any],
    images: int,
) -> None:
    """Write the file `out`, or all reports below the folder `out`; says which on stderr."""
    from restorebench.leaderboard.render.reports import write_report, write_reports

    if is_file(out):
        rendered = render(boards)
        if not isinstance(rendered, str):
            msg = f"{out} is a file; choose a --format that is text, such as html or markdown"
            raise OptionError(msg)
        written = [write_report(out, rendered)]
    else:
        written = write_reports(boards, out, tables.gallery(images))
    for path in written:
        note(f"wrote {path}")


def is_file(out: Path) -> bool:
    """Whether `out` is meant as a file: by its suffix, unless there is such a folder."""
    return bool(out.suffix) and not out.is_dir()
