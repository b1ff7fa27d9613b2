"""Takes in records one by one and keeps them as columns: a few hundred bytes for each."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from restorebench.harness.plan import RestorerRef
from restorebench.types import JSON, Cost

SECTION = ("task", "dataset", "split", "protocol", "protocol_hash", "dataset_hash")
"""What two scores must share before they may be averaged or ranked together."""
COSTS = ("seconds", "peak_bytes", "nfe", "parameters", "macs")
"""What a restoration takes, as `restorebench.types.Cost` names it."""

_TEXTS = (*SECTION, "sample", "restorer", "error", "provenance", "input", "target", "prediction")
_NUMBERS = ("revision", "seed", "draw")
_NAN = float("nan")


class Intake:
    """Columns that grow by a record at a time.

    A text is kept once, however often it occurs; numbers lie in arrays.
    """

    def __init__(self) -> None:
        self._count = 0
        self._texts = {name: _Texts() for name in _TEXTS}
        self._numbers = {name: array("q") for name in _NUMBERS}
        self._costs = {name: array("d") for name in COSTS}
        self._scores: dict[str, array[float]] = {}
        self._restorers: dict[tuple[Any, ...], int] = {}
        self._who = array("i")
        self._missing = (array("i"), _Texts(), _Texts())

    def add(self, record: Mapping[str, Any], scores: Mapping[str, float]) -> None:
        """Take in the fields of a record; `scores` are its own, as numbers."""
        for name, texts in self._texts.items():
            texts.add(record[name])
        for name, numbers in self._numbers.items():
            numbers.append(record[name])
        self._add_cost(record["cost"])
        self._who.append(self._restorer(record["restorer"], record["options"]))
        for column, value in scores.items():
            values = self._scores.get(column)
            if values is None:
                values = self._scores[column] = array("d")
            if len(values) < self._count:
                values.extend([_NAN] * (self._count - len(values)))
            values.append(value)
        places, columns, reasons = self._missing
        for column, reason in record["missing"].items():
            places.append(self._count)
            columns.add(column)
            reasons.add(reason)
        self._count += 1

    def _add_cost(self, cost: Mapping[str, float | None] | Cost | None) -> None:
        fields = vars(cost) if isinstance(cost, Cost) else cost or {}
        for name, values in self._costs.items():
            value = fields.get(name)
            values.append(_NAN if value is None else value)

    def _restorer(self, name: str, options: Mapping[str, JSON]) -> int:
        key = (name, *sorted(options.items())) if options else (name,)
        return self._restorers.setdefault(key, len(self._restorers))

    def facts(self) -> pd.DataFrame:
        """A line per record: its keys, what it took, `label`, `reference` and `failed`."""
        texts = {name: texts.column() for name, texts in self._texts.items()}
        numbers = {name: np.array(v) for name, v in (self._numbers | self._costs).items()}
        who = np.array(self._who, dtype=np.intp)
        plain = np.array([len(key) == 1 for key in self._restorers], dtype=bool)
        kinds, numbers_of = np.unique(_labels(self._restorers), return_inverse=True)
        label = pd.Categorical.from_codes(numbers_of[who] if len(who) else [], list(kinds))
        more = {"label": label, "reference": plain[who] if len(who) else plain}
        failed = texts["error"].codes >= 0
        return pd.DataFrame({**texts, **numbers, **more, "failed": failed})

    def scores(self) -> pd.DataFrame:
        """A line per record, a column per scored or missing column; NaN where there is none."""
        for values in self._scores.values():
            values.extend([_NAN] * (self._count - len(values)))
        table = {name: np.array(values) for name, values in self._scores.items()}
        absent = [name for name in self._missing[1].values if name not in table]
        table |= {name: np.full(self._count, _NAN) for name in absent}
        return pd.DataFrame(table, index=range(self._count), dtype=float)

    def reasons(self) -> pd.DataFrame:
        """A line per missing score: `column` and `reason`, indexed by the record's line."""
        places, columns, reasons = self._missing
        table = {"column": columns.column(), "reason": reasons.column()}
        return pd.DataFrame(table, index=pd.Index(np.array(places, dtype=np.int64)))


class _Texts:
    """A column of texts, each distinct one stored once; None is no text."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known: dict[str, int] = {}

    def add(self, text: str | None) -> None:
        if text is None:
            self._codes.append(-1)
        else:
            self._codes.append(self._known.setdefault(text, len(self._known)))

    @property
    def values(self) -> list[str]:
        return list(self._known)

    def column(self) -> pd.Categorical:
        return pd.Categorical.from_codes(np.array(self._codes, dtype=np.int32), self.values)


def _labels(restorers: Mapping[tuple[Any, ...], int]) -> list[str]:
    """What each row is called; two restorers that share a name are told apart by their options."""
    refs = [RestorerRef(key[0], tuple(key[1:])) for key in restorers]
    sharing = defaultdict(set)
    for ref in refs:
        sharing[ref.label].add(str(ref))
    return [r.label if len(sharing[r.label]) == 1 else f"{r.label} [{r}]" for r in refs]
