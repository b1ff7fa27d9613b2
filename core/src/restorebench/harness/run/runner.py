"""Running cells: restore or take from the store, score, record; one sample at a time.

What is in the store is not computed again: a record with the same key is reused; an image of the
same restoration is scored without restoring; a score of the same image is not computed twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.colour import quantise
from restorebench.data.mapped import large_pixels
from restorebench.errors import ChangedDataError, ProtocolError, StoreError, UnknownNameError
from restorebench.harness.device import check_device
from restorebench.harness.plan import Cell
from restorebench.harness.provenance import run_provenance
from restorebench.harness.run.failures import FAILURES, exits_as_errors, failed
from restorebench.harness.run.job import Job
from restorebench.harness.run.jobs import Jobs
from restorebench.harness.run.run_store import RunStore
from restorebench.harness.run.scoring_thread import Step, beside, one_by_one
from restorebench.harness.run.settings import Settings
from restorebench.harness.run.splits import Splits, Unit
from restorebench.harness.store import Store
from restorebench.metrics import OF_THE_SAMPLE, Protocol, Scores, score, unavailable
from restorebench.plugins import Suite
from restorebench.restorers.plan.plan import HALVED
from restorebench.types import Pixels, Record

_log = logging.getLogger("restorebench")


@dataclass(frozen=True)
class Outcome:
    """What became of one sample: its record, and whether the restoration came from the store."""

    record: Record
    reused: bool


class Runner:
    """Runs cells against a store. Interrupt it at any time and run it again.

    `kept` is called with each record that has been stored; by default it tells the plugins. `say`
    is called with the plan of a large image, before it is restored. Raises `StoreError` where
    nothing can be written, unless nothing `writes`; `OptionError` for a device that is missing.
    """

    def __init__(
        self,
        suite: Suite,
        store: Store,
        settings: Settings | None = None,
        kept: Callable[[Record], None] | None = None,
        *,
        writes: bool = True,
    ) -> None:
        self.suite = suite
        self.store = store
        if writes:
            self.store.prepare()
        self.settings = settings or Settings()
        check_device(self.settings.device)
        self.splits = Splits(suite, store.hashes, self.settings)
        self.say: Callable[[str], None] = _log.info
        self._kept = suite.scored if kept is None else kept
        key, facts = run_provenance(suite, self.settings.device)
        self._jobs = Jobs(suite, self.settings, self.splits, key)
        self._stored = RunStore(store, facts, suite.metrics.load, fresh=self.settings.fresh)
        self._said: set[str] = set()
        self._checked: set[str] = set()
        self._loaded: set[str] = set()

    def run(self, cell: Cell, units: Iterable[Unit] | None = None) -> Iterator[Outcome]:
        """Run a cell, or those `units` of it, one by one in order.

        A sample that fails is recorded with its error and the cell goes on; a data set, protocol or
        restorer that cannot be opened raises.
        """
        with exits_as_errors():
            steps = map(self._step, self._jobs.of(cell, units))
            yield from beside(steps, FAILURES) if self.settings.overlaps else one_by_one(steps)

    def failed(self, cell: Cell, unit: Unit, error: Exception) -> Outcome:
        """Record a restoration that could not be made, without making its restorer."""
        held = self._stored.add(failed(self._jobs.blank(cell, unit, TrainedOn()), error))
        self._kept(held)
        return Outcome(held, reused=False)

    def keep(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Keep what other processes have made, as if it had been made here; all at once."""
        new = [o for o in outcomes if not (o.reused and self._is_stored(o.record))]
        held = self.store.add_all([o.record for o in new], replacing=self.settings.fresh)
        made = {id(o): Outcome(record, o.reused) for o, record in zip(new, held, strict=True)}
        for outcome in outcomes:
            if id(outcome) in made:
                self._kept(made[id(outcome)].record)
            else:
                self.store.renew(outcome.record)
        return [made.get(id(outcome), outcome) for outcome in outcomes]

    def _is_stored(self, record: Record) -> bool:
        return self.store.lookup(record).record == record

    def protocol(self, cell: Cell) -> Protocol:
        """The protocol by which a cell is scored."""
        return self._jobs.protocol(cell)

    def _step(self, job: Job) -> Step[Record, Outcome]:
        """What is left to do of a job when its image is there."""
        try:
            jobs = []
            job = job.with_fingerprint()
            for one in self._alike(job):
                if (known := self._stored.finished(one)) is not None:
                    return Step(partial(_same, known), self._renewed, _nothing)
                jobs.append(one)
            restored, pixels, reused = self._image(jobs)
        except (StoreError, ChangedDataError, ProtocolError):  # true of every other sample too
            raise
        except FAILURES as error:
            return self._new(partial(_same, failed(job.blank, error)), reused=False)
        return self._scoring_step(job, restored, pixels, reused=reused)

    def _scoring_step(
        self, job: Job, restored: Record, pixels: Pixels, *, reused: bool
    ) -> Step[Record, Outcome]:
        """The step that scores an image."""
        try:
            scores, nbytes = self._scoring(job, restored, pixels)
        except ChangedDataError:
            raise
        except FAILURES as error:
            return self._new(partial(_same, failed(restored, error)), reused=reused)
        step = self._new(partial(_scored, restored, scores), reused=reused)
        first = nbytes > 0 and job.protocol.hash not in self._loaded
        if first:  # metrics load their networks, which is not to mix with a restorer's work
            self._loaded.add(job.protocol.hash)
        return replace(step, nbytes=nbytes, alone=first)

    def _new(self, record: Callable[[], Record], *, reused: bool) -> Step[Record, Outcome]:
        """A step that stores a record, and then calls `kept` with it."""
        return Step(
            record,
            lambda made: Outcome(self._stored.add(made), reused),
            lambda outcome: self._kept(outcome.record),
        )

    def _renewed(self, known: Record) -> Outcome:
        self._stored.renew(known)
        return Outcome(known, reused=True)

    def _alike(self, job: Job) -> Iterator[Job]:
        """The job on the whole image, which is as good as exact tiles, and last by its plan."""
        if self.settings.limits.statistics == "exact":
            yield job
            yield job.by(HALVED)
        yield job.planned()

    def _image(self, jobs: list[Job]) -> tuple[Record, Pixels, bool]:
        """The restoration, from the store or made now by the last job; whether it was reused."""
        for job in jobs:
            if (found := self._stored.restoration(job)) is not None:
                return *found, True
        last = jobs[-1]
        self._check(last.protocol)
        self._announce(last)
        pixels, cost, plan = last.restored()
        made = replace(last.by(plan).record, cost=cost)
        return self._stored.with_image(made, pixels), pixels, False

    def _check(self, protocol: Protocol) -> None:
        """Raise what is wrong with a protocol before images are made that it cannot score."""
        if protocol.hash in self._checked:
            return
        try:
            unavailable(protocol, self.suite.metrics.load)
        except UnknownNameError as error:
            msg = f"the protocol {protocol.name!r} cannot be used: {error}"
            raise ProtocolError(msg) from error
        self._checked.add(protocol.hash)

    def _announce(self, job: Job) -> None:
        """Say how a restorer works on large images, once for each size."""
        if (line := job.described()) and line not in self._said:
            self._said.add(line)
            self.say(line)

    def _scoring(
        self, job: Job, restored: Record, pixels: Pixels
    ) -> tuple[Callable[[], Scores], int]:
        """What scores an image, in whatever thread, and how many bytes it holds until then."""
        if (known := self._stored.scores(job.protocol, restored)) is not None:
            return partial(_same, known), 0
        sample = job.sample()
        if sample.target is None:
            reason = f"{OF_THE_SAMPLE}has no target"
            return partial(_same, Scores({}, dict.fromkeys(job.protocol.measures, reason))), 0
        target = quantise(sample.target, large_pixels(sample.target.shape))
        pair, mask = (pixels, target), sample.mask
        del sample
        self.splits.forget_large()

        def scores() -> Scores:
            found = self._stored.scores(job.protocol, restored)  # of an equal image just before
            return found or score(job.protocol, *pair, mask, self.suite.metrics.load)

        return scores, sum(held.nbytes for held in (*pair, mask) if held is not None)


T = TypeVar("T")


def _same(value: T) -> T:
    return value


def _nothing(outcome: Outcome) -> None:
    """`kept` is not called again for a record that was there."""


def _scored(restored: Record, scores: Callable[[], Scores]) -> Record:
    """The record with its scores, or with the error that they raised."""
    try:
        found = scores()
    except ChangedDataError:
        raise
    except FAILURES as error:
        return failed(restored, error)
    return replace(restored, scores=dict(found.values), missing=dict(found.missing))
