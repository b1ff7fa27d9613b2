"""Running cells: restore or take from the store, score, record; one sample at a time.

What is in the store is not computed again: a record with the same key is reused; an image of the
same restoration is scored without restoring; a score of the same image is not computed twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from threading import RLock
from typing import Any, NamedTuple, TypeAlias, TypeVar

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.colour import quantise
from restorebench.data.hashing import Identity
from restorebench.errors import ChangedDataError, OptionError, PluginError, StoreError
from restorebench.harness.dataset_cache import CACHE_BYTES, DatasetCache
from restorebench.harness.device import check_device
from restorebench.harness.isolation.isolated import Isolated
from restorebench.harness.known import Known
from restorebench.harness.plan import Cell
from restorebench.harness.provenance import run_provenance
from restorebench.harness.record_fields import is_seed
from restorebench.harness.restoring import Job, failed
from restorebench.harness.scoring_thread import Step, beside, one_by_one
from restorebench.harness.store import Store
from restorebench.harness.task_fit import check_form, missing_notes
from restorebench.metrics import OF_THE_SAMPLE, Protocol, Scores, score, unavailable
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer, Trained
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.plan.plan import HALVED, Limits
from restorebench.restorers.plan.planned import Planner
from restorebench.types import JSON, Pixels, Record

_log = logging.getLogger("restorebench")

FAILURES = (Exception, SystemExit)
"""What a plugin's code may raise without ending the run."""

Unit: TypeAlias = tuple[str, int]
"""The smallest piece of a cell: a sample's id and a draw."""


@dataclass(frozen=True)
class Settings:
    """How a run is made; `limit` takes the first samples of each split only.

    `isolate`: restorers run in processes of their own (None: those whose spec says so), where a
    restoration is stopped after `timeout` seconds. `limits` are those of plans for large images.
    `overlap`: an image is scored while the next one is restored; None where the device is not the
    CPU. On the CPU both need the same cores, and the seconds of a restoration would count scoring.
    Raises `OptionError` for a seed of more than 64 bits and a limit below 1.
    """

    seed: int = 0
    device: str = "cpu"
    limit: int | None = None
    fresh: bool = False
    isolate: bool | None = None
    timeout: float | None = None
    limits: Limits = field(default_factory=Limits)
    overlap: bool | None = None

    def __post_init__(self) -> None:
        if not is_seed(self.seed):
            msg = f"the seed is {self.seed!r}; expected a whole number of 64 bits"
            raise OptionError(msg)
        if self.limit is not None and self.limit < 1:
            msg = f"the limit is {self.limit}; expected 1 or more samples"
            raise OptionError(msg)

    @property
    def overlaps(self) -> bool:
        """Whether an image is scored while the next one is restored."""
        return self.device != "cpu" if self.overlap is None else self.overlap


@dataclass(frozen=True)
class Outcome:
    """What became of one sample: its record, and whether the restoration came from the store."""

    record: Record
    reused: bool


class Hashes(NamedTuple):
    """Of a split: of all of it, and of samples by their ids."""

    whole: str
    samples: Mapping[str, Identity]


