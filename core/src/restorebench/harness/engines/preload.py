"""What each Dask worker of ours does first: leave Ctrl-C to the driver."""

from __future__ import annotations

import signal
from typing import Any

PRELOAD = __name__
"""What ``--preload`` is given."""


def dask_setup(worker: Any) -> None:
    """Ignore the signal, which a terminal sends to the whole group of processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
