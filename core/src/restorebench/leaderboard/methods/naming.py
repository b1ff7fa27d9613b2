"""The method that each row of a section belongs to, and the row that it starts from."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from restorebench.leaderboard.records.frame import Ledger
from restorebench.plugins import Suite
from restorebench.specs import RestorerSpec


def methods_of(section: Ledger, suite: Suite) -> dict[str, str]:
    """The method of each label of a section.

    A restorer without options belongs to the method that its spec names; where several name the
    same one, it is the first of the default benchmark by name, so that no score decides. Every
    other row is a method of its own, under its label.
    """
    facts = section.facts[["label", "restorer", "reference"]].drop_duplicates()
    named = _named(facts[facts["reference"]], suite)
    short = {
        str(label): _short(str(label), str(restorer))
        for label, restorer in zip(facts["label"], facts["restorer"], strict=True)
    }
    used = Counter([*named.values(), *(short[label] for label in short if label not in named)])
    return {label: named.get(label) or _own(label, short[label], used) for label in short}


def initials_of(section: Ledger, suite: Suite) -> dict[str, str]:
    """By label of a section, the label of the row whose images the restorer starts from.

    That is its `RestorerSpec.initial` without options; rows that start from none here are left out.
    """
    facts = section.facts[["label", "restorer", "reference"]].drop_duplicates()
    plain = facts[facts["reference"]]
    rows = dict(zip(plain["restorer"].astype(str), plain["label"].astype(str), strict=True))
    return {
        str(label): rows[suite.restorers[name].initial]
        for label, name in zip(facts["label"], facts["restorer"].astype(str), strict=True)
        if name in suite.restorers and suite.restorers[name].initial in rows
    }


def _own(label: str, short: str, used: Counter[str]) -> str:
    """A row as a method of its own; its name is not that of another row's method."""
    if used[short] == 1:
        return short
    return label if label != short else f"{label} [row]"


def _named(plain: pd.DataFrame, suite: Suite) -> dict[str, str]:
    """The methods that specs name, by the label of the one restorer that stands for each."""
    found: dict[str, tuple[bool, str, str]] = {}
    for label, name in zip(plain["label"], plain["restorer"], strict=True):
        if (spec := _declared(str(name), suite)) is not None:
            place = (not spec.default, spec.name, str(label))
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
