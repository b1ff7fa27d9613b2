"""Leaderboards: ranked tables per task, built from records, and their renderers."""

from __future__ import annotations

from restorebench.leaderboard.board import Board, Column, Row, Section
from restorebench.leaderboard.build import boards
from restorebench.leaderboard.reports import write_reports
from restorebench.leaderboard.terminal import terminal

__all__ = ("Board", "Column", "Row", "Section", "boards", "terminal", "write_reports")