class Runner:
    """Runs cells against a store. Interrupt it at any time and run it again.

    `kept` is called with each record that has been stored; by default it tells the plugins. `say`
    is called with the plan of a large image, before it is restored. Raises `StoreError` where
    nothing can be written, `OptionError` for a device that is missing.
    """

    def __init__(
        self,
        suite: Suite,
        store: Store,
        settings: Settings | None = None,
        kept: Callable[[Record], None] | None = None,
    ) -> None:
        self.suite = suite
        self.store = store
        self.store.prepare()
        self.settings = settings or Settings()
        check_device(self.settings.device)
        self._kept = suite.scored if kept is None else kept
        memory = self.settings.limits.memory or 16 * CACHE_BYTES
        self._cache = DatasetCache(suite, store.hashes, min(CACHE_BYTES, memory // 16))
        self._restorers: dict[Any, Restorer] = {}
        self._planners: dict[Any, Planner] = {}
        self.say: Callable[[str], None] = _log.info
        self._told: set[str] = set()
        self._turn = RLock()
        self._loaded: set[str] = set()
        self._run_key, self._facts = run_provenance(suite, self.settings.device)

    def prepare(
        self, cell: Cell, progress: Callable[[int, int], None] | None = None
    ) -> tuple[str, ...]:
        """Open and hash the split that a cell is run on: what its user should know.

        `progress` is called with the number of samples that were read for their hashes, and of all.
        Raises what its data set raises, and `SampleError` where its samples are not of the form
        that the task states.
        """
        place, task = (cell.dataset, cell.split), self.suite.tasks[cell.task]
        with _exits_as_errors():
            dataset = self._cache.identified(*place, progress)
            if not self.suite.datasets[cell.dataset].options:  # made by a plugin for its task
                return dataset.notes
            sample = self._cache.sample(*place, dataset.ids[0])
            check_form(sample, task, cell.dataset)
            return (*dataset.notes, *missing_notes(sample, task))

    def size(self, cell: Cell) -> int:
        """How many restorations a cell takes."""
        return len(self.units(cell))

    def units(self, cell: Cell) -> tuple[Unit, ...]:
        """What a cell consists of, in order."""
        with _exits_as_errors():
            ids = self._cache.dataset(cell.dataset, cell.split).ids[: self.settings.limit]
        return tuple((sample_id, draw) for sample_id in ids for draw in range(cell.draws))

    def hashes(self, cell: Cell) -> Hashes:
        """Those of the split that a cell is run on; every sample is made once to find them."""
        dataset = self._cache.identified(cell.dataset, cell.split)
        return Hashes(dataset.content_hash, dataset.known)

    def remembered(self, cell: Cell) -> Mapping[str, Identity]:
        """Those that are known without making a sample, by sample."""
        with _exits_as_errors():
            return self._cache.dataset(cell.dataset, cell.split).known

    def unidentified(self, cell: Cell) -> tuple[str, ...]:
        """The samples of a cell's split whose hashes are not known without making them."""
        with _exits_as_errors():
            dataset = self._cache.dataset(cell.dataset, cell.split)
            return tuple(sample for sample in dataset.ids if sample not in dataset.known)

    def identified(self, cell: Cell, found: Mapping[str, Identity]) -> None:
        """Take the hashes of some samples as found; `ChangedDataError` for others than known."""
        self._cache.dataset(cell.dataset, cell.split).expect(found)

    def expect(self, cell: Cell, hashes: Hashes) -> None:
        """Take the hashes of a cell's samples as known: other samples are not made for them.

        Raises `ChangedDataError`, now or when a sample is made, for others than those.
        """
        with _exits_as_errors():
            self._cache.expect(cell.dataset, cell.split, hashes.whole, hashes.samples)

    def run(self, cell: Cell, units: Iterable[Unit] | None = None) -> Iterator[Outcome]:
        """Run a cell, or those `units` of it, one by one in order.

        A sample that fails is recorded with its error and the cell goes on; a data set, protocol or
        restorer that cannot be opened raises.
        """
        with _exits_as_errors():
            protocol, restorer = self.protocol(cell), self._restorer(cell)
            given = self.units(cell) if units is None else units
            steps = (self._step(self._job(cell, unit, protocol, restorer)) for unit in given)
            yield from beside(steps, FAILURES) if self.settings.overlaps else one_by_one(steps)

    def failed(self, cell: Cell, unit: Unit, error: Exception) -> Outcome:
        """Record a restoration that could not be made, without making its restorer."""
        identity = self._cache.identity(cell.dataset, cell.split, unit[0])
        blank = self._blank(cell, unit, identity, self.protocol(cell), TrainedOn())
        held = self._added(failed(blank, error))
        self._kept(held)
        return Outcome(held, reused=False)

    def keep(self, outcome: Outcome) -> Outcome:
        """Keep what another process has made, as if it had been made here."""
        record = outcome.record
        if outcome.reused and self.store.lookup(record).record == record:
            self.store.renew(record)
            return outcome
        held = self.store.add(record, replacing=self.settings.fresh)
        self._kept(held)
        return Outcome(held, outcome.reused)

    def protocol(self, cell: Cell) -> Protocol:
        """The protocol by which a cell is scored."""
        name = cell.protocol or self.suite.tasks[cell.task].protocol
        protocol = self.suite.protocols.load(name)
        assert isinstance(protocol, Protocol)
        return protocol

    def _restorer(self, cell: Cell) -> Restorer:
        if cell.restorer not in self._restorers:
            name, options = cell.restorer.name, dict(cell.restorer.options)
            made = self._restorers[cell.restorer] = self._made(name, options)
            self._planners[cell.restorer] = Planner(
                made, self.settings.limits, self.settings.device
            )
        return self._restorers[cell.restorer]

    def _made(self, name: str, options: Mapping[str, JSON]) -> Restorer:
        wanted, spec = self.settings.isolate, self.suite.restorers[name]
        inside = name in self.suite.objects or self.suite.restorers.provider(name).distribution in {
            *("inline", "your program"),
        }
        if inside or not (spec.isolated if wanted is None else wanted):
            return make_restorer(self.suite, name, **options)
        return Isolated(name, options, self.settings.timeout, self.settings.limits)

    def _job(self, cell: Cell, unit: Unit, protocol: Protocol, restorer: Restorer) -> Job:
        where = (cell.dataset, cell.split, unit[0])
        identity = self._cache.identity(*where)
        context = Context(cell.task, self.settings.seed, unit[1], self.settings.device)
        trained = restorer.trained_on if isinstance(restorer, Trained) else TrainedOn()
        blank = self._blank(cell, unit, identity, protocol, trained)
        sample = partial(self._cache.sample, *where)
        planner = self._planners[cell.restorer]
        return Job(sample, identity.views, context, blank, protocol, restorer, planner)

    def _blank(
        self, cell: Cell, unit: Unit, identity: Identity, protocol: Protocol, trained: TrainedOn
    ) -> Record:
        """The record of a job before anything is known."""
        return Record(
            task=cell.task,
            dataset=cell.dataset,
            split=cell.split,
            sample=unit[0],
            restorer=cell.restorer.name,
            options=dict(cell.restorer.options),
            revision=self.suite.restorers[cell.restorer.name].revision,
            draw=unit[1],
            seed=self.settings.seed,
            protocol=protocol.name,
            protocol_hash=protocol.hash,
            dataset_hash=self._cache.content_hash(cell.dataset, cell.split),
            input=identity.input,
            target=identity.target,
            prediction=None,
            scores={},
            missing={},
            cost=None,
            error=None,
            provenance=self._run_key,
            extra=self._extra(cell, identity, trained),
        )

    def _extra(self, cell: Cell, identity: Identity, trained: TrainedOn) -> dict[str, JSON]:
        """What is known of a record beside its scores, as far as there is something to say.

        The hash of the sample's mask, the size of the split of which this is a part, and what the
        restorer was trained on: the hashes of splits, and whether it has seen this sample.
        """
        place = (cell.dataset, cell.split)
        found: dict[str, JSON] = {
            "mask": identity.mask,
            "whole": self._cache.dataset(*place).whole,
            "trained_on": " ".join(trained.splits),
            "seen": trained.has_seen(self._cache.content_hash(*place), identity.target),
        }
        return {key: value for key, value in found.items() if value}

    def _step(self, job: Job) -> Step[Record, Outcome]:
        """What is left to do of a job when its image is there."""
        try:
            jobs = []
            job = job.with_fingerprint()
            for one in self._alike(job):
                if (known := self._finished(one)) is not None:
                    return Step(partial(_same, known), self._renewed, _nothing)
                jobs.append(one)
            restored, pixels, reused = self._image(jobs)
        except (StoreError, ChangedDataError):  # true of every other sample too
            raise
        except FAILURES as error:
            return self._new(partial(_same, failed(job.blank, error)), reused=False)
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
        """A step that stores a record, and is told to whoever is to know of it."""
        return Step(
            record,
            lambda made: Outcome(self._added(made), reused),
            lambda outcome: self._kept(outcome.record),
        )

    def _renewed(self, known: Record) -> Outcome:
        with self._turn:
            self.store.renew(known)
        return Outcome(known, reused=True)

    def _finished(self, job: Job) -> Record | None:
        """The stored record, unless it failed or a missing score can be computed now."""
        known = self._known(job.record).record
        return known if known and known.error is None and self._complete(known, job) else None

    def _known(self, record: Record) -> Known:
        with self._turn:
            return Known() if self.settings.fresh else self.store.lookup(record)

    def _complete(self, known: Record, job: Job) -> bool:
        """Whether no score that is missing in `known` could be computed now."""
        pending = {c for c, reason in known.missing.items() if not reason.startswith(OF_THE_SAMPLE)}
        return not pending or pending <= set(unavailable(job.protocol, self.suite.metrics.load))

    def _alike(self, job: Job) -> Iterator[Job]:
        """The job on the whole image, which is as good as exact tiles, and last by its plan."""
        if self.settings.limits.statistics == "exact":
            yield job
            yield job.by(HALVED)
        yield job.planned()

    def _image(self, jobs: list[Job]) -> tuple[Record, Pixels, bool]:
        """The restoration, from the store or made now by the last job; whether it was reused."""
        for job in jobs:
            known = self._known(job.record).restoration
            if known is not None and known.prediction is not None:
                with suppress(StoreError):  # a deleted or damaged image is made again
                    pixels = self.store.images.get(known.prediction, job.views)
                    made = replace(job.record, prediction=known.prediction, cost=known.cost)
                    return made, pixels, True
        self._tell(job)
        pixels, cost, plan = job.restored()
        key = self.store.images.put(pixels)
        return replace(job.by(plan).record, prediction=key, cost=cost), pixels, False

    def _tell(self, job: Job) -> None:
        """Say how a restorer works on large images, once for each size."""
        if (line := job.described()) and line not in self._told:
            self._told.add(line)
            self.say(line)

    def _scoring(
        self, job: Job, restored: Record, pixels: Pixels
    ) -> tuple[Callable[[], Scores], int]:
        """What scores an image, in whatever thread, and how many bytes it holds until then."""
        if (known := self._known_scores(job, restored)) is not None:
            return partial(_same, known), 0
        sample = job.sample()
        if sample.target is None:
            reason = f"{OF_THE_SAMPLE}has no target"
            return partial(_same, Scores({}, dict.fromkeys(job.protocol.measures, reason))), 0
        pair, mask = (pixels, quantise(sample.target)), sample.mask
        del sample
        self._cache.forget_large()

        def scores() -> Scores:
            found = self._known_scores(job, restored)  # of an equal image just before
            return found or score(job.protocol, *pair, mask, self.suite.metrics.load)

        return scores, sum(held.nbytes for held in (*pair, mask) if held is not None)

    def _known_scores(self, job: Job, restored: Record) -> Scores | None:
        known = self._known(restored).scores
        if known is None or not self._complete(known, job):
            return None
        return Scores(dict(known.scores), dict(known.missing))

    def _added(self, record: Record) -> Record:
        with self._turn:
            self.store.add_provenance(self._run_key, self._facts)
            return self.store.add(record, replacing=self.settings.fresh)


T = TypeVar("T")


def _same(value: T) -> T:
    return value


def _nothing(outcome: Outcome) -> None:
    """A record that was there already is told to nobody."""


def _scored(restored: Record, scores: Callable[[], Scores]) -> Record:
    """The record with its scores, or with the error that they raised."""
    try:
        found = scores()
    except ChangedDataError:
        raise
    except FAILURES as error:
        return failed(restored, error)
    return replace(restored, scores=dict(found.values), missing=dict(found.missing))


@contextmanager
def _exits_as_errors() -> Iterator[None]:
    """Turn ``sys.exit()`` in a plugin's code into an error of its cell, so that others go on."""
    try:
        yield
    except SystemExit as error:
        msg = f"its code ended the program (SystemExit: {error}), which only the command line may"
        raise PluginError(msg) from error
