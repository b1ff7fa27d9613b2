"""The page that leads to the page of each task, with the first rows of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.html import assets
from restorebench.leaderboard.render.html.data import section_id
from restorebench.leaderboard.render.legend import ranked_by
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.table import Table
from restorebench.leaderboard.render.win_table import win_table_over_all

_ROWS = 3
"""Rows of each data set."""
_COLUMNS = frozenset({"rank", "restorer", "score", "delta"})


def index(boards: Sequence[Board]) -> str:
    """The index as HTML; the page of a task is its name with ``.html``."""
    return assets.render(
        "index.html",
        boards=boards,
        methods=method_board(boards),
        wins=win_table_over_all(boards),
        method_table=method_table,
        policy=assets.policy(),
        title="Leaderboards",
        first_rows=first_rows,
        ranked_by=ranked_by,
        section_id=section_id,
    )


def first_rows(board: Board, section: Section) -> Table:
    """The first rows of a section, with the columns that rank them."""
    table = ranking_table(board, [section])
    (whole,) = table.sections
    rows = replace(whole, rows=whole.rows[:_ROWS])
    first = replace(table, title=whole.title, notes=(), sections=(rows,))
    shown = _COLUMNS | board.ranking_columns
    return first.without([column for column in table.columns if column.key not in shown])
