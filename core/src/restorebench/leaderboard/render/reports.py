"""Boards as files: a Markdown and an HTML page per task, an index of each, CSV and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from restorebench.atomic import write_text
from restorebench.leaderboard.board import Board
from restorebench.leaderboard.render.csv_format import csv
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.index import index
from restorebench.leaderboard.render.html.page import page
from restorebench.leaderboard.render.latex import document
from restorebench.leaderboard.render.markdown import board_markdown, escape, markdown

INDEX, README = "index.html", "README.md"


def write_reports(
    boards: Sequence[Board], folder: Path, gallery: Gallery | None = None
) -> list[Path]:
    """Write the reports into `folder` and return their paths, the index first.

    HTML pages have the images of `gallery`. Each file is replaced as a whole, so that a reader
    never sees half of one.
    """
    texts = {INDEX: index(boards), README: _readme(boards)}
    texts |= {f"{board.task.name}.md": board_markdown(board, level=1) for board in boards}
    texts |= {f"{board.task.name}.html": page([board], gallery, index=INDEX) for board in boards}
    texts |= {"leaderboard.csv": csv(boards), "leaderboard.tex": document(boards)}
    return [write_report(folder / name, text) for name, text in texts.items()]


def _readme(boards: Sequence[Board]) -> str:
    links = "\n".join(
        f"- [{escape(b.task.title)}]({b.task.name}.md) ([page]({b.task.name}.html))" for b in boards
    )
    empty = "There are no records yet: run the benchmark first.\n"
    files = "[leaderboard.csv](leaderboard.csv), as LaTeX [leaderboard.tex](leaderboard.tex)"
    body = f"{links}\n\nAll numbers: {files}.\n\n{markdown(boards)}"
    return f"# Leaderboards\n\n{body if boards else empty}"


def write_report(path: Path, text: str) -> Path:
    """Replace one file as a whole; returns its path."""
    write_text(path, text)
    return path
