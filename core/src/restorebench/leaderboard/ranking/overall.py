"""One table over several sections: mean ranks and Borda points of the rows that ran everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from restorebench.leaderboard.board import Overall, OverallRow, Section
from restorebench.leaderboard.ranking.places import places
from restorebench.leaderboard.ranking.rules import Borda, RankSum
from restorebench.leaderboard.ranking.values import Values, ranks


def overall(title: str, sections: Sequence[Section]) -> Overall | None:
    """The rows that are ranked in each of `sections`, by their mean rank among one another.

    Ties of mean ranks share a place. A data set that has several sections (rescored, or with other
    pixels) counts once, with the one in which most rows are ranked. None unless two rows are
    ranked in at least two data sets.
    """
    used = once_each(sections)
    found = {s.name: {r.label: r.rank for r in s.rows if r.rank is not None} for s in used}
    if len(found) < 2:
        return None
    first, *others = found.values()
    labels = tuple(label for label in first if all(label in other for other in others))
    columns = {k: [float(own[label]) for label in labels] for k, own in found.items()}
    table = Values.of(labels, columns)
    return _overall(title, Values(labels, {name: ranks(table[name]) for name in table}))


def _overall(title: str, values: Values) -> Overall | None:
    if len(values.labels) < 2:
        return None
    names = tuple(values)
    lower = dict.fromkeys(names, False)
    by_mean = places(values, lower, RankSum(names, mean=True))
    points = places(values, lower, Borda(names))
    rows = (
        OverallRow(
            label=label,
            rank=by_mean.rank[label],
            mean_rank=by_mean.score[label],
            borda=points.score[label],
            ranks=values.numbers(label),
        )
        for label in values.labels
    )
    return Overall(title, names, tuple(sorted(rows, key=lambda row: (row.rank, row.label))))


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
