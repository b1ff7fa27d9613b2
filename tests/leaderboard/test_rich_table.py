"""Rows that are drawn together look as if each was drawn for itself."""

import pytest
from rich.console import Console

from restorebench.leaderboard.render import rich_table
from restorebench.leaderboard.render.rich_table import Drawn
from restorebench.leaderboard.render.table import Cell, Table, TableColumn, TableRow, TableSection

NAMES = (
    "identity",
    "net-1(k=3)",
    "去霧網路",
    "e\u0301tude",
    "n" * 24,
    "n" * 25,
    "a long name " * 4,
)
COLUMNS = (
    TableColumn("rank", "#"),
    TableColumn("restorer", "restorer", left=True),
    TableColumn("psnr", "PSNR", "↑", marks=(1,)),
    TableColumn("images", "images"),
)


def row(number, name):
    emphasis = ("best", "second", "", "")[number % 4]
    score = Cell(f"{20 - number / 7:.2f}", (2, 3)[: number % 3], emphasis)
    tags = ("ref",) if number == 2 else ()
    roles = {2: {"reference"}, 9: {"incomplete", "unranked"}}.get(number, set())
    cells = (Cell(str(number)), Cell(name, tags=tags), score, Cell("" if number % 5 else "2000"))
    return TableRow(cells, name, frozenset(roles))


@pytest.fixture
def table():
    rows = tuple(row(number, NAMES[number % len(NAMES)]) for number in range(1, 30))
    sections = (TableSection("first", rows[:12]), TableSection("", rows[12:]))
    return Table("A board", COLUMNS, sections)


def drawn(table, width, colours):
    console = Console(width=width, color_system=colours, force_terminal=True, legacy_windows=False)
    with console.capture() as captured:
        console.print(Drawn(table))
    return captured.get()


@pytest.mark.parametrize("width", [20, 45, 52, 60, 100])
@pytest.mark.parametrize("colours", [None, "truecolor"])
def test_rows_are_drawn_together_as_one_by_one(table, width, colours, monkeypatch):
    together = drawn(table, width, colours)
    monkeypatch.setattr(rich_table, "_is_plain", lambda row, columns: False)
    assert together == drawn(table, width, colours)


def test_a_table_that_fits_has_fewer_rows_for_rich(table, monkeypatch):
    rows = []
    monkeypatch.setattr(
        rich_table, "_packed", lambda found, _: rows.extend(found) or ["" for _ in COLUMNS]
    )
    drawn(table, 100, None)
    assert len(rows) > 10
