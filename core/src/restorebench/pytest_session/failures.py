"""How items fail: by what the error or the failed samples say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NoReturn

import pytest

from restorebench.console import visible
from restorebench.errors import RestorebenchError
from restorebench.types import Record


def fail(error: RestorebenchError) -> NoReturn:
    """Fail the item with what the error says; a traceback on request only."""
    if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
        raise error
    msg = f"{type(error).__name__}: {error}"
    raise pytest.fail.Exception(msg, pytrace=False) from None


def fail_if_any(records: Sequence[Record], config: pytest.Config) -> None:
    """Fail the item if one of its restorations has failed; the first five are named."""
    failed = [record for record in records if record.error is not None]
    if failed:
        lines = [f"{len(failed)} of {len(records)} restorations failed"]
        lines += [f"  {r.sample}: {r.error}" for r in failed[:5]]
        if _wants_traces(config):
            lines += [f"\n{r.sample}:\n{r.extra.get('traceback', '')}" for r in failed[:5]]
        pytest.fail(visible("\n".join(lines)), pytrace=False)


def _style(config: pytest.Config) -> str:
    return str(config.getoption("tbstyle", "auto"))  # which is absent with -p no:terminal


def _wants_traces(config: pytest.Config) -> bool:
    """Whether tracebacks of restorers are shown: with ``-vv``, or a ``--tb`` that asks for some."""
    return config.get_verbosity() > 1 or _style(config) in {"long", "short", "native"}
