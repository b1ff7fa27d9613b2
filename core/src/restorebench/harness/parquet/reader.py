"""Reads chosen records of a part: only the row groups and columns that they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from restorebench.errors import StoreError
from restorebench.harness.jsonl import reading
from restorebench.harness.parquet.checked_file import CheckedFile
from restorebench.harness.parquet.columns import COLUMNS, OPTIONAL
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
            if not _has_columns(file.schema_arrow):
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
) -> Iterator[tuple[list[tuple[Entry, int]], pa.Table]]:
    """The records of the entries that are `chosen`, in pieces: of which entries, how many of each.

    Raises as `opened`.
    """
    runs = _runs([(start, e) for start, e in index.starts() if e.records and chosen(e)])
    if not runs:
        return
    with opened(part, index, texts) as file:
        group, table = range(0), None
        groups = enumerate(_groups(file))
        for run in runs:
            row, end = run[0][0], run[-1][0] + run[-1][1].records
            while row < end:
                while row >= group.stop:
                    number, group = next(groups)
                    table = None
                if table is None:
                    table = _whole(file.read_row_group(number, columns=list(columns)), len(group))
                piece = table.slice(row - group.start, end - row)
                yield list(_within(run, row, row + piece.num_rows)), piece
                row += piece.num_rows


def _has_columns(schema: pa.Schema) -> bool:
    """Whether these are the columns of a part, some of them perhaps read as dictionaries."""
    kinds = {field.name: field.type for field in schema}
    plain = {n: k.value_type if pa.types.is_dictionary(k) else k for n, k in kinds.items()}
    return len(schema) == len(COLUMNS) and plain == {f.name: f.type for f in COLUMNS}


def _whole(table: pa.Table, rows: int) -> pa.Table:
    """A table of so many rows; `ValueError` where it has others, or lacks what all records have."""
    absent = [n for n in table.column_names if n not in OPTIONAL and table[n].null_count]
    if absent or table.num_rows != rows:
        msg = f"a record lacks {absent[0]}" if absent else f"it has {table.num_rows} rows of {rows}"
        raise ValueError(msg)
    return table


def _runs(found: Sequence[tuple[int, Entry]]) -> list[list[tuple[int, Entry]]]:
    """Entries with the rows of their first records, in lists of those that follow each other."""
    runs: list[list[tuple[int, Entry]]] = []
    end = -1
    for start, entry in found:
        if start != end:
            runs.append([])
        runs[-1].append((start, entry))
        end = start + entry.records
    return runs


def _within(run: Sequence[tuple[int, Entry]], first: int, stop: int) -> Iterator[tuple[Entry, int]]:
    """Of which entries the rows from `first` are, and how many of each."""
    for start, entry in run:
        rows = min(stop, start + entry.records) - max(first, start)
        if rows > 0:
            yield entry, rows


def _groups(file: pq.ParquetFile) -> list[range]:
    """The rows of each row group."""
    found, start = [], 0
    for number in range(file.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        found.append(range(start, start + rows))
        start += rows
    return found
