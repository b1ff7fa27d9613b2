"""Statistics of a section's rows over its images: intervals, spreads and tie groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from restorebench.leaderboard.ranking.rules import Better, Composite, Rule, Term, columns_of
from restorebench.leaderboard.ranking.statistics import (
    FEWEST,
    LEVEL,
    holm,
    intervals,
    paired_test,
    smallest_p,
    spread,
    tie_groups,
)
from restorebench.leaderboard.ranking.values import Values
from restorebench.leaderboard.records.means import Floats, Means, PerImage


@dataclass(frozen=True)
class Ties:
    """The tie group of each ranked label, and its corrected p-value against the next.

    `doubt` is empty, or says why the tests cannot decide anything here.
    """

    groups: Mapping[str, int] = field(default_factory=dict)
    p_next: Mapping[str, float] = field(default_factory=dict)
    doubt: str = ""


def row_intervals(table: Means, shown: Values) -> dict[str, dict[str, tuple[float, float]]]:
    """Intervals of the means in `shown`, by label and column; absent where there is none."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for cells, scores in _alike(table.images, shown):
        for (label, column), ends in zip(cells, intervals(scores), strict=True):
            if np.isfinite(ends).all():
                found.setdefault(label, {})[column] = (float(ends[0]), float(ends[1]))
    return found


def _alike(images: PerImage, shown: Values) -> Iterator[tuple[list[tuple[str, str]], Floats]]:
    """Cells of a table that rest on the same images, and their scores, ``(images, cells)``."""
    parts: dict[bytes, list[tuple[list[tuple[str, str]], Floats]]] = {}
    for column in shown:
        labels = shown.take(~np.isnan(shown[column])).labels
        scores = images.scores[column][images.lines(labels)]
        if labels:
            there = ~np.isnan(scores[0])
            cells = [(label, column) for label in labels]
            parts.setdefault(there.tobytes(), []).append((cells, scores[:, there].T))
    for same in parts.values():
        yield [cell for cells, _ in same for cell in cells], np.concatenate([s for _, s in same], 1)


def row_spread(images: PerImage, label: str) -> dict[str, tuple[float, float]]:
    """Standard deviations over images and over draws of one row, by column."""
    row = images.labels.index(label)
    found = {}
    for column, matrix in images.scores.items():
        there = ~np.isnan(matrix[row])
        within = images.within.get(column)
        noise = None if within is None else within[row][there]
        deviations = spread(matrix[row][there], noise, images.draws[row][there])
        if not np.isnan(deviations[0]):
            found[column] = deviations
    return found


def ties(images: PerImage, order: Sequence[str], rule: Rule, better: Better) -> Ties:
    """Paired tests of each of `order`, the ranked labels, against the next.

    Under a rule over several columns two rows differ where the one ahead is ahead in at least one
    of them; all columns are tested. A column without scores per image (a mean opinion score) is
    not tested.
    """
    if len(order) < 2:
        return Ties(dict.fromkeys(order, 1))
    tested = _tested(images, rule, better)
    if not tested:
        return Ties(doubt="no tie groups: what ranks has no scores per image")
    lines = images.lines(order)
    differences = [_differences(matrix[lines]) for matrix in tested]
    raw = np.stack([_ahead(d, one_sided=len(tested) > 1) for d in differences]).min(0)
    p = holm(np.minimum(1.0, raw * len(tested)))
    groups = dict(zip(order, tie_groups(p), strict=True))
    doubt = _doubt(min(map(len, differences)), len(tested) * (len(order) - 1))
    return Ties(groups, dict(zip(order, p.tolist(), strict=False)), doubt)


def _tested(images: PerImage, rule: Rule, better: Better) -> list[Floats]:
    """Matrices of which higher is better, from the terms that have scores per image."""
    if isinstance(rule, Composite):
        return [_term(rule.formula, images, better)] if {*rule.columns} <= {*images.scores} else []
    there = [t for t in rule.terms if {*columns_of(t)} <= {*images.scores}]
    return [_term(term, images, better) for term in there]


def _term(term: Term, images: PerImage, better: Better) -> Floats:
    if isinstance(term, str):
        return images.scores[term] * (1 if better.get(term) else -1)
    return np.asarray(term.value(images.scores), np.float64)


def _differences(scores: Floats) -> Floats:
    """Each row less the next over the images that all have, ``(images, rows − 1)``."""
    common = scores[:, ~np.isnan(scores).any(0)]
    with np.errstate(invalid="ignore", over="ignore"):  # by which a difference is infinite
        return (common[:-1] - common[1:]).T


def _ahead(differences: Floats, *, one_sided: bool) -> Floats:
    """p-values; with several columns, 1 where the row that is ahead by the rule is behind here."""
    p = paired_test(differences)
    if not one_sided:
        return p
    with np.errstate(all="ignore"):
        behind = np.nan_to_num(differences, nan=0.0).sum(0) <= 0
    return np.where(behind, 1.0, p)


def _doubt(images: int, tests: int) -> str:
    if smallest_p(images) * tests < LEVEL:
        return ""
    which = f"{images} image" + "s" * (images != 1)
    several = f" and {tests} comparisons" if tests > 1 else ""
    reach = f"no paired test can reach p < {LEVEL:g}"
    return f"with {which}{several} {reach}: no two rows can be told apart"


def few_images(images: int) -> str:
    """Why a section has no intervals; empty where it has enough images."""
    return "" if images >= FEWEST else f"no intervals below {FEWEST} images"
