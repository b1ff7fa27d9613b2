"""What a plugin's code may raise, and what becomes of the record and the cell then."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from restorebench.errors import PluginError, RestorerError
from restorebench.types import Record

FAILURES = (Exception, SystemExit)
"""What a plugin's code may raise without ending the run."""


def failed(record: Record, error: BaseException) -> Record:
    """The record of a restoration, or of its scoring, that raised `error`."""
    trace = getattr(error, "traceback", "") or "".join(traceback.format_exception(error))
    extra: Mapping[str, Any] = {**record.extra, "traceback": trace}
    isolated = isinstance(error, RestorerError) and error.traceback  # names its type itself
    text = str(error) if isolated else f"{type(error).__name__}: {error}"
    return replace(record, error=text, extra=extra)


@contextmanager
def exits_as_errors() -> Iterator[None]:
    """Turn ``sys.exit()`` in a plugin's code into `PluginError`, so that other cells go on."""
    try:
        yield
    except SystemExit as error:
        msg = f"its code ended the program (SystemExit: {error}), which only the command line may"
        raise PluginError(msg) from error
