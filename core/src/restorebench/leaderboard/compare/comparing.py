"""Comparing two restorers by their records."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from restorebench.errors import OptionError
from restorebench.leaderboard.board import Column
from restorebench.leaderboard.build import Lookup
from restorebench.leaderboard.columns import columns_of
from restorebench.leaderboard.compare.comparison import Comparison, CostRatio, Difference, ImagePair
from restorebench.leaderboard.compare.paired import less, paired
from restorebench.leaderboard.compare.select import ComparedRestorer, RestorerPair, pairs_of_sides
from restorebench.leaderboard.records.intake import COSTS
from restorebench.leaderboard.records.ledger import Sections
from restorebench.plugins import Suite
from restorebench.types import Record


def compare(
    records: Iterable[Record] | Sections,
    suite: Suite,
    a: str,
    b: str,
    *,
    common: bool = False,
    provenance: Lookup | None = None,
) -> tuple[Comparison, ...]:
    """One comparison per data set, split and protocol that both restorers have records of.

    `a` and `b` are labels of tables, or restorers as written for ``--restorer``. Raises
    `UnknownNameError` where the records have no such restorer, and `OptionError` where the two
    have no data set in common, or not the same images (unless `common`). `provenance` gives the
    provenance of runs, as `Store.provenance` does.
    """
    sides = pairs_of_sides(records, a, b)
    return tuple(_comparison(two, suite, common, provenance) for two in sides)


def _comparison(
    two: RestorerPair, suite: Suite, common: bool, provenance: Lookup | None
) -> Comparison:
    samples, left_out = _images(two, common)
    rule = (two.keys["protocol"], two.keys["protocol_hash"])
    names = [n for n in two.a.scores if _both(two, n, samples, common).any()]
    rank_by = [task.rank_by for task in suite.tasks if task.name == two.keys["task"]]
    columns = columns_of(names, suite, rule, *(rank_by or [""]))
    if not columns:
        msg = f"{two.a.label} and {two.b.label} have no score in common on {two.keys['dataset']}"
        raise OptionError(msg)
    found = tuple(_difference(two, c, samples, common) for c in columns)
    return Comparison(
        a=two.a.label,
        b=two.b.label,
        **two.keys,
        rank_by=columns[0].name,
        columns=found,
        images=_sorted([_image(two, name, names) for name in samples], columns[0]),
        costs=tuple(_costs(two, samples)),
        left_out=left_out,
        elsewhere=_machines(two.a, provenance) != _machines(two.b, provenance),
    )


def _machines(side: ComparedRestorer, provenance: Lookup | None) -> set[str]:
    """The hardware that a restorer was run on, as far as it is known."""
    facts = [found for run in side.runs if provenance and (found := provenance(run))]
    names = ("processor", "cores", "device", "device_name")
    return {repr([(fact.get("hardware") or {}).get(name) for name in names]) for fact in facts}


def _images(two: RestorerPair, common: bool) -> tuple[list[str], tuple[str, ...]]:
    """The images of both, and those that are left out."""
    a, b = two.a.images, two.b.images
    both = [name for name in a if name in b]
    left_out = sorted({*a, *b, *two.a.failed, *two.b.failed} - set(both))
    where = f"{two.keys['dataset']} · {two.keys['split']}"
    if not both:
        msg = f"{two.a.label} and {two.b.label} have no image in common on {where}"
        raise OptionError(msg)
    if left_out and not common:
        some = ", ".join(left_out[:3]) + (" …" if len(left_out) > 3 else "")
        msg = (
            f"{two.a.label} has {len(a)} images of {where} and {two.b.label} has {len(b)}, but "
            f"only {len(both)} are the same ({some} not); run what is missing, or compare those "
            "with --common"
        )
        raise OptionError(msg)
    return both, tuple(left_out)


def _both(two: RestorerPair, column: str, samples: list[str], common: bool) -> NDArray[np.bool_]:
    """Which images both have a score of in a column."""
    a, b = (~np.isnan(side.values(column, samples)) for side in (two.a, two.b))
    if (a != b).any() and not common:
        msg = (
            f"{column}: {two.a.label} has it for {a.sum()} images of {two.keys['dataset']} and "
            f"{two.b.label} for {b.sum()}; run again what lacks it, or compare those of both with "
            "--common"
        )
        raise OptionError(msg)
    return np.asarray(a & b)


def _difference(two: RestorerPair, column: Column, samples: list[str], common: bool) -> Difference:
    both = _both(two, column.name, samples, common)
    a, b = (side.values(column.name, samples)[both] for side in (two.a, two.b))
    d = less(b, a)
    low, high, p = paired(d)
    with np.errstate(invalid="ignore"):  # of infinities of both signs there is none
        own, other, mean = (float(values.mean()) for values in (a, b, d))
    return Difference(column, own, other, mean, low, high, p, len(d))


def _image(two: RestorerPair, sample: str, names: list[str]) -> ImagePair:
    a, b = ({n: float(s.scores.at[sample, n]) for n in names} for s in (two.a, two.b))
    a, b = ({n: v for n, v in scores.items() if not math.isnan(v)} for scores in (a, b))
    difference = {n: float(less(np.array(b[n]), np.array(a[n]))) for n in a if n in b}
    one, other = two.a.first.loc[sample], two.b.first.loc[sample]
    keys = (one["prediction"], other["prediction"])
    a_image, b_image = (key if isinstance(key, str) else None for key in keys)
    hashes = (a_image, b_image, str(one["input"]), str(one["target"]))
    return ImagePair(sample, a, b, difference, *hashes)


def _sorted(images: list[ImagePair], column: Column) -> tuple[ImagePair, ...]:
    """The worst for B first; images without that column last."""
    sign = -1.0 if column.higher_is_better is False else 1.0

    def key(image: ImagePair) -> tuple[float, str]:
        return sign * image.difference.get(column.name, sign * math.inf), image.sample

    return tuple(sorted(images, key=key))


def _costs(two: RestorerPair, samples: list[str]) -> Iterator[CostRatio]:
    for name in COSTS:
        a, b = (_mean(side, name, samples) for side in (two.a, two.b))
        if a is not None and b is not None:
            yield CostRatio(name, a, b, b / a if a else (1.0 if a == b else math.inf))


def _mean(side: ComparedRestorer, cost: str, samples: list[str]) -> float | None:
    values = pd.to_numeric(side.costs.loc[samples, cost]).to_numpy(dtype=float)
    return None if np.isnan(values).any() else float(values.mean())
