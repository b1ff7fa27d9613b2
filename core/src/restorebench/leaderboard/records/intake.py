"""Takes in records and keeps them as columns: a few hundred bytes for each."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from restorebench.console import legible
from restorebench.harness.plan import RestorerRef
from restorebench.types import CLAIMED, JSON, UPLOADED, Cost

SECTION = ("task", "dataset", "split", "protocol", "protocol_hash", "dataset_hash")
"""What two scores must share before they may be averaged or ranked together."""
COSTS = ("seconds", "peak_bytes", "nfe", "parameters", "macs")
"""What a restoration takes, as `restorebench.types.Cost` names it."""

_TEXTS = (*SECTION, "sample", "restorer", "error", "provenance", "input", "target", "prediction")
_NUMBERS = ("revision", "seed", "draw")
_NAN = float("nan")


class Intake:
    """Columns that grow by a batch of records at a time.

    A text is kept once, however often it occurs; numbers lie in arrays. A record is a mapping with
    the fields of `Record`, as it is or as a line of a store has it. `known` are all restorers that
    labels are to tell apart (see `who_key`), `columns` the scores in their order.
    """

    def __init__(self, known: Iterable[tuple[Any, ...]] = (), columns: Iterable[str] = ()) -> None:
        self._count = 0
        self._texts = {name: Texts() for name in _TEXTS}
        self._numbers = {name: array("q") for name in _NUMBERS}
        self._costs = {name: array("d") for name in COSTS}
        self._scores: dict[str, array[float]] = {name: array("d") for name in columns}
        self._restorers = {key: number for number, key in enumerate(known)}
        self._who = array("i")
        self._whole, self._seen = array("q"), array("b")
        self._missing = (array("q"), Texts(), Texts())
        self._claims: dict[tuple[int, str, str], dict[str, JSON]] = {}

    def extend(self, batch: Sequence[Mapping[str, Any]]) -> None:
        """Take in some records; column by column, which is several times as fast as one by one."""
        for name, texts in self._texts.items():
            texts.extend([record[name] for record in batch])
        for name, whole in self._numbers.items():
            whole.extend([record[name] for record in batch])
        costs = [_cost(record["cost"]) for record in batch]
        for name, values in self._costs.items():
            found = [cost.get(name) for cost in costs]
            values.extend([_NAN if value is None else value for value in found])
        self._whole.extend([int(record["extra"].get("whole", 0)) for record in batch])
        self._seen.extend([bool(record["extra"].get("seen")) for record in batch])
        self._who.extend([self._restorer(r["restorer"], r["options"]) for r in batch])
        self._add_scores([record["scores"] for record in batch])
        places, columns, reasons = self._missing
        for place, record in enumerate(batch, self._count):
            if missing := record["missing"]:
                places.extend([place] * len(missing))
                columns.extend(missing)
                reasons.extend(missing.values())
            if record["restorer"] == UPLOADED:
                self._add_claims(place, record)
        self._count += len(batch)

    def _add_claims(self, place: int, record: Mapping[str, Any]) -> None:
        """What a team states now replaces what it stated before."""
        key = (self._who[place], record["dataset"], record["split"])
        self._claims[key] = stated_in(record)

    def claims(self) -> dict[tuple[str, str, str], dict[str, JSON]]:
        """What teams state, by label, data set and split."""
        labels = labels_of(self._restorers)
        return {(labels[who], data, split): v for (who, data, split), v in self._claims.items()}

    def _add_scores(self, batch: list[Mapping[str, float | str]]) -> None:
        for name in dict.fromkeys(name for scores in batch for name in scores):
            found = [scores.get(name, _NAN) for scores in batch]
            values = [float(value) for value in found]  # a text: "inf" and its like
            self._score_column(name).extend(values)

    def _score_column(self, name: str) -> array[float]:
        """A column of scores, as far as the lines before these."""
        values = self._scores.setdefault(name, array("d"))
        values.extend([_NAN] * (self._count - len(values)))
        return values

    def _restorer(self, name: str, options: Mapping[str, JSON]) -> int:
        key = who_key(name, options)
        return self._restorers.setdefault(key, len(self._restorers))

    def facts(self) -> pd.DataFrame:
        """A line per record: its keys, what it took, and what `current` and `rows` need to know."""
        texts = {name: texts.column() for name, texts in self._texts.items()}
        numbers = {name: np.array(v) for name, v in (self._numbers | self._costs).items()}
        who = np.array(self._who, dtype=np.intp)
        plain = np.array([len(key) == 1 for key in self._restorers], dtype=bool)
        kinds, numbers_of = np.unique(labels_of(self._restorers), return_inverse=True)
        label = pd.Categorical.from_codes(numbers_of[who] if len(who) else [], list(kinds))
        more = {"label": label, "reference": plain[who] if len(who) else plain}
        more["whole"] = np.array(self._whole, dtype=np.int64)
        more["seen"] = np.array(self._seen, dtype=bool)
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


def stated_in(record: Mapping[str, Any]) -> dict[str, JSON]:
    """What a team states in the record of an upload."""
    extra = record.get("extra", {})
    return {k.removeprefix(CLAIMED): v for k, v in extra.items() if k.startswith(CLAIMED)}


class Texts:
    """A column of texts, each distinct one stored once; None stands for a missing text."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known = _Numbering()

    def extend(self, texts: Iterable[str | None]) -> None:
        """Add some lines."""
        self._codes.extend(map(self._known.__getitem__, texts))

    @property
    def values(self) -> list[str]:
        """The distinct texts, in characters that can be encoded."""
        return [t for t in self._known if t is not None and legible(t) == t]

    def extend_codes(self, texts: Sequence[str | None], codes: NDArray[np.integer]) -> None:
        """Add lines as numbers of `texts`."""
        numbers = np.array([self._known[text] for text in texts], np.int32)
        self._codes.frombytes(numbers[codes].tobytes())

    def column(self) -> pd.Categorical:
        """The column for pandas."""
        return pd.Categorical.from_codes(np.array(self._codes, dtype=np.int32) - 1, self.values)


class _Numbering(dict[str | None, int]):
    """Gives each text that is looked up for the first time the next number; None has 0."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self._aliases = 0

    def __missing__(self, text: str) -> int:
        if (plain := legible(text)) == text:
            self[text] = len(self) - self._aliases
        else:  # the same as its legible form
            self[text] = self[plain]
            self._aliases += 1
        return self[text]


def _cost(cost: Mapping[str, float | None] | Cost | None) -> Mapping[str, float | None]:
    return vars(cost) if isinstance(cost, Cost) else cost or {}


def who_key(name: str, options: Mapping[str, JSON]) -> tuple[Any, ...]:
    """A restorer's name and its sorted options."""
    return (name, *sorted(options.items())) if options else (name,)


def labels_of(restorers: Collection[tuple[Any, ...]]) -> list[str]:
    """The label of each of some `who_key`s; those that share a name get their options added."""
    refs = [RestorerRef(legible(key[0]), _encodable(key[1:])) for key in restorers]
    sharing = defaultdict(set)
    for ref in refs:
        sharing[ref.label].add(str(ref))
    return [r.label if len(sharing[r.label]) == 1 else f"{r.label} [{r}]" for r in refs]


def _encodable(options: Sequence[tuple[str, JSON]]) -> tuple[tuple[str, JSON], ...]:
    return tuple((k, legible(v) if isinstance(v, str) else v) for k, v in options)
