"""Limits as they are written on a command line."""

from __future__ import annotations

import re
from typing import Any, cast

from restorebench.errors import OptionError
from restorebench.restorers.plan.plan import Limits


def limits_of(memory: str | None, tile: int, statistics: str) -> Limits:
    """What ``--memory``, ``--tile`` and ``--statistics`` say; `OptionError` where that is wrong."""
    return Limits(None if memory is None else _bytes(memory), tile, cast(Any, statistics))


def _bytes(text: str) -> int:
    """Bytes of ``3GiB``, ``800MiB``, ``2.5GB``; `OptionError` for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B?\s*", text, re.IGNORECASE)
    if found is None or float(found[1]) == 0:
        msg = f"--memory is {text!r}; write a size with its unit, such as 3GiB or 800MiB"
        raise OptionError(msg)
    power = "KMGT".index(found[2].upper()) + 1
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)
