"""When the kernels of numba are used: once so much is scored that its import pays."""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_log = logging.getLogger("restorebench")

PAYS_AFTER = 40_000_000
"""Values (three for each pixel) that numpy scores in about the second that numba takes to load."""


class Native:
    """Counts what was scored in this process; the results are the same bits with and without."""

    def __init__(self, pays_after: int = PAYS_AFTER) -> None:
        self.pays_after = pays_after
        self._scored = 0

    def kernels(self, values: int) -> Any:
        """The module `kernels` for scoring another `values`, or None where numpy should do it."""
        if self._scored < self.pays_after:
            self._scored += values
            return None
        return _kernels()


@cache
def _kernels() -> Any:
    if find_spec("numba") is None:
        return None
    try:
        return import_module("restorebench.metrics.kernels")
    except Exception as error:  # a numba that does not fit this numpy, or that cannot compile
        _log.info("numba is not used: %s: %s", type(error).__name__, error)
        return None


NATIVE = Native()
"""That of this process."""
