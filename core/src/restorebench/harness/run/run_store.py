"""The store as a run uses it: what need not be done again, and new records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from typing import Any

from restorebench.errors import StoreError
from restorebench.harness.known import Known
from restorebench.harness.run.job import Job
from restorebench.harness.store import Store
from restorebench.metrics import OF_THE_SAMPLE, Metric, Protocol, Scores, unavailable
from restorebench.types import Pixels, Record


class RunStore:
    """A store for the threads of one run; `fresh` finds nothing in it and replaces records.

    `facts` are the run's provenance, `load` gives metrics by their names. Raises `StoreError` where
    the store cannot be read or written.
    """

    def __init__(
        self, store: Store, facts: Mapping[str, Any], load: Callable[[str], Metric], *, fresh: bool
    ) -> None:
        self._store, self._facts = store, facts
        self._load, self._fresh = load, fresh
        self._turn = RLock()

    def finished(self, job: Job) -> Record | None:
        """The stored record, unless it failed or a missing score can be computed now."""
        known = self._known(job.record).record
        done = known and known.error is None and self._is_complete(known, job.protocol)
        return known if done else None

    def restoration(self, job: Job) -> tuple[Record, Pixels] | None:
        """The image of the same restoration, and the job's record with it; None without one."""
        known = self._known(job.record).restoration
        if known is None or known.prediction is None:
            return None
        try:
            pixels = self._store.images.get(known.prediction, job.views)
        except StoreError:  # a deleted or damaged image is made again
            return None
        return replace(job.record, prediction=known.prediction, cost=known.cost), pixels

    def scores(self, protocol: Protocol, restored: Record) -> Scores | None:
        """The scores of the same image, unless one that is missing can be computed now."""
        known = self._known(restored).scores
        if known is None or not self._is_complete(known, protocol):
            return None
        return Scores(dict(known.scores), dict(known.missing))

    def with_image(self, record: Record, pixels: Pixels) -> Record:
        """Keep the image of a record; the record with its key."""
        return replace(record, prediction=self._store.images.put(pixels))

    def add(self, record: Record) -> Record:
        """Keep a record, with the provenance of the run; the one that is stored then."""
        with self._turn:
            self._store.add_provenance(record.provenance, self._facts)
            return self._store.add(record, replacing=self._fresh)

    def renew(self, record: Record) -> None:
        """Make a stored record the latest of its row."""
        with self._turn:
            self._store.renew(record)

    def _known(self, record: Record) -> Known:
        with self._turn:
            return Known() if self._fresh else self._store.lookup(record)

    def _is_complete(self, known: Record, protocol: Protocol) -> bool:
        """Whether no score that is missing in `known` could be computed now."""
        pending = {c for c, reason in known.missing.items() if not reason.startswith(OF_THE_SAMPLE)}
        return not pending or pending <= set(unavailable(protocol, self._load))
