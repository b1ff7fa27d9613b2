"""One table over several sections: mean ranks and Borda points of the rows that ran everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from restorebench.leaderboard.board import Overall, OverallRow, Section
from restorebench.leaderboard.ranking.places import places
from restorebench.leaderboard.ranking.rules import Borda, RankSum


def overall(title: str, sections: Sequence[Section]) -> Overall | None:
    """The rows that are ranked in each of `sections`, by their mean rank among one another.

    Ties of mean ranks share a place. A data set that has several sections (rescored, or with other
    pixels) counts once, with the one in which most rows are ranked. None unless two rows are
    ranked in at least two data sets.
    """
    used = once_each(sections)
    ranks = {s.name: {r.label: r.rank for r in s.rows if r.rank is not None} for s in used}
    table = pd.DataFrame(ranks, dtype=float).dropna().rank(method="average")
    return _overall(title, table)


def _overall(title: str, ranks: pd.DataFrame) -> Overall | None:
    if ranks.shape[0] < 2 or ranks.shape[1] < 2:
        return None
    names = tuple(map(str, ranks.columns))
    lower = dict.fromkeys(names, False)
    by_mean = places(ranks, lower, RankSum(names, mean=True))
    points = places(ranks, lower, Borda(names)).score
    assert by_mean.score is not None
    assert points is not None
    order = pd.DataFrame({"rank": by_mean.rank, "label": ranks.index}, index=ranks.index)
    rows = tuple(
        OverallRow(
            label=str(label),
            rank=int(by_mean.rank[label]),
            mean_rank=float(by_mean.score[label]),
            borda=float(points[label]),
            ranks={name: float(ranks.loc[label, name]) for name in names},
        )
        for label in order.sort_values(["rank", "label"]).index
    )
    return Overall(title, names, rows)


def once_each(sections: Sequence[Section]) -> list[Section]:
    """Of each data set and split the section in which most rows are ranked, if any are."""
    best: dict[tuple[str, str], Section] = {}
    for section in sections:
        key = (section.dataset, section.split)
        if key not in best or _ranked(section) > _ranked(best[key]):
            best[key] = section
    return [section for section in best.values() if _ranked(section)]


def _ranked(section: Section) -> int:
    return sum(row.rank is not None for row in section.rows)
