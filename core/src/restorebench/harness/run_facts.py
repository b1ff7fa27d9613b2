"""The lines of ``provenance.jsonl``: versions and hardware of runs, checked as they are read."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from typing import Any

from restorebench.errors import StoreError
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.record_fields import Kind


def new_runs(lines: JsonLines) -> Iterator[tuple[str, dict[str, Any]]]:
    """The id of each run that was added since the last call, and the line that tells of it.

    Raises `StoreError` with the file's name for a line that holds another kind of value.
    """
    for line in lines.read_new():
        for name, is_kind in _KINDS.items():
            if not is_kind(line.get(name)):
                found = reprlib.repr(line[name]) if name in line else "absent"
                msg = (
                    f"{lines.path}: the provenance of a run has another form: {name!r} is "
                    f"{found}; restore the file from a copy, or delete that line"
                )
                raise StoreError(msg)
        yield line["id"], line


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_table(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _is_git(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and _is_text(value.get("commit"))
        and isinstance(value.get("dirty"), bool | None)
    )


_KINDS: dict[str, Kind] = {
    "id": _is_text,
    **dict.fromkeys(("packages", "plugins", "hardware"), _is_table),
    "git": _is_git,
}
