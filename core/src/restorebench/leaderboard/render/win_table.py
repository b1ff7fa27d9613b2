"""Win rates and strengths as tables: the second view of a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.format import (
    ABSENT,
    LONGEST_NAME,
    format_interval,
    format_number,
    one_line,
    shortened,
)
from restorebench.leaderboard.methods.wins import Ends, Wins, board_wins, method_wins
from restorebench.leaderboard.render.method_table import TITLE
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, plain_table

_COLUMNS = (
    TableColumn("restorer", "restorer", left=True),
    TableColumn("strength", "strength", "↑", higher_is_better=True),
    TableColumn("strength_interval", "strength 95\N{NO-BREAK SPACE}%", priority=2),
    TableColumn("win_rate", "wins\N{NO-BREAK SPACE}%", "↑", higher_is_better=True),
    TableColumn("win_rate_interval", "wins 95\N{NO-BREAK SPACE}%", priority=1),
)


def win_tables(boards: Sequence[Board]) -> Iterator[Table]:
    """The table over all tasks, and that of each board that has one."""
    found = (win_table_over_all(boards), *map(win_table, boards))
    return (table for table in found if table is not None)


def win_table_over_all(boards: Sequence[Board]) -> Table | None:
    """The methods over all tasks by strength; None where there are not two tasks and methods."""
    found = method_wins(boards)
    return None if found is None else _table(f"{TITLE} · win rates", found, "method")


def win_table(board: Board) -> Table | None:
    """The rows of a board by strength; None where there are not two to compare."""
    found = board_wins(board)
    if found is None:
        return None
    return _table(f"{one_line(board.task.title)} · win rates", found, "restorer")


def _table(title: str, found: Wins, who: str) -> Table:
    columns = (replace(_COLUMNS[0], key=who, title=who), *_COLUMNS[1:])
    lines = [
        [
            Cell(shortened(row.label, LONGEST_NAME)),
            _number(row.strength, 2),
            _ends(row.strength_ends, 2),
            _number(100 * row.rate, 0),
            _ends(row.rate_ends and (100 * row.rate_ends[0], 100 * row.rate_ends[1]), 0),
        ]
        for row in found.rows
    ]
    return replace(plain_table(title, columns, lines), notes=tuple(_notes(found)))


def _number(value: float | None, digits: int) -> Cell:
    return Cell(ABSENT if value is None else format_number(value, digits), value=value)


def _ends(ends: Ends | None, digits: int) -> Cell:
    return Cell(format_interval(ends, digits))


def _notes(found: Wins) -> Iterator[str]:
    sets = f"{found.data_sets} data set" + "s" * (found.data_sets != 1)
    yield (
        f"Image by image, over {found.images} images of {sets} that count alike: wins are the per "
        "cent of comparisons won, a tie being half; strength is that of Bradley and Terry (mean 0: "
        "a row wins against another with the probability 1 / (1 + exp(−difference)))."
    )
    if any(row.rate_ends for row in found.rows):
        yield "95 %: bootstrap over the images of each data set; none where all images agree."
