"""An engine gives what becomes of each restoration of a plan, in whatever order it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeAlias

from restorebench.errors import StoreError
from restorebench.harness.engines.options import EngineOptions
from restorebench.harness.engines.shard import adopt
from restorebench.harness.plan import Cell
from restorebench.harness.run import Outcome, Runner, Settings

Progress: TypeAlias = Callable[[int, int], None]
"""Is called with the number of samples that were read, and of all that must be."""


class Event(NamedTuple):
    """An outcome of a cell, or the error that ended it."""

    cell: Cell
    result: Outcome | Exception


class Engine(Protocol):
    """Runs cells by the data sets, protocols and store of its runner."""

    runner: Runner

    def prepare(self, cell: Cell, progress: Progress | None = None) -> tuple[str, ...]:
        """Open and hash the split of a cell, as `Splits.prepare`."""

    def stream(self, cells: Sequence[Cell]) -> Iterator[Event]:
        """Run cells; a cell that cannot go on ends with an error and the others go on.

        Raises `StoreError` where nothing can be kept any more, `EngineError` without workers.
        """


class LocalEngine:
    """Everything in this process, in order."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    def prepare(self, cell: Cell, progress: Progress | None = None) -> tuple[str, ...]:
        """Open and hash the split of a cell."""
        return self.runner.splits.prepare(cell, progress)

    def stream(self, cells: Sequence[Cell]) -> Iterator[Event]:
        """Run cells one after the other."""
        for cell in cells:
            try:
                for outcome in self.runner.run(cell):
                    yield Event(cell, outcome)
            except StoreError:
                raise
            except Exception as problem:  # of a plugin: the other cells go on
                yield Event(cell, problem)


def in_order(runner: Runner, cell: Cell, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Outcomes in the order of their cell, whichever worker was first."""
    places = {unit: place for place, unit in enumerate(runner.splits.units(cell))}
    return sorted(outcomes, key=lambda found: places[found.record.sample, found.record.draw])


def for_driver(settings: Settings, options: EngineOptions) -> Settings:
    """The settings of the driver's own runner: its machine may lack the device of the workers."""
    return replace(settings, device="cpu") if options.is_elsewhere else settings


@contextmanager
def opened(
    runner: Runner, settings: Settings, options: EngineOptions, say: Callable[[str], None]
) -> Iterator[Engine]:
    """The engine that options mean, with the driver's runner; `say` is given lines for the user.

    What drivers that were killed have left in shards is merged first. Raises `StoreError` where the
    store cannot be written, `OptionError` for a package that is missing.
    """
    if found := adopt(runner.store):
        say(f"{found} records of a run that was killed are taken over")
    if not options.is_dask:
        yield LocalEngine(runner)
        return
    from restorebench.harness.engines.cluster import connected
    from restorebench.harness.engines.driver import DaskEngine

    with connected(options, runner.store.folder) as connection:
        if link := connection.dashboard:
            say(f"dashboard: {link}")
        yield DaskEngine(runner, settings, connection, say)
