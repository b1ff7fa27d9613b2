"""Leaderboards: ranked tables per task, built from records, and their renderers."""

from __future__ import annotations

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.build import boards
from restorebench.leaderboard.external_scores import Outside, read_outside
from restorebench.leaderboard.published import Published, published_beside, read_published
from restorebench.leaderboard.ranking.parse import parse_rule
from restorebench.leaderboard.ranking.places import Roles
from restorebench.leaderboard.ranking_choice import Ranking
from restorebench.leaderboard.records.ledger import ledger
from restorebench.leaderboard.records.reading import read_ledger
from restorebench.leaderboard.render.terminal import terminal

__all__ = (
    "Board",
    "Outside",
    "Published",
    "Ranking",
    "Roles",
    "boards",
    "ledger",
    "parse_rule",
    "published_beside",
    "read_ledger",
    "read_outside",
    "read_published",
    "terminal",
)
