"""The data of a leaderboard: columns, rows, sections (one protocol, one set of pixels), boards."""

from __future__ import annotations

from restorebench.leaderboard.board.board import Board
from restorebench.leaderboard.board.column import Column
from restorebench.leaderboard.board.image_row import ImageRow
from restorebench.leaderboard.board.overall import Overall, OverallRow
from restorebench.leaderboard.board.published import Check, PublishedRow, PublishedTable
from restorebench.leaderboard.board.row import LABEL, Claim, Row, RowCost
from restorebench.leaderboard.board.section import NOT_RANKED, Section

__all__ = (
    "LABEL",
    "NOT_RANKED",
    "Board",
    "Check",
    "Claim",
    "Column",
    "ImageRow",
    "Overall",
    "OverallRow",
    "PublishedRow",
    "PublishedTable",
    "Row",
    "RowCost",
    "Section",
)
