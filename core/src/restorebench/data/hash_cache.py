"""Hashes of files' content, kept on disk so that a file is read for its hash once.

A key covers the path, size and time of change of every file that a value depends on. What is found
is never trusted where the content is read: see `Dataset.expect`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from restorebench.data.cache_folder import cache_folder
from restorebench.data.hashing import combined_hash

_TIMEOUT = 10.0
"""Seconds that a process waits for another one that is writing."""


def file_stamp(path: Path) -> str:
    """A text that changes whenever a file's content has; raises `OSError` if it is not there."""
    facts = path.stat()
    return f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}"


def stamp_of(parts: Iterable[str]) -> str:
    """A key for the cache."""
    return combined_hash(parts)


class HashCache:
    """Plain values by key in the file ``hashes.sqlite`` of the user's cache.

    A cache that cannot be read or written is as good as an empty one: nothing is raised.
    """

    def __init__(self) -> None:
        self.path = cache_folder() / "hashes.sqlite"

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """The values that are there, by key."""
        query = "SELECT key, value FROM hashes WHERE key IN (SELECT value FROM json_each(?))"
        with suppress(sqlite3.Error, OSError, ValueError, TypeError, RecursionError):
            with closing(self._opened()) as database:
                rows = database.execute(query, [json.dumps(list(keys))]).fetchall()
            return {key: json.loads(value) for key, value in rows}
        return {}

    def put(self, values: Mapping[str, Any]) -> None:
        """Keep values, in place of those that are there."""
        rows = [(key, json.dumps(value)) for key, value in values.items()]
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database, database:
            database.executemany("INSERT OR REPLACE INTO hashes VALUES (?, ?)", rows)

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connected()
        except sqlite3.OperationalError:  # locked, or read-only
            raise
        except sqlite3.DatabaseError:  # damaged
            self.path.unlink()
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=_TIMEOUT)
        try:
            database.execute("CREATE TABLE IF NOT EXISTS hashes (key TEXT PRIMARY KEY, value TEXT)")
        except sqlite3.Error:
            database.close()
            raise
        return database
