"""The driver of a Dask run: it sends ranges, collects outcomes, and deals with lost workers."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from restorebench.errors import EngineError, StoreError
from restorebench.harness.engines.cell_keys import cell_key, stored_records
from restorebench.harness.engines.cluster import Connection, is_lost
from restorebench.harness.engines.engine import Event, Progress
from restorebench.harness.engines.hashing import find_hashes
from restorebench.harness.engines.keeping import Keeper
from restorebench.harness.engines.progress import CellWork
from restorebench.harness.engines.ranges import Range, RunSpec
from restorebench.harness.engines.shard import FRESH, RunFolder
from restorebench.harness.engines.under_way import UnderWay
from restorebench.harness.engines.worker import versions
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Hashes, Runner, Settings, Unit
from restorebench.types import Record

AHEAD = 2
"""Ranges under way for each worker: one that runs and one that waits for it."""

_TICK = 1.0
_GATHERED = 60.0
"""Seconds for a result to come; its range is done again where its worker was lost just before."""
_REPEAT = 30.0
"""Seconds between two lines that say that there are no workers."""


class DaskEngine:
    """Runs cells on the workers of a connection; the driver alone writes the store."""

    def __init__(
        self,
        runner: Runner,
        settings: Settings,
        connection: Connection,
        say: Callable[[str], None],
    ) -> None:
        self.runner, self.settings = runner, settings
        self._connection, self._say = connection, say

    def prepare(self, cell: Cell, progress: Progress | None = None) -> tuple[str, ...]:
        """Open and hash the split of a cell; a new one is hashed by all workers."""
        own = self.runner.suite.own_datasets
        find_hashes(self.runner, self._connection, own, cell, progress)
        return self.runner.splits.prepare(cell, progress)

    def stream(self, cells: Sequence[Cell]) -> Iterator[Event]:
        """Run cells on all workers at once; cells of one restorer come after each other."""
        ordered = sorted(cells, key=_first_places(cells))
        run = _Run(self.runner, self.settings, self._connection, self._say, ordered)
        try:
            yield from run.events()
        finally:
            run.close()


class _Run:
    """One stream: its cells, the work that is open, and the ranges that are under way."""

    def __init__(
        self,
        runner: Runner,
        settings: Settings,
        connection: Connection,
        say: Callable[[str], None],
        cells: Sequence[Cell],
    ) -> None:
        self._runner, self._settings, self._connection = runner, settings, connection
        self._say = say
        token = secrets.token_hex(16)
        name = token[:12] + FRESH * settings.fresh
        self._folder = RunFolder(runner.store, name, token)
        suite = runner.suite
        place = str(runner.store.folder.resolve())
        self._spec = RunSpec(name, place, token, settings, suite.own_datasets, versions(suite))
        self._closed = deque(cells)
        self._keeper = Keeper(runner, self._folder, cells)
        self._under_way = UnderWay(connection)
        self._work: list[CellWork] = []
        self._paces: dict[RestorerRef, float | None] = {}
        self._threads, self._looked, self._said = 0, 0.0, time.monotonic()

    def events(self) -> Iterator[Event]:
        """Send, collect and repeat until nothing is open."""
        known = stored_records(self._runner.store, self._closed, self._settings)
        while self._closed or self._work:
            self._look_at_workers()
            while (cell := self._next()) is not None:
                yield from self._open(cell, known[cell_key(cell)])
            self._send()
            for future in self._under_way.ended(_TICK):
                yield from self._collected(future)
                self._under_way.forget(future)
            self._work = [work for work in self._work if work.open]

    def close(self) -> None:
        """Cancel what is under way; what workers have finished is in the store then."""
        if self._under_way:
            self._under_way.cancel()
            for _ in self._keeper.merged(self._work):
                pass
        self._folder.remove()

    def _next(self) -> Cell | None:
        """The cell to be opened now, if more work is needed.

        One that differs from an open one by its protocol alone waits for the images of that one.
        """
        if any(work.ready for work in self._work):
            return None
        busy = {cell_key(work.cell) for work in self._work}
        cell = next((cell for cell in self._closed if cell_key(cell) not in busy), None)
        if cell is not None:
            self._closed.remove(cell)
        return cell

    def _open(self, cell: Cell, known: dict[Unit, list[Record]]) -> Iterator[Event]:
        """Make work of a cell; only a few are open at once, so that memory does not grow."""
        try:
            hashes, units = self._runner.splits.hashes(cell), self._runner.splits.units(cell)
        except StoreError:
            raise
        except Exception as problem:  # of a plugin: the other cells go on
            yield Event(cell, problem)
            return
        pace = self._paces.get(cell.restorer)
        self._work.append(CellWork(cell, hashes, units, known, pace))

    def _look_at_workers(self) -> None:
        """Once a second: how many there are, and that those that were lost come back."""
        now = time.monotonic()
        if now < self._looked + _TICK:
            return
        self._looked = now
        self._threads = self._connection.threads()
        self._connection.keep_workers()
        if self._threads:
            self._said = now
        elif now > self._said + _REPEAT:
            self._said = now
            self._say("waiting for workers")

    def _send(self) -> None:
        """Fill the workers; what was lost twice waits until it can run alone."""
        if any(work.suspects(units[0]) for work, units in self._under_way):
            return
        most = AHEAD * max(self._threads, 1)
        for work in self._work:
            while work.ready and len(self._under_way) < most:
                self._submit(work)
        if not self._under_way:
            for work in [work for work in self._work if work.left][:1]:
                self._submit(work)

    def _submit(self, work: CellWork) -> None:
        units = work.next_units(self._threads)
        records = tuple(r for unit in units for r in work.known.get(unit, ()))
        identities = {unit[0]: work.hashes.samples[unit[0]] for unit in units}
        hashes = Hashes(work.hashes.whole, identities)
        self._under_way.send(work, Range(self._spec, work.cell, units, hashes, records))

    def _collected(self, future: Any) -> Iterator[Event]:
        work, units = self._under_way.pop(future)
        if future.status not in ("finished", "error"):  # cancelled by somebody else
            work.put_back(units)
            return
        try:
            result = future.result(timeout=_GATHERED)
        except TimeoutError:  # its worker was lost before it gave the result, and none has come
            self._under_way.wait_for(future, work, units)
        except Exception as error:
            if not is_lost(error):
                msg = f"a worker cannot run restorebench: {type(error).__name__}: {error}"
                raise error if isinstance(error, EngineError) else EngineError(msg) from error
            yield from self._keeper.merged(self._work)
            yield from self._keeper.lost(work, [unit for unit in units if unit in work.open])
        else:
            if self._connection.has_lost_workers():  # then another one may have made it again
                yield from self._keeper.merged(self._work)
            yield from self._keeper.taken(work, result)
            self._paces[work.cell.restorer] = work.pace


def _first_places(cells: Sequence[Cell]) -> Callable[[Cell], int]:
    """A key by which cells of one restorer follow each other, in the order of the plan."""
    places: dict[object, int] = {}
    for cell in cells:
        places.setdefault(cell.restorer, len(places))
    return lambda cell: places[cell.restorer]
