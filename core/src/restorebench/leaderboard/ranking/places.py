"""The ranks that a rule gives to rows of means, and which rows do not compete."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import OptionError
from restorebench.leaderboard.ranking.rules import Better, Rule, ascending
from restorebench.leaderboard.ranking.values import Floats, Values
from restorebench.leaderboard.records.intake import COSTS


@dataclass(frozen=True)
class Roles:
    """Rows that are listed without competing, by label.

    `baselines` are there to be read against; `disqualified` has the reason. Neither takes a place,
    and neither counts in the ranks of the others. `floor` is a baseline that must be reached: a
    row that the rule puts behind it has no rank (as below PASSRnet in NTIRE 2022 stereo).
    """

    baselines: frozenset[str] = frozenset()
    disqualified: Mapping[str, str] = field(default_factory=dict)
    floor: str = ""


@dataclass(frozen=True)
class Ranks:
    """The rank of each label that has one, and the number that the rule sorts it by.

    Of those without a rank, `lacking` has the columns in which they have no value, and `why` what
    else keeps them out. `score` is empty where a column of the table is that number.
    """

    rank: Mapping[str, int] = field(default_factory=dict)
    score: Mapping[str, float] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def order(self, labels: Iterable[str]) -> list[str]:
        """The labels by rank; equal ones stay as they are, and those without a rank come last."""
        return sorted(labels, key=lambda label: self.rank.get(label, math.inf))


def places(values: Values, better: Better, rule: Rule, roles: Roles | None = None) -> Ranks:
    """Rank the rows of `values`.

    The first has rank 1; rows that neither `rule` nor its ties separate share the lowest rank of
    their group, and the next rank is skipped. Raises `OptionError` where a column of the rule is
    absent or its better direction unknown, or where the floor lacks a value of it.
    """
    roles = roles or Roles()
    _check(values, better, rule)
    why, lacking = _not_competing(values, roles), _lacking(values, rule)
    competing = values.without({*why, *lacking})
    behind = _behind(values, better, rule, roles.floor, competing)
    competing = competing.without(behind)
    keys = rule.keys(competing, better)
    undefined = np.isnan(keys[0])
    if undefined.any() and rule.missing == "unranked":
        nameless = competing.take(undefined).labels
        behind |= dict.fromkeys(nameless, "what ranks has no value for it")
        competing = competing.take(~undefined)
        keys = rule.keys(competing, better)
    shown = rule.shown(keys[0])
    keys += [ascending(term, competing, better) for term in rule.ties]
    pairs = zip(competing.labels, () if shown is None else shown.tolist(), strict=False)
    score = {label: value for label, value in pairs if not math.isnan(value)}
    rank = dict(zip(competing.labels, _competition(keys).tolist(), strict=True))
    return Ranks(rank, score, why | behind, lacking)


def _competition(keys: list[Floats]) -> NDArray[np.intp]:
    """Ranks 1, 2, 2, 4 by the first key, among equals by the next, what is missing last."""
    order = np.lexsort(keys[::-1])
    new = np.ones(len(order), bool)
    new[1:] = np.any([_differ(key[order]) for key in keys], axis=0)
    place = np.maximum.accumulate(np.where(new, np.arange(1, len(order) + 1), 0))
    found = np.empty(len(order), np.intp)
    found[order] = place
    return found


def _differ(values: Floats) -> NDArray[np.bool_]:
    """Where a value is not that before it; what is missing is equal."""
    missing = np.isnan(values)
    return np.asarray((values[1:] != values[:-1]) & ~(missing[1:] & missing[:-1]))


def _check(values: Values, better: Better, rule: Rule) -> None:
    for column in rule.all_columns:
        if column not in values:
            there = ", ".join(values)
            msg = f"it ranks by {column}, which is not among the columns ({there})"
            if not {*values} - {*COSTS}:
                msg = f"it ranks by {column}, but no image was scored"
            raise OptionError(msg)
    unknown = [column for column in rule.directed if better.get(column) is None]
    if unknown:
        msg = f"it ranks by {unknown[0]}, and no installed metric says which way is better in it"
        raise OptionError(msg)


def _lacking(values: Values, rule: Rule) -> dict[str, tuple[str, ...]]:
    if rule.missing == "last":
        return {}
    absent = {name: np.isnan(values[name]).tolist() for name in rule.columns}
    lines = enumerate(values.labels)
    found = {label: tuple(k for k, column in absent.items() if column[n]) for n, label in lines}
    return {label: names for label, names in found.items() if names}


def _not_competing(values: Values, roles: Roles) -> dict[str, str]:
    baselines = {label: "a baseline" for label in sorted(roles.baselines) if label in values.labels}
    out = {k: f"disqualified: {v}" for k, v in roles.disqualified.items() if k in values.labels}
    return baselines | out


def _behind(
    values: Values, better: Better, rule: Rule, floor: str, competing: Values
) -> dict[str, str]:
    if floor not in values.labels:
        return {}
    own = values.row(floor)
    if absent := _lacking(own, rule).get(floor):
        msg = f"its floor, {floor}, has no value in {', '.join(absent)}"
        raise OptionError(msg)
    everybody = competing if floor in competing.labels else competing.and_rows(own)
    rank = dict(zip(everybody.labels, _competition(rule.keys(everybody, better)), strict=True))
    return {label: f"behind {floor}" for label, place in rank.items() if place > rank[floor]}
