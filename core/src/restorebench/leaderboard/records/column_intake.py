"""Takes in records that are columns already: pieces of a store's Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from restorebench.harness.parquet.index import Place
from restorebench.leaderboard.records.intake import COSTS, SECTION, Intake

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
        self._who.frombytes(np.array(who, np.int32)[own].tobytes())
        for name in ("sample", "error", "provenance", *IMAGES):
            if name in table.column_names:
                self._texts[name].extend_codes(*_coded(table[name]))
            else:
                self._texts[name].extend_codes([None], nothing)
        for name in _NUMBERS:
            self._numbers[name].frombytes(table[name].to_numpy().astype(np.int64).tobytes())
        for name in COSTS:
            self._costs[name].frombytes(_floats(table[name]).tobytes())
        self._whole.frombytes(table["whole"].to_numpy().astype(np.int64).tobytes())
        self._seen.frombytes(table["seen"].to_numpy().astype(np.int8).tobytes())
        self._extend_scores(table["scores"].combine_chunks(), rows)
        self._extend_missing(*_coded(table["missing"]))
        self._count += rows

    def _extend_scores(self, scores: pa.MapArray, rows: int) -> None:
        lines = np.repeat(np.arange(rows), np.diff(scores.offsets.to_numpy()))
        start, end = scores.offsets[0].as_py(), scores.offsets[rows].as_py()
        values = scores.items.slice(start, end - start).to_numpy(zero_copy_only=False)
        names, codes = _coded(pa.chunked_array([scores.keys.slice(start, end - start)]))
        for number, name in enumerate(names):
            found, own = np.full(rows, np.nan), codes == number
            if name is None or not own.any():
                continue
            found[lines[own]] = values[own]
            self._score_column(name).frombytes(found.tobytes())

    def _extend_missing(self, texts: list[str | None], codes: NDArray[np.integer]) -> None:
        """The reasons, of which few differ, in the order of the records."""
        lines = np.flatnonzero(np.array([text is not None for text in texts], bool)[codes])
        stated = {number: json.loads(text) for number, text in enumerate(texts) if text is not None}
        places, columns, reasons = self._missing
        for line, code in zip(lines.tolist(), codes[lines].tolist(), strict=True):
            missing = stated[code]
            places.extend([self._count + line] * len(missing))
            columns.extend(missing)
            reasons.extend(missing.values())


def _coded(column: pa.ChunkedArray) -> tuple[list[str | None], NDArray[np.integer]]:
    """A column's distinct texts, the last of which is None, and each line as a number of one."""
    whole = column.combine_chunks()
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    texts: list[str | None] = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return [*texts, None], codes


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers, NaN where there are none."""
    values: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return values
