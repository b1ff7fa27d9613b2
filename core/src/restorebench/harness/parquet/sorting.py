"""Sorts more lines than fit in memory: sorted runs in files of their own, which are then merged."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from restorebench.harness.parquet.columns import PLACE, UNSORTED, pieces
from restorebench.harness.parquet.index import Place

RUN = 1 << 18
"""Lines of a run, which are in memory at once."""
_PIECE = 1 << 12
"""Lines of a run that are in memory while all are merged."""


class SortedRuns:
    """Takes tables of lines, and gives them back by place, those of one in their order.

    `places` may grow meanwhile; the numbers in a table are places in it. Hidden files are
    written to `folder`.
    """

    def __init__(self, folder: Path, places: Sequence[Place]) -> None:
        self._folder, self._places = folder, places
        self._held: list[pa.Table] = []
        self._rows = 0
        self._runs: list[Path] = []

    def add(self, table: pa.Table) -> None:
        """Take some lines."""
        self._held.append(table)
        self._rows += table.num_rows
        if self._rows >= RUN:
            self._write()

    def merged(self) -> Iterator[pa.Table]:
        """All lines, in pieces."""
        if not self._runs:
            if self._rows:
                yield self._sorted()
            return
        if self._rows:
            self._write()
        runs = [_read(path) for path in self._runs]
        yield from heapq.merge(*runs, key=self._place)

    def _place(self, piece: pa.Table) -> Place:
        return self._places[int(piece[PLACE][0].as_py())]

    def _sorted(self) -> pa.Table:
        """What is held, by place."""
        table = pa.concat_tables(self._held)
        self._held, self._rows = [], 0
        numbers = table[PLACE].to_numpy()
        used = np.unique(numbers)
        ranks = np.empty(used.max() + 1, np.int64)
        ranks[sorted(used, key=self._places.__getitem__)] = np.arange(len(used))
        return table.take(pa.array(np.argsort(ranks[numbers], kind="stable")))

    def _write(self) -> None:
        path = self._folder / f".run-{len(self._runs)}.part"
        self._runs.append(path)
        table = self._sorted()
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(str(path), UNSORTED, options=options) as writer:
            writer.write_table(table, max_chunksize=_PIECE)


def _read(path: Path) -> Iterator[pa.Table]:
    """A run, in pieces of one place."""
    with pa.OSFile(str(path), "rb") as file:
        reader = pa.ipc.open_file(file)
        for number in range(reader.num_record_batches):
            for _, piece in pieces(pa.Table.from_batches([reader.get_batch(number)])):
                yield piece
