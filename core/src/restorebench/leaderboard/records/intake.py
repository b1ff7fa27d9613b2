"""Takes in records and keeps them as columns: a few hundred bytes for each."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.console import legible
from restorebench.harness.plan import RestorerRef
from restorebench.leaderboard.records.facts import Facts
from restorebench.leaderboard.records.texts import TextColumn, TextIntake
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
        self._texts = {name: TextIntake() for name in _TEXTS}
        self._numbers = {name: array("q") for name in _NUMBERS}
        self._costs = {name: array("d") for name in COSTS}
        self._scores: dict[str, array[float]] = {name: array("d") for name in columns}
        self._restorers = {key: number for number, key in enumerate(known)}
        self._who = array("i")
        self._whole, self._seen = array("q"), array("b")
        self._missing = (array("q"), TextIntake(), TextIntake())
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

    def facts(self) -> Facts:
        """A line per record: its keys, what it took, and what `current` and `rows` need to know."""
        texts = {name: texts.column() for name, texts in self._texts.items()}
        who = np.asarray(self._who)
        plain = np.array([len(key) == 1 for key in self._restorers], dtype=bool)
        names, own = np.unique(np.array(labels_of(self._restorers), object), return_inverse=True)
        texts["label"] = TextColumn(own.astype(np.int32)[who], names.tolist())
        numbers = {name: np.asarray(v) for name, v in (self._numbers | self._costs).items()}
        numbers["whole"] = np.asarray(self._whole)
        numbers["seen"] = np.asarray(self._seen) != 0
        numbers["reference"] = plain[who]
        numbers["failed"] = texts["error"].codes >= 0
        return Facts(texts, numbers)

    def scores(self) -> dict[str, NDArray[np.float64]]:
        """A number per record for each scored or missing column; NaN where there is none."""
        for values in self._scores.values():
            values.extend([_NAN] * (self._count - len(values)))
        found = {name: np.asarray(values) for name, values in self._scores.items()}
        absent = [name for name in self._missing[1].values if name not in found]
        return found | {name: np.full(self._count, _NAN) for name in absent}

    def reasons(self) -> tuple[NDArray[np.intp], TextColumn, TextColumn]:
        """For each missing score: the record's line, the column and the reason."""
        places, columns, reasons = self._missing
        return np.asarray(places), columns.column(), reasons.column()


def stated_in(record: Mapping[str, Any]) -> dict[str, JSON]:
    """What a team states in the record of an upload."""
    extra = record.get("extra", {})
    return {k.removeprefix(CLAIMED): v for k, v in extra.items() if k.startswith(CLAIMED)}


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
