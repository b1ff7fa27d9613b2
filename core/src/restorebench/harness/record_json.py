"""Records as JSON lines and back. The schema has a version; readers refuse newer ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from restorebench.errors import StoreError
from restorebench.types import Cost, Record

SCHEMA = 1
"""Raised when a reader of the old lines would misread the new ones."""

_SPECIAL = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
_NAMES = tuple(field.name for field in fields(Record))


def encode(record: Record) -> dict[str, Any]:
    """A record as plain JSON values; infinities become the texts ``"inf"`` and ``"-inf"``."""
    line = {name: _plain(getattr(record, name)) for name in _NAMES}
    line["scores"] = {k: v if math.isfinite(v) else str(float(v)) for k, v in record.scores.items()}
    return {"schema": SCHEMA, **line}


def decode(line: Mapping[str, Any]) -> Record:
    """The record of a line; raises `StoreError` for another schema or missing fields."""
    if line.get("schema") != SCHEMA:
        msg = (
            f"a record has schema {line.get('schema')!r}, this restorebench reads {SCHEMA}; "
            "use the version that wrote it"
        )
        raise StoreError(msg)
    values: dict[str, Any] = {name: line[name] for name in _NAMES if name in line}
    try:
        scores = line["scores"].items()
        values["scores"] = {k: _SPECIAL[v] if isinstance(v, str) else float(v) for k, v in scores}
        values["cost"] = None if line["cost"] is None else Cost(**line["cost"])
        return Record(**values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"a record lacks or misnames a field: {error}"
        raise StoreError(msg) from error


def decode_line(line: Mapping[str, Any], path: Path) -> Record:
    """As `decode`; the error names the file that the line is from."""
    try:
        return decode(line)
    except StoreError as error:
        msg = f"{path}: {error}"
        raise StoreError(msg) from error


def _plain(value: Any) -> Any:
    if isinstance(value, Cost):
        return asdict(value)
    return dict(value) if isinstance(value, Mapping) else value
