"""How the options of `leaderboard` rank, and whether they name what is in its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.errors import OptionError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.leaderboard import Board, Outside, Ranking, Roles
    from restorebench.plugins import Suite

_STRUCK = re.compile(r"((?:[^=(]|\([^)]*\)|\()+)=(.+)", re.DOTALL)
"""A row and a reason; the name of a row may have options, such as ``blur(radius=3)``."""


def ranking_of(
    results: Path, rank_by: str | None, roles: Roles, scores: Path | None, published: Path | None
) -> Ranking:
    """What the options ask for; raises `OptionError` for what cannot be read."""
    from restorebench.leaderboard import (
        Outside,
        Ranking,
        parse_rule,
        published_beside,
        read_outside,
        read_published,
    )

    return Ranking(
        rule=parse_rule(rank_by) if rank_by else None,
        roles=roles,
        outside=read_outside(scores) if scores else Outside(),
        published=read_published(published) if published else published_beside(results),
    )


def roles_of(
    baselines: Sequence[str] | None, floor: str | None, disqualified: Sequence[str] | None
) -> Roles:
    """Who does not compete; the floor is a baseline. Raises `OptionError` for no ROW=REASON."""
    from restorebench.leaderboard import Roles

    listed = frozenset(filter(None, [*(baselines or ()), floor]))
    return Roles(listed, dict(map(_struck, disqualified or ())), floor or "")


def check_roles(roles: Roles, boards: Sequence[Board]) -> None:
    """Raises `OptionError` for a row that is in no table: misspelt, it would keep its place."""
    rows = {row.label for board in boards for section in board.sections for row in section.rows}
    for name in sorted((roles.baselines | {*roles.disqualified}) - rows):
        msg = f"--baseline, --floor or --disqualify: no row is called {name!r}; "
        raise OptionError(msg + nearest(name, sorted(rows)))


def check_rule(ranking: Ranking, boards: Sequence[Board], suite: Suite) -> None:
    """Raises `OptionError` where ``--rank-by`` names what is not a column: it would rank nothing.

    A metric that is installed but was not computed here, and a column of ``--scores`` that is
    empty, are left to the table's own remark.
    """
    from restorebench.leaderboard.records.intake import COSTS

    if ranking.rule is None:
        return
    known = {c.name for board in boards for section in board.sections for c in section.columns}
    for name in ranking.rule.all_columns:
        if name not in known | {*COSTS, *suite.metrics.names(), *ranking.outside.better}:
            msg = f"--rank-by: there is no column {name!r}; {nearest(name, sorted(known))}"
            raise OptionError(msg)


def check_scores(outside: Outside, boards: Sequence[Board]) -> Iterator[str]:
    """A sentence for each name in ``--scores`` that is not a row; `OptionError` where none is."""
    rows = {row.label for board in boards for section in board.sections for row in section.rows}
    absent = outside.unmatched(rows)
    for name in absent:
        yield f"{outside.path}: no row is called {name!r}; {nearest(name, sorted(rows))}"
    there = {section.dataset for board in boards for section in board.sections}
    for name in outside.elsewhere(there):
        msg = f"{outside.path}: no table is of the data set {name!r}"
        yield f"{msg}; {nearest(name, sorted(there))}"
    if absent and len(absent) == len(set(outside.values.labels)):
        msg = f"{outside.path}: none of its names is that of a row"
        raise OptionError(msg)


def unranked(boards: Sequence[Board]) -> Iterator[str]:
    """For each section in which the rule ranks nothing: its name and why."""
    for board in boards:
        for section in board.sections:
            if section.is_unranked:
                yield f"{section.name}: {section.doubt}"


def _struck(text: str) -> tuple[str, str]:
    found = _STRUCK.fullmatch(text)
    if not found:
        msg = f"--disqualify {text!r}: write the row and the reason as ROW=REASON"
        raise OptionError(msg)
    return found[1], found[2]
