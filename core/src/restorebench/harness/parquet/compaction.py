"""Compaction: the lines of a store become Parquet, a fraction of their size and faster to read.

Kill it at any moment: each record is in one place. The steps are (1) ``records.jsonl`` is moved
among the parts, while no other process writes to it; (2) its Parquet is put beside it, (3) then the
index, from which moment the part is Parquet; (4) the lines are removed. What a killed compaction
left is finished by the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from restorebench.atomic import discard_parts
from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines, storing
from restorebench.harness.parquet.columns import Line
from restorebench.harness.parquet.parts import FOLDER, Part, complete_parts
from restorebench.harness.parquet.writer import PartWriter, Progress, synced
from restorebench.harness.record_json import check_line
from restorebench.harness.record_log import TAIL


class Compacted(NamedTuple):
    """How many records became Parquet, and the bytes before and after."""

    records: int = 0
    before: int = 0
    after: int = 0


def compact(store: Path, progress: Progress = lambda done: None) -> Compacted:
    """Turn the lines of the folder of a store into Parquet.

    Each line is checked, and found again in what was written. Runs may go on meanwhile. Raises
    `StoreError` where a line is damaged, something cannot be written, or another compaction is at
    work; then every record is still there.
    """
    if not store.is_dir():
        msg = f"there is no folder {store}, whose records could be compacted"
        raise StoreError(msg)
    folder = store / FOLDER
    with storing(folder):
        folder.mkdir(exist_ok=True)
    with _alone(store, folder):
        discard_parts(folder)
        done = Compacted()
        for part in complete_parts(store):
            if part.indexed:  # killed between the third and the fourth step
                part.lines.unlink(missing_ok=True)
            else:
                done = _sum(done, _finished(part, progress))
        return _sum(done, _tail_compacted(store, progress))


@contextmanager
def _alone(store: Path, folder: Path) -> Iterator[None]:
    try:
        with storing(folder), FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        msg = f"another process is compacting {store}; wait for it"
        raise StoreError(msg) from error


def _finished(part: Part, progress: Progress) -> Compacted:
    """What a compaction that was killed after its first step has left to do."""
    with _writer(part.folder, part.lines) as writer:
        writer.take(_lines(JsonLines(part.lines)), progress)
        return _indexed(part, writer)


def _tail_compacted(store: Path, progress: Progress) -> Compacted:
    """All steps for ``records.jsonl``; a damaged line is found before the first."""
    tail, folder = JsonLines(store / TAIL), store / FOLDER
    with _writer(folder, tail.path) as writer:
        writer.take(_lines(tail), progress)
        with tail.locked():
            writer.take(_lines(tail), progress)
            tail.mend()
            writer.take(_lines(tail), progress)
            if not writer.count:
                return Compacted()
            part = Part(folder, len(complete_parts(store)) + 1)
            synced(tail.path)
            os.replace(tail.path, part.lines)
            synced(folder)
        return _indexed(part, writer)


def _indexed(part: Part, writer: PartWriter) -> Compacted:
    """The other steps."""
    hidden = part.folder / f".{part.number:06}.part"
    with storing(part.folder):
        index = writer.write(hidden)
        os.replace(hidden, part.parquet)
        hidden.write_bytes(index.line())
        synced(hidden)
        synced(part.folder)  # the Parquet has its name before the index has
        os.replace(hidden, part.index)
        synced(part.folder)
        before = part.lines.stat().st_size
        part.lines.unlink()
        after = part.parquet.stat().st_size + part.index.stat().st_size
    return Compacted(writer.count, before, after)


@contextmanager
def _writer(folder: Path, source: Path) -> Iterator[PartWriter]:
    """A writer, whose files are removed unless they have become parts."""
    writer = PartWriter(folder, source)
    try:
        with storing(folder):
            yield writer
    finally:
        discard_parts(folder)


def _lines(lines: JsonLines) -> Iterator[Line]:
    with lines.open() or nullcontext() as file:
        for line, record in lines.lines_of(file):
            check_line(record, lines.path)
            yield line, record


def _sum(one: Compacted, two: Compacted) -> Compacted:
    return Compacted(*(a + b for a, b in zip(one, two, strict=True)))
