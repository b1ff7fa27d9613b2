"""The jobs of cells: their protocol and restorer are opened once, their records begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.errors import PluginError
from restorebench.harness.isolation.isolated import Isolated
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run.job import Job
from restorebench.harness.run.settings import Settings
from restorebench.harness.run.splits import Splits, Unit
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer, Trained
from restorebench.restorers.doubts import Doubts
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.plan.planned import Planner
from restorebench.types import JSON, Record

_OF_THIS_PROCESS = ("inline", "your program")
"""Distributions of what only this process knows: another one cannot make it."""


class Jobs:
    """Makes the jobs of cells; `run_key` is the provenance of their records."""

    def __init__(self, suite: Suite, settings: Settings, splits: Splits, run_key: str) -> None:
        self._suite, self._settings = suite, settings
        self._splits, self._run_key = splits, run_key
        self._restorers: dict[RestorerRef, tuple[Restorer, Planner]] = {}
        self._doubts = Doubts()

    def of(self, cell: Cell, units: Iterable[Unit] | None = None) -> Iterator[Job]:
        """The jobs of a cell, or those of its `units`, made as they are asked for.

        Raises at once what opening the protocol, the restorer or the data set raises.
        """
        protocol, (restorer, planner) = self.protocol(cell), self._opened(cell.restorer)
        trained = restorer.trained_on if isinstance(restorer, Trained) else TrainedOn()

        def job(unit: Unit) -> Job:
            context = Context(cell.task, self._settings.seed, unit[1], self._settings.device)
            blank = self.blank(cell, unit, trained)
            views = self._splits.identity(cell, unit).views
            sample = partial(self._splits.sample, cell, unit)
            return Job(sample, views, context, blank, protocol, restorer, planner, self._doubts)

        return map(job, self._splits.units(cell) if units is None else units)

    def protocol(self, cell: Cell) -> Protocol:
        """The protocol by which a cell is scored."""
        name = cell.protocol or self._suite.tasks[cell.task].protocol
        protocol = self._suite.protocols.load(name)
        if not isinstance(protocol, Protocol):
            msg = f"the protocol {name!r} is a {type(protocol).__name__}; expected a Protocol"
            raise PluginError(msg)
        if protocol.name != name:
            msg = f"the protocol {name!r} is a Protocol called {protocol.name!r}; call it the same"
            raise PluginError(msg)
        return protocol

    def blank(self, cell: Cell, unit: Unit, trained: TrainedOn) -> Record:
        """The record of a unit before anything is known of its restoration."""
        identity, protocol = self._splits.identity(cell, unit), self.protocol(cell)
        return Record(
            task=cell.task,
            dataset=cell.dataset,
            split=cell.split,
            sample=unit[0],
            restorer=cell.restorer.name,
            options=dict(cell.restorer.options),
            revision=self._suite.restorers[cell.restorer.name].revision,
            draw=unit[1],
            seed=self._settings.seed,
            protocol=protocol.name,
            protocol_hash=protocol.hash,
            dataset_hash=self._splits.content_hash(cell),
            input=identity.input,
            target=identity.target,
            prediction=None,
            scores={},
            missing={},
            cost=None,
            error=None,
            provenance=self._run_key,
            extra=self._extra(cell, unit, trained),
        )

    def _extra(self, cell: Cell, unit: Unit, trained: TrainedOn) -> dict[str, JSON]:
        """What is known of a record beside its scores, as far as there is something to say.

        The hash of the sample's mask, the size of the split of which this is a part, and what the
        restorer was trained on: the hashes of splits, and whether it has seen this sample.
        """
        identity = self._splits.identity(cell, unit)
        found: dict[str, JSON] = {
            "mask": identity.mask,
            "whole": self._splits.whole(cell),
            "trained_on": " ".join(trained.splits),
            "seen": trained.has_seen(self._splits.content_hash(cell), identity.target),
        }
        return {key: value for key, value in found.items() if value}

    def _opened(self, ref: RestorerRef) -> tuple[Restorer, Planner]:
        """The restorer, and what plans large images for it."""
        if ref not in self._restorers:
            made = self._made(ref)
            planner = Planner(made, self._settings.limits, self._settings.device)
            self._restorers[ref] = made, planner
        return self._restorers[ref]

    def _made(self, ref: RestorerRef) -> Restorer:
        options = dict(ref.options)
        if self._is_isolated(ref.name):
            return Isolated(ref.name, options, self._settings.timeout, self._settings.limits)
        return make_restorer(self._suite, ref.name, **options)

    def _is_isolated(self, name: str) -> bool:
        """Whether a restorer works in a process of its own."""
        restorers, chosen = self._suite.restorers, self._settings.isolate
        if name in self._suite.objects or restorers.provider(name).distribution in _OF_THIS_PROCESS:
            return False
        return restorers[name].isolated if chosen is None else chosen
