"""The user's cache: tables of files and hashes of their content, which can be made again."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "RESTOREBENCH_CACHE"
"""The environment's variable that names another folder."""


def cache_folder() -> Path:
    """Where caches lie: `CACHE_VARIABLE`, else ``restorebench`` in ``XDG_CACHE_HOME``."""
    if given := os.environ.get(CACHE_VARIABLE):
        return Path(given).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "restorebench"
