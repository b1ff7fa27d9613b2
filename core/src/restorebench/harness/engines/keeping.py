"""What comes of ranges is kept: from results, or from the shards of workers that were lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from restorebench.errors import RestorerError, StoreError
from restorebench.harness.engines.cell_keys import (
    CellKey,
    cell_key,
    scored_cell_key,
    scored_record_key,
)
from restorebench.harness.engines.engine import Event
from restorebench.harness.engines.progress import HOPELESS, MOST_LOSSES, CellWork
from restorebench.harness.engines.ranges import RangeResult
from restorebench.harness.engines.shard import RunFolder, unit_of
from restorebench.harness.plan import Cell
from restorebench.harness.run import Outcome, Runner, Unit


class Keeper:
    """Keeps the outcomes of `cells` in the runner's store, each once, whoever was first."""

    def __init__(self, runner: Runner, folder: RunFolder, cells: Sequence[Cell]) -> None:
        self._runner, self._folder = runner, folder
        self._sharing = Counter(map(cell_key, cells))

    def taken(self, work: CellWork, result: RangeResult) -> Iterator[Event]:
        """Keep what a range gave; raises the `StoreError` that ended it, if one did."""
        work.finished(len(result.outcomes), result.seconds)
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

    def merged(self, works: Iterable[CellWork]) -> Iterator[Event]:
        """Take from the shards what no result has brought."""
        records = list(self._folder.new_records())
        for key, facts in self._folder.provenance():
            self._runner.store.add_provenance(key, facts)
        by_cell: dict[CellKey, list[Outcome]] = {}
        for record in records:
            by_cell.setdefault(scored_record_key(record), []).append(Outcome(record, reused=False))
        for work in works:
            yield from self._kept(work, by_cell.get(scored_cell_key(work.cell, self._runner), ()))

    def lost(self, work: CellWork, units: Sequence[Unit]) -> Iterator[Event]:
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

    def _kept(self, work: CellWork, outcomes: Iterable[Outcome]) -> Iterator[Event]:
        """Keep outcomes, each unless that of another worker was faster."""
        new: dict[Unit, Outcome] = {}
        for outcome in outcomes:
            if (unit := unit_of(outcome.record)) in work.open:
                new.setdefault(unit, outcome)
        kept = self._runner.keep(list(new.values()))
        work.open.difference_update(new)  # not before: what Ctrl-C stops is taken from the shards
        if self._sharing[cell_key(work.cell)] > 1:
            for unit, outcome in zip(new, kept, strict=True):
                work.known.setdefault(unit, []).append(outcome.record)
        yield from (Event(work.cell, outcome) for outcome in kept)

    def _keep_images(self, images: Mapping[str, bytes]) -> None:
        for name, data in images.items():
            held = self._runner.store.images
            with held.replacing(held.folder / name) as part:
                part.write_bytes(data)
