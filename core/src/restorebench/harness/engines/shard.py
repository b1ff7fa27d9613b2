"""Shards: each worker keeps its records in a store of its own below the run's, merged by drivers.

``shards/RUN/`` belongs to one driver, which holds its lock. ``shards/RUN/WORKER/`` is a store whose
images are those of the store that it is a shard of.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from restorebench.harness.images import ImageStore
from restorebench.harness.jsonl import storing
from restorebench.harness.known import Known
from restorebench.harness.record_keys import record_key, restoration_key, score_key
from restorebench.harness.record_log import TAIL
from restorebench.harness.run import Unit
from restorebench.harness.store import Store
from restorebench.types import Record

FOLDER = "shards"
FRESH = "-fresh"
"""How the folder of a run ends whose records replace those of the same keys."""

_TOKEN = "token"
_LOCK = "driver.lock"


class Shard(Store):
    """A worker's store at `folder`, whose images are in `images`.

    `know` gives it the records that its present range may use, which it does not write again.
    """

    def __init__(self, folder: Path, images: Path) -> None:
        super().__init__(folder)
        self.images = ImageStore(images)
        self._given: list[Record] = []

    def know(self, records: Iterable[Record]) -> None:
        """Look these up too, in place of those given before."""
        self._given = list(records)

    def lookup(self, record: Record) -> Known:
        """What is known of a record, here or of those given."""
        own = super().lookup(record)
        key, restored = record_key(record), restoration_key(record)
        same = [given for given in self._given if restoration_key(given) == restored]
        finished = [given for given in same if record_key(given) == key]
        images = [given for given in same if given.prediction is not None]
        image = score_key(record)
        scored = [g for g in same if g.error is None and score_key(g) == image]
        return Known(
            own.record or next(reversed(finished), None),
            own.restoration or next(reversed(images), None),
            own.scores or next(reversed(scored), None),
        )

    def renew(self, record: Record) -> None:
        """Nothing: the driver does it in the whole store."""


class RunFolder:
    """The folder of one driver's shards, locked while it lives."""

    def __init__(self, store: Store, name: str, token: str) -> None:
        self.path = store.folder.resolve() / FOLDER / name
        with storing(self.path):
            self.path.mkdir(parents=True)
            self._lock = FileLock(self.path / _LOCK)
            self._lock.acquire()
            (self.path / _TOKEN).write_text(token, encoding="ascii")
        self._shards: dict[Path, Store] = {}
        self._seen: dict[Path, int] = {}

    def new_records(self) -> Iterator[Record]:
        """What workers have written since the last call."""
        for path in shard_paths(self.path):
            shard = self._shards.setdefault(path, Store(path))
            shard.refresh()
            records = list(shard.records())
            yield from records[self._seen.get(path, 0) :]
            self._seen[path] = len(records)

    def provenance(self) -> Iterator[tuple[str, dict[str, object]]]:
        """That of the workers whose records were read."""
        for shard in self._shards.values():
            for key in {record.provenance for record in shard.records()}:
                if (facts := shard.provenance(key)) is not None:
                    yield key, {name: value for name, value in facts.items() if name != "id"}

    def remove(self) -> None:
        """Remove it; everything in it is merged."""
        self._lock.release()
        _remove(self.path)


def is_shared(folder: Path, token: str) -> bool:
    """Whether a run's folder is the one that the driver has made."""
    try:
        return (folder / _TOKEN).read_text(encoding="ascii") == token
    except (OSError, ValueError):
        return False


def shard_paths(run: Path) -> list[Path]:
    """The shards of a run; of two that have the same unit, that of a lost worker comes first.

    It was written to before another worker made the unit again.
    """
    found = sorted(run.glob(f"*/{TAIL}"), key=lambda path: path.stat().st_mtime_ns)
    return [path.parent for path in found]


def adopt(store: Store) -> int:
    """Merge what drivers that have been killed left behind; how many records there were.

    Those of drivers that are at work are left alone.
    """
    found = 0
    for run in sorted((store.folder / FOLDER).glob("*/")):
        lock = FileLock(run / _LOCK)
        with suppress(Timeout, OSError), lock.acquire(blocking=False):
            for path in shard_paths(run):
                found += _merged(store, Store(path), replacing=run.name.endswith(FRESH))
            _remove(run)
    return found


def _merged(store: Store, shard: Store, *, replacing: bool) -> int:
    records = list(shard.records())
    for key in dict.fromkeys(record.provenance for record in records):
        if (facts := shard.provenance(key)) is not None:
            store.add_provenance(key, {k: v for k, v in facts.items() if k != "id"})
    new = [record for record in records if store.lookup(record).record != record]
    store.add_all(new, replacing=replacing)
    return len(records)


def _remove(run: Path) -> None:
    """Remove a run's folder, and that of all runs if it is empty then."""
    shutil.rmtree(run, ignore_errors=True)
    with suppress(OSError):
        run.parent.rmdir()


def unit_of(record: Record) -> Unit:
    """Which unit of its cell a record is of."""
    return record.sample, record.draw
