"""Reads chosen records of a part: only the row groups and columns that they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from restorebench.errors import StoreError
from restorebench.harness.jsonl import reading
from restorebench.harness.parquet.checked_file import CheckedFile
from restorebench.harness.parquet.columns import COLUMNS
from restorebench.harness.parquet.index import Entry, Index
from restorebench.harness.parquet.parts import Part

_DAMAGES = (pa.ArrowException, ValueError, LookupError, TypeError, RecursionError)


@contextmanager
def opened(part: Part, index: Index, texts: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """The Parquet of a part; the columns `texts` are read as dictionaries.

    Raises `StoreError`, also for what is read in the block, where it is not the file that was
    written.
    """
    try:
        with reading(part.parquet), CheckedFile(part.parquet, index.size, index.hashes) as raw:
            file = pq.ParquetFile(pa.PythonFile(raw, "r"), read_dictionary=list(texts))
            if file.metadata.num_rows != index.records:
                msg = f"{part.parquet} does not have the records of {part.index}"
                raise StoreError(f"{msg}; restore both from a copy")
            if set(file.schema_arrow.names) != set(COLUMNS.names):
                msg = f"{part.parquet} has other columns than this version of restorebench reads"
                raise StoreError(f"{msg}; use the version that wrote it")
            yield file
    except _DAMAGES as error:
        msg = f"{part.parquet} cannot be read as records ({error}); restore it from a copy"
        raise StoreError(msg) from error


def tables(
    part: Part,
    index: Index,
    chosen: Callable[[Entry], bool],
    columns: Sequence[str],
    texts: Sequence[str] = (),
) -> Iterator[tuple[Entry, pa.Table]]:
    """The records of the entries that are `chosen`, a piece at a time; raises as `opened`."""
    found = [(start, entry) for start, entry in index.starts() if entry.records and chosen(entry)]
    if not found:
        return
    with opened(part, index, texts) as file:
        groups = _groups(file)
        first, table, at = 0, None, -1
        for start, entry in found:
            row, end = start, start + entry.records
            while row < end:
                if table is None or row >= first + table.num_rows:
                    at = next(n for n in range(at + 1, len(groups)) if groups[n].stop > row)
                    table = file.read_row_group(at, columns=list(columns))
                    first = groups[at].start
                piece = table.slice(row - first, end - row)
                yield entry, piece
                row += piece.num_rows


def _groups(file: pq.ParquetFile) -> list[range]:
    """The rows of each row group."""
    found, start = [], 0
    for number in range(file.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        found.append(range(start, start + rows))
        start += rows
    return found
