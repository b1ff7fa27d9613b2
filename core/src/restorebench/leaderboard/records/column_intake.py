"""Takes in records that are columns already: pieces of a store's Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from restorebench.harness.parquet.index import Place
from restorebench.leaderboard.records.intake import COSTS, SECTION, Intake
from restorebench.leaderboard.records.texts import memory

IMAGES = ("input", "target", "prediction")
"""The columns that tell images, which hardly any board needs."""
TEXTS = ("sample", "error", "provenance", "missing", *IMAGES)
NEEDED = ("sample", "error", "provenance", "revision", "seed", "draw", *COSTS)
COLUMNS = (*NEEDED, "scores", "missing", "whole", "seen")
"""The columns that are read for a board; `IMAGES` where they are asked for."""

_NUMBERS = ("revision", "seed", "draw")


class ColumnIntake(Intake):
    """An intake that takes tables, too; a column of `IMAGES` that they lack is empty."""

    def extend_table(self, places: Sequence[tuple[Place, int]], table: pa.Table) -> None:
        """Take in records of a section, so many of each place.

        Raises `ValueError` for texts that are not JSON.
        """
        rows, counts = table.num_rows, [count for _, count in places]
        nothing = np.zeros(rows, np.intp)
        for name, text in zip(SECTION, places[0][0].section, strict=True):
            self._texts[name].extend_codes([text], nothing)
        own = np.repeat(np.arange(len(places)), counts)
        self._texts["restorer"].extend_codes([place.restorer for place, _ in places], own)
        who = [self._restorer(place.restorer, json.loads(place.options)) for place, _ in places]
        self._who.frombytes(memory(np.array(who, np.int32)[own]))
        for name in ("sample", "error", "provenance", *IMAGES):
            if name in table.column_names:
                self._texts[name].extend_codes(*_coded(table[name]))
            else:
                self._texts[name].extend_codes([None], nothing)
        for name in _NUMBERS:
            self._numbers[name].frombytes(_bytes(table[name], np.int64))
        for name in COSTS:
            self._costs[name].frombytes(_bytes(table[name].cast(pa.float64()), np.float64))
        self._whole.frombytes(_bytes(table["whole"], np.int64))
        self._seen.frombytes(_bytes(table["seen"], np.int8))
        self._extend_scores(table["scores"].combine_chunks(), rows)
        self._extend_missing(*_coded(table["missing"]))
        self._count += rows

    def _extend_scores(self, scores: pa.MapArray, rows: int) -> None:
        start, end = scores.offsets[0].as_py(), scores.offsets[rows].as_py()
        keys, items = (part.slice(start, end - start) for part in (scores.keys, scores.items))
        if keys.null_count or items.null_count:
            msg = "a score has no name or no value"
            raise ValueError(msg)
        values = _floats(items)
        names, codes = _coded(pa.chunked_array([keys]))
        each = len(codes) // max(1, rows)
        if each and len(codes) == each * rows and (codes.reshape(rows, each) == codes[:each]).all():
            for place, code in enumerate(codes[:each].tolist()):  # all have the same ones
                self._add_column(names[code], values[place::each])
            return
        lines = np.repeat(np.arange(rows), np.diff(scores.offsets.to_numpy()))
        for number, name in enumerate(names):
            own = codes == number
            if own.any():
                found = np.full(rows, np.nan)
                found[lines[own]] = values[own]
                self._add_column(name, found)

    def _add_column(self, name: str | None, values: NDArray[np.float64]) -> None:
        if name is not None:
            self._score_column(name).frombytes(memory(values))

    def _extend_missing(self, texts: list[str | None], codes: NDArray[np.integer]) -> None:
        """The reasons, of which few differ, in the order of the records."""
        lines = np.flatnonzero(np.array([text is not None for text in texts], bool)[codes])
        stated = {number: _reasons(text) for number, text in enumerate(texts) if text is not None}
        places, columns, reasons = self._missing
        for line, code in zip(lines.tolist(), codes[lines].tolist(), strict=True):
            missing = stated[code]
            places.extend([self._count + line] * len(missing))
            columns.extend(missing)
            reasons.extend(missing.values())


def _reasons(text: str) -> dict[str, str]:
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        msg = f"{text[:60]!r} are not reasons by column"
        raise ValueError(msg)
    return found


def _coded(column: pa.ChunkedArray) -> tuple[list[str | None], NDArray[np.integer]]:
    """A column's distinct texts, the last of which is None, and each line as a number of one."""
    whole = column.combine_chunks()
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    texts: list[str | None] = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return [*texts, None], codes


def _floats(column: pa.DoubleArray) -> NDArray[np.float64]:
    """Numbers, NaN where there are none."""
    values: NDArray[np.float64] = column.to_numpy(zero_copy_only=False)
    return values


def _bytes(column: pa.ChunkedArray, kind: type[np.number[Any]]) -> memoryview:
    """The memory of a column as numbers of this kind; NaN for those that are absent."""
    return memory(column.to_numpy().astype(kind, copy=False))
