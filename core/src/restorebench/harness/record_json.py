"""Records as JSON lines and back. The schema has a version; readers refuse newer ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from restorebench.errors import StoreError
from restorebench.harness.record_fields import NAMES, SPECIAL_SCORES, wrong_field
from restorebench.types import Cost, Record

SCHEMA = 1
"""Raised when a reader of the old lines would misread the new ones."""


def encode(record: Record) -> dict[str, Any]:
    """A record as plain JSON values; infinities become the texts ``"inf"`` and ``"-inf"``."""
    line = {name: _plain(getattr(record, name)) for name in NAMES}
    line["scores"] = {k: v if math.isfinite(v) else str(float(v)) for k, v in record.scores.items()}
    return {"schema": SCHEMA, **line}


def decode(line: Mapping[str, Any]) -> Record:
    """The record of a line; raises what `check` raises."""
    check(line)
    return record_of(line)


def record_of(line: Mapping[str, Any]) -> Record:
    """As `decode`, of a line that was checked."""
    values: dict[str, Any] = {name: line[name] for name in NAMES if name in line}
    scores = line["scores"].items()
    values["scores"] = {k: SPECIAL_SCORES[v] if isinstance(v, str) else float(v) for k, v in scores}
    values["cost"] = None if line["cost"] is None else Cost(**line["cost"])
    return Record(**values)


def decode_line(line: Mapping[str, Any], path: Path) -> Record:
    """As `decode`; the error names the file that the line is from."""
    check_line(line, path)
    return record_of(line)


def check(line: Mapping[str, Any]) -> None:
    """Raise `StoreError` unless a line holds a record.

    Of this schema, with its fields and no others, and values of the kind and size that they have.
    """
    if line.get("schema") != SCHEMA:
        msg = (
            f"a record has schema {line.get('schema')!r}, this restorebench reads {SCHEMA}; "
            "use the version that wrote it"
        )
        raise StoreError(msg)
    if wrong := wrong_field(line):
        msg = f"a record lacks or misnames a field, or holds another kind of value: {wrong}"
        raise StoreError(msg)


def check_line(line: Mapping[str, Any], path: Path) -> None:
    """As `check`; the `StoreError` names the file that the line is from."""
    try:
        check(line)
    except StoreError as error:
        msg = f"{path}: {error}"
        raise StoreError(msg) from error


def _plain(value: Any) -> Any:
    if isinstance(value, Cost):
        return dict(vars(value))
    return dict(value) if isinstance(value, Mapping) else value
