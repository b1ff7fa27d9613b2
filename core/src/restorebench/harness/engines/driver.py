"""The driver of a Dask run: it sends ranges, collects outcomes, and deals with lost workers."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from restorebench.errors import EngineError, RestorerError, StoreError
from restorebench.harness.engines.cluster import Connection, is_lost
from restorebench.harness.engines.engine import Event, Progress
from restorebench.harness.engines.hashing import find_hashes
from restorebench.harness.engines.progress import HOPELESS, MOST_LOSSES, CellWork
from restorebench.harness.engines.ranges import Range, RangeResult, RunSpec
from restorebench.harness.engines.shard import FRESH, RunFolder, unit_of
from restorebench.harness.engines.worker import run_range, versions
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Hashes, Outcome, Runner, Settings, Unit
from restorebench.harness.store import Store
from restorebench.plugins import Suite
from restorebench.specs import DatasetSpec
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
        own = described_here(self.runner.suite)
        find_hashes(self.runner, self._connection, own, cell, progress)
        return self.runner.splits.prepare(cell, progress)

    def stream(self, cells: Sequence[Cell]) -> Iterator[Event]:
        """Run cells on all workers at once; cells of one restorer come after each other."""
        run = _Run(self.runner, self.settings, self._connection, self._say)
        try:
            yield from run.events(sorted(cells, key=_first_places(cells)))
        finally:
            run.close()


class _Run:
    """One stream: its work, and the ranges that are under way."""

    def __init__(
        self,
        runner: Runner,
        settings: Settings,
        connection: Connection,
        say: Callable[[str], None],
    ) -> None:
        self._runner, self._settings, self._connection = runner, settings, connection
        self._say = say
        token = secrets.token_hex(16)
        name = token[:12] + FRESH * settings.fresh
        self._folder = RunFolder(runner.store, name, token)
        suite = runner.suite
        place = str(runner.store.folder.resolve())
        self._spec = RunSpec(name, place, token, settings, described_here(suite), versions(suite))
        self._done: SimpleQueue[Any] = SimpleQueue()
        self._under_way: dict[Any, tuple[CellWork, tuple[Unit, ...]]] = {}
        self._work: list[CellWork] = []
        self._paces: dict[RestorerRef, float | None] = {}
        self._sharing: Counter[tuple[str, ...]] = Counter()
        self._threads, self._looked, self._said = 0, 0.0, time.monotonic()

    def events(self, cells: Sequence[Cell]) -> Iterator[Event]:
        """Send, collect and repeat until nothing is open."""
        known = _known(self._runner.store, cells, self._settings)
        self._sharing = Counter(map(_who, cells))
        closed = deque(cells)
        while closed or self._work:
            self._look_at_workers()
            while (cell := self._next(closed)) is not None:
                yield from self._open(cell, known[_who(cell)])
            self._send()
            for future in self._finished():
                yield from self._collected(future)
                if future not in self._under_way:
                    self._connection.forget(future)
            self._work = [work for work in self._work if work.open]

    def close(self) -> None:
        """Cancel what is under way; what workers have finished is in the store then."""
        if self._under_way:
            self._connection.client.cancel(list(self._under_way), force=True)
            for future in self._under_way:
                self._connection.forget(future)
            for _ in self._merged():
                pass
        self._folder.remove()

    def _next(self, closed: deque[Cell]) -> Cell | None:
        """The cell to be opened now, if more work is needed.

        One that differs from an open one by its protocol alone waits for the images of that one.
        """
        if any(work.ready for work in self._work):
            return None
        busy = {_who(work.cell) for work in self._work}
        cell = next((cell for cell in closed if _who(cell) not in busy), None)
        if cell is not None:
            closed.remove(cell)
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
        if any(work.suspects(units[0]) for work, units in self._under_way.values()):
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
        given = Range(self._spec, work.cell, units, hashes, records)
        future = self._connection.submit(run_range, given)
        self._under_way[future] = (work, units)
        future.add_done_callback(self._done.put)

    def _finished(self) -> list[Any]:
        """The futures that have ended; waits for one, but not long."""
        found = []
        try:
            found.append(self._done.get(timeout=_TICK))
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            return found

    def _collected(self, future: Any) -> Iterator[Event]:
        work, units = self._under_way.pop(future)
        if future.status not in ("finished", "error"):  # cancelled by somebody else
            work.put_back(units)
            return
        try:
            result = future.result(timeout=_GATHERED)
        except TimeoutError:  # its worker was lost before it gave the result, and none has come
            self._under_way[future] = (work, units)
            future.add_done_callback(self._done.put)
        except Exception as error:
            if not is_lost(error):
                msg = f"a worker cannot run restorebench: {type(error).__name__}: {error}"
                raise error if isinstance(error, EngineError) else EngineError(msg) from error
            yield from self._merged()
            yield from self._lost(work, [unit for unit in units if unit in work.open])
        else:
            if self._connection.has_lost_workers():  # then another one may have made it again
                yield from self._merged()
            yield from self._taken(work, result)

    def _taken(self, work: CellWork, result: RangeResult) -> Iterator[Event]:
        """Keep what a range gave."""
        work.finished(len(result.outcomes), result.seconds)
        self._paces[work.cell.restorer] = work.pace
        for key, facts in result.facts.items():
            self._runner.store.add_provenance(key, {k: v for k, v in facts.items() if k != "id"})
        self._keep_images(result.images)
        yield from self._kept(work, result.outcomes)
        if result.error is not None:
            if isinstance(result.error, StoreError):
                raise result.error
            if work.open:
                work.give_up()
                yield Event(work.cell, result.error)

    def _kept(self, work: CellWork, outcomes: Iterable[Outcome]) -> Iterator[Event]:
        """Keep outcomes, each unless that of another worker was faster."""
        new: dict[Unit, Outcome] = {}
        for outcome in outcomes:
            if (unit := unit_of(outcome.record)) in work.open:
                new.setdefault(unit, outcome)
        kept = self._runner.keep(list(new.values()))
        work.open.difference_update(new)  # not before: what Ctrl-C stops is taken from the shards
        if self._sharing[_who(work.cell)] > 1:
            for unit, outcome in zip(new, kept, strict=True):
                work.known.setdefault(unit, []).append(outcome.record)
        yield from (Event(work.cell, outcome) for outcome in kept)

    def _merged(self) -> Iterator[Event]:
        """Take from the shards what no result has brought."""
        records = list(self._folder.new_records())
        for key, facts in self._folder.provenance():
            self._runner.store.add_provenance(key, facts)
        by_cell: dict[tuple[object, ...], list[Outcome]] = {}
        for record in records:
            by_cell.setdefault(_of_record(record), []).append(Outcome(record, reused=False))
        for work in self._work:
            yield from self._kept(work, by_cell.get(_of_cell(work.cell, self._runner), ()))

    def _keep_images(self, images: Mapping[str, bytes]) -> None:
        for name, data in images.items():
            held = self._runner.store.images
            with held.replacing(held.folder / name) as part:
                part.write_bytes(data)

    def _lost(self, work: CellWork, units: list[Unit]) -> Iterator[Event]:
        """Send units again whose worker has died, each alone; give up those that killed thrice."""
        if not units:
            return
        work.lost_ranges += 1
        work.lost.update(units)
        if work.lost_ranges >= HOPELESS and len(work.open) == len(work.units):
            work.give_up()
            msg = f"its workers died {work.lost_ranges} times and nothing was restored"
            yield Event(work.cell, RestorerError(msg))
            return
        guilty = [unit for unit in units if work.lost[unit] >= MOST_LOSSES]
        work.put_back(unit for unit in units if unit not in guilty)
        for unit in guilty:
            work.open.discard(unit)
            msg = (
                f"its worker died {MOST_LOSSES} times while it was restored, the last time alone; "
                "run it with --isolate to see how"
            )
            yield Event(work.cell, self._runner.failed(work.cell, unit, RestorerError(msg)))


OWN = "your data"
"""The distribution of data sets that a command line describes."""


def described_here(suite: Suite) -> tuple[DatasetSpec, ...]:
    """The data sets that the command line describes: workers do not know them."""
    provider = suite.datasets.provider
    return tuple(d for d in suite.datasets if provider(d.name).distribution == OWN)


def _first_places(cells: Sequence[Cell]) -> Callable[[Cell], int]:
    """A key by which cells of one restorer follow each other, in the order of the plan."""
    places: dict[object, int] = {}
    for cell in cells:
        places.setdefault(cell.restorer, len(places))
    return lambda cell: places[cell.restorer]


def _who(cell: Cell) -> tuple[str, ...]:
    options = json.dumps(dict(cell.restorer.options), sort_keys=True)
    return cell.task, cell.dataset, cell.split, cell.restorer.name, options


def _whose(record: Record) -> tuple[str, ...]:
    options = json.dumps(dict(record.options), sort_keys=True)
    return record.task, record.dataset, record.split, record.restorer, options


def _of_cell(cell: Cell, runner: Runner) -> tuple[str, ...]:
    return (*_who(cell), runner.protocol(cell).hash)


def _of_record(record: Record) -> tuple[str, ...]:
    return (*_whose(record), record.protocol_hash)


def _known(
    store: Store, cells: Sequence[Cell], settings: Settings
) -> dict[tuple[str, ...], dict[Unit, list[Record]]]:
    """The stored records that belong to cells, by cell and unit; none for a fresh run."""
    chosen: dict[tuple[str, ...], dict[Unit, list[Record]]] = {_who(cell): {} for cell in cells}
    if settings.fresh:
        return chosen
    restorers = {(c.task, c.dataset, c.split, c.restorer.name) for c in cells}
    for record in store.records(lambda r: (r.task, r.dataset, r.split, r.restorer) in restorers):
        if record.seed == settings.seed and (found := chosen.get(_whose(record))) is not None:
            found.setdefault(unit_of(record), []).append(record)
    return chosen
