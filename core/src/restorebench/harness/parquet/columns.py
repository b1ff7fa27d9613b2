"""Records as columns: what boards read of them, and each line as it was written.

`LINE` has the bytes of a record, from which alone it is read again; the other columns repeat what
is in it for boards, and for any other program that reads Parquet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from restorebench.console import legible
from restorebench.harness.parquet.index import Place

Line: TypeAlias = tuple[bytes, Mapping[str, Any]]
"""A line as it is, and the record that it holds, which has been checked."""

LINE, NUMBER, PLACE = "record", "line", "place"
"""The columns of a line's bytes and of its number; and, until they are sorted, of its place."""

PLACES = Place._fields
COSTS = ("seconds", "peak_bytes", "nfe", "parameters", "macs")
TEXTS = ("sample", "error", "provenance", "input", "target", "prediction")
NUMBERS = ("revision", "seed", "draw")
OPTIONAL = frozenset(("error", "prediction", "missing", *COSTS))
"""The columns that a record may lack."""

_OWN = [
    *((name, pa.string()) for name in TEXTS),
    *((name, pa.int64()) for name in NUMBERS),
    *((name, pa.int64() if name != "seconds" else pa.float64()) for name in COSTS),
    ("scores", pa.map_(pa.string(), pa.float64())),
    ("missing", pa.string()),
    ("whole", pa.int64()),
    ("seen", pa.bool_()),
    (NUMBER, pa.int64()),
    (LINE, pa.binary()),
]
UNSORTED = pa.schema([(PLACE, pa.int32()), *_OWN])
"""The columns of a table whose places are numbers."""
COLUMNS = pa.schema([*((name, pa.string()) for name in PLACES), *_OWN])
"""The columns of a part."""


def unsorted(lines: Sequence[Line], places: Iterable[int], first: int) -> pa.Table:
    """A table of lines, the first of which has the number `first`.

    Raises `ValueError`, `TypeError` or `OverflowError` where a record has a field that boards
    cannot read.
    """
    records = [record for _, record in lines]
    costs = [record["cost"] or {} for record in records]
    extras = [record.get("extra", {}) for record in records]
    columns: dict[str, Any] = {name: _texts([r[name] for r in records]) for name in TEXTS}
    columns |= {name: [record[name] for record in records] for name in NUMBERS}
    columns |= {name: [cost.get(name) for cost in costs] for name in COSTS}
    columns["scores"] = _scores([record["scores"] for record in records])
    columns["missing"] = [_json(r["missing"]) if r["missing"] else None for r in records]
    columns["whole"] = [int(extra.get("whole", 0)) for extra in extras]
    columns["seen"] = [bool(extra.get("seen")) for extra in extras]
    columns[NUMBER] = pa.array(np.arange(first, first + len(lines)))
    columns[LINE] = [line for line, _ in lines]
    columns[PLACE] = list(places)
    arrays = [
        column
        if isinstance(column := columns[field.name], pa.Array)
        else pa.array(column, field.type)
        for field in UNSORTED
    ]
    return pa.Table.from_arrays(arrays, schema=UNSORTED)


def pieces(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """A table cut where the place changes, and the number of each one's place."""
    numbers = table[PLACE].to_numpy()
    cuts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    for start, end in pairwise(cuts):
        yield int(numbers[start]), table.slice(start, end - start)


def with_places(table: pa.Table, places: Sequence[Place]) -> pa.Table:
    """A table whose numbers of places have become columns."""
    used, codes = np.unique(table[PLACE].to_numpy(), return_inverse=True)
    arrays = []
    for field, name in enumerate(PLACES):
        texts = pa.array([legible(places[number][field]) for number in used], pa.string())
        assert name == COLUMNS.field(field).name
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes), texts).cast(pa.string()))
    columns = [*arrays, *(table[name] for name in COLUMNS.names[len(PLACES) :])]
    return pa.Table.from_arrays(columns, schema=COLUMNS)


def digests(lines: pa.ChunkedArray) -> int:
    """The sum of the checksums of lines: that of a set of them, in whatever order."""
    total = 0
    for chunk in lines.chunks:
        ends = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset :][1 : len(chunk) + 1]
        data = np.frombuffer(chunk.buffers()[2], np.uint8)
        total += int(_words(data, ends).sum(dtype=np.uint64))
    return total % (1 << 64)


def _words(data: NDArray[np.uint8], ends: NDArray[np.int32]) -> NDArray[np.uint64]:
    """A number from the 16 digits before the last two characters of each line."""
    places = ends[:, None].astype(np.int64) + np.arange(-18, -2)
    return np.ascontiguousarray(data[places]).view(np.uint64) * np.array([1, 31], np.uint64)


def _texts(texts: list[str | None]) -> list[str | None]:
    if "".join(filter(None, texts)).isascii():  # nearly always
        return texts
    return [text if text is None else legible(text) for text in texts]


def _json(value: Mapping[str, str]) -> str:
    return json.dumps({legible(k): legible(v) for k, v in value.items()}, ensure_ascii=False)


def _scores(scores: Sequence[Mapping[str, float | str]]) -> pa.MapArray:
    ends = list(accumulate(map(len, scores), initial=0))
    names = _texts(list(chain.from_iterable(scores)))
    values = [float(value) for one in scores for value in one.values()]  # "inf" and its like, too
    return pa.MapArray.from_arrays(
        pa.array(ends, pa.int32()), pa.array(names, pa.string()), pa.array(values, pa.float64())
    )
