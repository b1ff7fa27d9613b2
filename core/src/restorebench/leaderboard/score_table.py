"""The scores of a challenge as a CSV file: columns of scores, of what teams state, of places."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from restorebench.csv_table import ABSENT, CsvTable, read_table
from restorebench.errors import OptionError
from restorebench.leaderboard.board import Claim
from restorebench.leaderboard.claims import claim_of, number_claim
from restorebench.leaderboard.headings import DATASET, Heading, headings, names_of, refuse_twice
from restorebench.leaderboard.ranking.rules import Rule
from restorebench.registry import nearest

_RANKS = re.compile(r"(?:.*_)?(?:ranks?|places?|sum_of_.*ranks?)(?:_.*|\(.*)?")
"""Names of columns that are places or sums of them: read to compare with, shown if they rank."""


@dataclass(frozen=True)
class ScoreTable:
    """The numbers of a table: `values` by label and column, one line per row of the file.

    `dataset` has the data set of each row, else the file's name; `printed` the digits;
    `claims` what the teams state; `ranks` columns of places. `ignored` are columns of other texts.
    """

    path: Path
    labels: tuple[str, ...]
    dataset: tuple[str, ...]
    values: Mapping[str, Sequence[float]]
    printed: Mapping[str, Sequence[str]]
    headings: Mapping[str, Heading]
    claims: Mapping[str, Sequence[Claim | None]] = field(default_factory=dict)
    ranks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def read_score_table(path: Path, rule: Rule) -> ScoreTable:
    """A CSV file with a column of names, perhaps ``dataset``, scores, and what teams state.

    Columns that `rule` reads must be there, with a number or nothing in each cell; so must those
    most of whose cells are numbers. Raises `OptionError` with the line for any other file.
    """
    table = read_table(path)
    found = headings(table)
    name = names_of(table, found, "one for each score")
    _check_columns(path, rule, found, name)
    labels = table.columns[found[name].written]
    keys = [table.columns[found[k].written] for k in (name, DATASET) if k in found]
    refuse_twice(table, zip(*keys, strict=True))
    datasets = keys[1] if DATASET in found else (path.stem,) * len(labels)
    rest = {k: h.written for k, h in found.items() if k not in {name, DATASET}}
    kinds = _kinds(table, rest, frozenset(rule.all_columns))
    return ScoreTable(
        path,
        labels,
        datasets,
        values={k: table.numbers(rest[k]) for k in kinds.scores},
        printed={k: _digits(table, rest[k]) for k in kinds.scores},
        headings={k: found[k] for k in kinds.scores},
        claims={c[0]: _claims(table, rest[k], *c) for k, c in kinds.claims.items()},
        ranks={k: table.numbers(rest[k]) for k in kinds.ranks},
        ignored=tuple(rest[k] for k in kinds.ignored),
    )


class _Kinds(NamedTuple):
    """What each column is: by its name here, and for a claim its name and factor."""

    claims: Mapping[str, tuple[str, float]]
    scores: Sequence[str]
    ranks: Sequence[str]
    ignored: Sequence[str]


def _kinds(table: CsvTable, written: Mapping[str, str], read: frozenset[str]) -> _Kinds:
    """Of columns by their headings as `written`; those that a rule has `read` are scores."""
    stated = {k: c for k in written if k not in read and (c := claim_of(k)) is not None}
    others = [k for k in written if k not in stated]
    numbers = [k for k in others if k in read or _is_numeric(table, written[k])]
    ranks = [k for k in numbers if k not in read and _RANKS.fullmatch(k)]
    scores = [k for k in numbers if k not in ranks]
    return _Kinds(stated, scores, ranks, [k for k in others if k not in numbers])


def _check_columns(path: Path, rule: Rule, found: Collection[str], name: str) -> None:
    for column in rule.all_columns:
        if column not in found:
            there = [known for known in found if known not in {name, DATASET}]
            msg = f"{path} has no column {column!r}, by which it is to be ranked; "
            raise OptionError(msg + nearest(column, there))


def _digits(table: CsvTable, written: str) -> list[str]:
    """The cells as they are printed, with a decimal point."""
    cells = table.columns[written]
    return [cell.replace(",", ".") for cell in cells] if table.source.comma else list(cells)


def _is_numeric(table: CsvTable, written: str) -> bool:
    """Whether half of the cells that say something are numbers; the others are mistakes then."""
    cells = [cell for cell in table.columns[written] if cell.lower() not in ABSENT]
    numbers = sum(table.source.number(cell) is not None for cell in cells)
    return bool(cells) and 2 * numbers >= len(cells)


def _claims(table: CsvTable, written: str, name: str, factor: float) -> list[Claim | None]:
    """What teams state, as a number with its unit where it is one, else in their own words."""
    found: list[Claim | None] = []
    for cell in table.columns[written]:
        value = table.source.number(cell) if name in {"runtime", "parameters"} else None
        if value is not None:
            found.append(number_claim(name, value * factor))
        else:
            found.append(None if cell.lower() in {"", "n/a", "nan", "–", "—"} else Claim(cell))
    return found
