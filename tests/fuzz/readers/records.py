"""Records as lines, as a driver or a run left them."""

from __future__ import annotations

import json
from pathlib import Path

from readers.reader import Reader, of_file, placed
from restorebench.harness.jsonl import JsonLines, checked
from restorebench.harness.record_json import decode_line, encode
from restorebench.types import Cost, Record

RECORD = Record(
    *("toy", "squares", "test", "0000", "net", {"steps": 2, "mode": "a"}, 1, 0, 0),
    *("ntire-rgb", "p1", "d1", "i1", "t1", "x1", {"psnr": float("inf"), "ssim": 0.5}),
    *({"lpips": "no trunk"}, Cost(0.5, 10), None, "r1"),
)  # fmt: skip


def records() -> list[bytes]:
    """JSON without checksums, which `read_records` adds."""
    failed = {**encode(RECORD), "prediction": None, "cost": None, "error": "E: no", "scores": {}}
    return [json.dumps(line, indent=0).encode() for line in (encode(RECORD), failed)]


def read_records(data: bytes) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    try:
        line = checked(value) if isinstance(value, dict) else data
    except (ValueError, RecursionError):  # NaN, or nested beyond writing
        line = data
    path = placed("records.jsonl", line + b"\n")
    for found in JsonLines(path).each_new():
        decode_line(found, path)


def read_raw_records(path: Path) -> None:
    for line in JsonLines(path).each_new():
        decode_line(line, path)


def raw_records() -> list[bytes]:
    return [b"".join(checked(json.loads(line)) + b"\n" for line in records())]


READERS = (
    Reader("record", records, read_records),
    Reader("jsonl", raw_records, of_file("raw.jsonl", read_raw_records)),
)
