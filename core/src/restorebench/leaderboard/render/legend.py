"""A board's rule in words, and notes on how to read its columns."""

from __future__ import annotations

from collections.abc import Iterator

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.render.highlight import tie_letters


def ranked_by(board: Board) -> str:
    """The rule, where it is one column its unit and direction, and where it is from."""
    return _ranked_by(board) + (f" ({board.rule_note})" if board.rule_note else "")


def _ranked_by(board: Board) -> str:
    ranking = board.column(board.task.rank_by)
    if ranking is None or ranking.title != board.rule:
        return board.rule
    unit = f" ({ranking.unit})" if ranking.unit else ""
    better = {True: "higher is better", False: "lower is better", None: "direction unknown"}
    return f"{ranking.title}{unit}, {better[ranking.higher_is_better]}"


def about(section: Section) -> tuple[str, ...]:
    """Data set, split and number of images of a section, as far as it has them."""
    if not section.has_images:
        return (section.dataset, f"{len(section.rows)} rows of a given table")
    return (section.dataset, section.split, section.size)


def legend(board: Board, section: Section) -> Iterator[str]:
    """Sentences about the intervals, tie groups and doubts of a section."""
    if any(board.task.rank_by in row.intervals for row in section.rows):
        yield "95 %: bootstrap interval of the mean over images."
    if tie_letters(section) and not section.undecided:
        yield (
            "Tie: neighbours that share a letter are not told apart by paired tests against the "
            "next row (sign flips, Holm, 5 %)."
        )
    if any(row.claims for row in section.rows):
        yield "Runtime, device, extra data and parameters are as the teams state them."
    if section.doubt:
        yield f"{section.doubt[0].upper()}{section.doubt[1:]}."
