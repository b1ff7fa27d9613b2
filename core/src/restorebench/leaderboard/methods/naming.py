"""The method that each row of a section belongs to, and the row that it starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.ledger import Ledger
from restorebench.plugins import Suite
from restorebench.specs import RestorerSpec


def methods_of(section: Ledger, suite: Suite) -> dict[str, str]:
    """The method of each label of a section.

    A restorer without options belongs to the method that its spec names; where several name the
    same one, it is the first of the default benchmark by name, so that no score decides. Every
    other row is a method of its own, under its label.
    """
    found = list(_restorers(section.facts))
    named = _named(found, suite)
    short = {row.label: _short(row.label, row.restorer) for row in found}
    used = Counter([*named.values(), *(short[label] for label in short if label not in named)])
    return {label: named.get(label) or _own(label, short[label], used) for label in short}


def initials_of(section: Ledger, suite: Suite) -> dict[str, str]:
    """By label of a section, the label of the row whose images the restorer starts from.

    That is its `RestorerSpec.initial` without options; rows that start from none here are left out.
    """
    found = list(_restorers(section.facts))
    rows = {row.restorer: row.label for row in found if row.plain}
    return {
        row.label: rows[suite.restorers[row.restorer].initial]
        for row in found
        if row.restorer in suite.restorers and suite.restorers[row.restorer].initial in rows
    }


class _Restorer(NamedTuple):
    """A row's label, its restorer, and whether that has no options."""

    label: str
    restorer: str
    plain: bool


def _restorers(facts: Facts) -> Iterator[_Restorer]:
    """The restorer of each label, in the order of the alphabet."""
    labels = sorted(facts.texts["label"].distinct)
    first = np.empty(len(labels), np.intp)
    first[facts.texts["label"].places(labels)] = np.arange(len(facts))
    for label, line in zip(labels, first.tolist(), strict=True):
        plain = bool(facts.numbers["reference"][line])
        yield _Restorer(label, str(facts.texts["restorer"][line]), plain)


def _own(label: str, short: str, used: Counter[str]) -> str:
    """A row as a method of its own; its name is not that of another row's method."""
    if used[short] == 1:
        return short
    return label if label != short else f"{label} [row]"


def _named(rows: Sequence[_Restorer], suite: Suite) -> dict[str, str]:
    """The methods that specs name, by the label of the one restorer that stands for each."""
    found: dict[str, tuple[bool, str, str]] = {}
    for row in rows:
        if row.plain and (spec := _declared(row.restorer, suite)) is not None:
            place = (not spec.default, spec.name, row.label)
            found[spec.method] = min(place, found.get(spec.method, place))
    return {label: method for method, (_, _, label) in found.items()}


def _short(label: str, restorer: str) -> str:
    """The label without the options that a table adds where another data set has it too."""
    return label.partition(f" [{restorer}:")[0]


def _declared(restorer: str, suite: Suite) -> RestorerSpec | None:
    """The spec of a restorer that names a method."""
    if restorer not in suite.restorers:
        return None
    spec = suite.restorers[restorer]
    return spec if spec.method else None
