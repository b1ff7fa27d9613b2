"""Compacted records: Parquet and its index."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from readers.reader import Reader, placed, scratch
from readers.records import records
from restorebench.errors import StoreError
from restorebench.harness.jsonl import checked, parsed
from restorebench.harness.parquet.checked_file import block_hashes
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.record_json import decode
from restorebench.harness.store import Store
from restorebench.leaderboard import read_ledger

PART = "000001"


def compacted() -> Path:
    """A store whose records are Parquet."""
    folder = scratch() / "compacted"
    if not folder.exists():
        store = Store(folder)
        for number, line in enumerate(records() * 3):
            store.add(replace(decode(json.loads(line)), sample=f"{number:04}"))
        compact(folder)
    return folder


def part_of(index: bytes, parquet: bytes) -> None:
    """Read the records of a part, as boards do and as runs do."""
    folder = scratch() / "part"
    (folder / "records").mkdir(parents=True, exist_ok=True)
    (folder / "records" / f"{PART}.json").write_bytes(index)
    (folder / "records" / f"{PART}.parquet").write_bytes(parquet)
    try:
        for section in read_ledger(folder).sections():
            section.load(images=True)
        list(Store(folder).seconds())
        list(Store(folder).records())
    except StoreError as error:
        if f"{folder / 'records' / PART}" not in str(error):
            msg = f"no file of the part is named: {error}"
            raise AssertionError(msg) from error
        raise


def file_of_part(kind: str) -> bytes:
    return (compacted() / "records" / f"{PART}.{kind}").read_bytes()


def index_of_part() -> dict[str, object]:
    return parsed(file_of_part("json").rstrip())


def read_part_index(data: bytes) -> None:
    """JSON without a checksum, which is added."""
    try:
        value = json.loads(data)
        line = checked(value) if isinstance(value, dict) else data
    except (ValueError, RecursionError):
        line = data
    part_of(line + b"\n", file_of_part("parquet"))


def read_part_parquet(data: bytes) -> None:
    """A Parquet file, whose size and hashes are put into the index."""
    path = placed("hashed", data)
    facts = {"size": len(data), "hashes": "".join(block_hashes(path))}
    part_of(checked({**index_of_part(), **facts}) + b"\n", data)


READERS = (
    Reader("index", lambda: [json.dumps(index_of_part()).encode()], read_part_index),
    Reader("parquet", lambda: [file_of_part("parquet")], read_part_parquet),
)
