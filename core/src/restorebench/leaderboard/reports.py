"""Boards as files: one Markdown page per task, an index with all of them, and one CSV."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.longform import csv
from restorebench.leaderboard.markdown import board_markdown, escape, markdown

INDEX = "README.md"


def write_reports(boards: Sequence[Board], folder: Path) -> list[Path]:
    """Write the reports into `folder` and return their paths, the index first.

    Each file is replaced as a whole, so that a reader never sees half of one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{board.task.name}.md": board_markdown(board, level=1) for board in boards}
    texts = {INDEX: _index(boards), **pages, "leaderboard.csv": csv(boards)}
    return [_replace(folder / name, text) for name, text in texts.items()]


def _index(boards: Sequence[Board]) -> str:
    links = "\n".join(f"- [{escape(b.task.title)}]({b.task.name}.md)" for b in boards)
    empty = "There are no records yet: run the benchmark first.\n"
    body = f"{links}\n\nAll numbers: [leaderboard.csv](leaderboard.csv).\n\n{markdown(boards)}"
    return f"# Leaderboards\n\n{body if boards else empty}"


def _replace(path: Path, text: str) -> Path:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(draft).chmod(0o644)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return path
