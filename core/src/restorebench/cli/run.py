"""The verb `run`: restore, score, record, and end with the tables."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from restorebench.cli.options import (
    Data,
    DataRoot,
    Datasets,
    Device,
    Draws,
    EngineKind,
    Fresh,
    Isolate,
    Limit,
    Memory,
    Protocols,
    Restorers,
    Results,
    Scheduler,
    Seed,
    Slurm,
    Split,
    Statistics,
    Tasks,
    Tile,
    Timeout,
    Workers,
)
from restorebench.cli.output import error, installed, note, stdout, warning
from restorebench.cli.progress import ProgressDisplay, Rate
from restorebench.cli.resolve import results_folder, with_data
from restorebench.errors import EngineError, StoreError

if TYPE_CHECKING:
    from restorebench.harness.engines.engine import Engine
    from restorebench.harness.plan import Cell
    from restorebench.harness.record_keys import Whose
    from restorebench.harness.run import Outcome
    from restorebench.harness.store import Store
    from restorebench.plugins import Suite
    from restorebench.types import Record


def run(
    task: Tasks = None,
    dataset: Datasets = None,
    data: Data = None,
    data_root: DataRoot = None,
    restorer: Restorers = None,
    protocol: Protocols = None,
    split: Split = "test",
    limit: Limit = None,
    seed: Seed = 0,
    device: Device = "cpu",
    results: Results = None,
    fresh: Fresh = False,
    draws: Draws = None,
    isolate: Isolate = None,
    timeout: Timeout = None,
    memory: Memory = None,
    tile: Tile = 0,
    statistics: Statistics = "exact",
    engine: EngineKind = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    slurm: Slurm = None,
) -> None:
    """Score restorers on data sets and print the leaderboards.

    Without options, this is the default benchmark. Stored results are not computed again, so an
    interrupted run continues where it stopped. With several protocols, nothing is restored twice:
    each has a table of its own, of the same images. A folder of pairs needs no package and no file:
    --task dehaze --data 'degraded=hazy/{id}_*.png,target=gt/{id}.png'. With --workers, the work is
    shared out among processes; the records are the same.
    """
    from restorebench.harness.engines.engine import for_driver, opened
    from restorebench.harness.engines.options import EngineOptions
    from restorebench.harness.plan import Selection, plan
    from restorebench.harness.run import Runner, Settings
    from restorebench.harness.store import Store
    from restorebench.restorers.plan.limits import limits_of

    where = EngineOptions(engine, workers, scheduler, slurm)

    suite, datasets = with_data(installed(), task, dataset, data, data_root)
    tasks, restorers, protocols = (tuple(given or ()) for given in (task, restorer, protocol))
    chosen = Selection(tasks, datasets, restorers, split, draws, protocols)
    cells = plan(suite, chosen)
    store = Store(results_folder(results))
    limits = limits_of(memory, tile, statistics)
    settings = Settings(seed, device, limit, fresh, isolate, timeout, limits)
    runner = Runner(suite, store, for_driver(settings, where))
    with opened(runner, settings, where, note) as opened_engine:
        records, failures = run_cells(opened_engine, cells)
    if records:
        show(suite, store, records)
        note(f"records: {store.path}")
    if failures:
        raise typer.Exit(1)


def run_cells(engine: Engine, cells: list[Cell]) -> tuple[list[Record], int]:
    """Run the cells with progress: their records, and how many samples or cells failed."""
    from restorebench.harness.engines.engine import in_order

    with ProgressDisplay() as progress:
        engine.runner.say = progress.line
        cells, failures = _openable(engine, cells, progress)
        left = {cell: engine.runner.splits.size(cell) for cell in cells}
        found: dict[Cell, list[Outcome]] = {cell: [] for cell in cells}
        bar, rate = progress.bar(total=sum(left.values())), Rate()
        for cell, result in engine.stream(cells):
            if isinstance(result, Exception):
                failures += 1
                _report(cell, result)
                bar.advance(left.pop(cell), cell.id)
                progress.line(_line(cell, found[cell]))
                continue
            found[cell].append(result)
            if not result.reused:
                rate.add()
            bar.advance(1, f"{cell.id}{rate.text()}")
            left[cell] -= 1
            if not left[cell]:
                progress.line(_line(cell, found[cell]))
    records = [o.record for cell in cells for o in in_order(engine.runner, cell, found[cell])]
    return records, failures + sum(record.error is not None for record in records)


def _openable(
    engine: Engine, cells: Sequence[Cell], progress: ProgressDisplay
) -> tuple[list[Cell], int]:
    """The cells whose data sets can be opened, and how many data sets cannot; each is named once.

    What is to be known of the others is said once, too.
    """
    broken = set()
    for place, cell in {(cell.dataset, cell.split): cell for cell in cells}.items():
        try:
            bar = progress.bar()
            reading = partial(bar.show, f"{cell.dataset}: reading")
            for line in engine.prepare(cell, reading):
                warning(f"{cell.dataset}: {line}")
        except (StoreError, EngineError):  # no other data set would fare better
            raise
        except Exception as problem:  # of a plugin, or of files: the other data sets go on
            broken.add(place)
            error(f"{cell.dataset}: {problem}")
            _trace(problem)
    return [cell for cell in cells if (cell.dataset, cell.split) not in broken], len(broken)


def show(suite: Suite, store: Store, records: Sequence[Record]) -> None:
    """The tables of a run: its records beside the stored ones of the same samples.

    A second protocol of a task has tables of its own, so that no columns are hidden for others'.
    """
    from restorebench.leaderboard import boards
    from restorebench.leaderboard.render.terminal import terminal

    current = {(record.sample, *_section(record)) for record in records}
    sections = {_section(record) for record in records}
    protocols: dict[str, dict[str, int]] = {}
    parts: dict[int, list[Record]] = {}
    stored = store.records(lambda whose: _section(whose) in sections)
    beside = [*(r for r in stored if (r.sample, *_section(r)) in current), *records]
    for record in sorted(beside, key=lambda r: r.protocol != suite.tasks[r.task].protocol):
        own = protocols.setdefault(record.task, {})
        parts.setdefault(own.setdefault(record.protocol_hash, len(own)), []).append(record)
    for part in parts.values():
        stdout().print(terminal(boards(part, suite, store.provenance)))


def _section(whose: Whose) -> tuple[str, ...]:
    return whose.dataset, whose.split, whose.protocol_hash, whose.dataset_hash


def _report(cell: Cell, problem: Exception) -> None:
    error(f"{cell.id}: {type(problem).__name__}: {problem}")
    _trace(problem)


def _trace(problem: Exception) -> None:
    if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
        note("".join(traceback.format_exception(problem)))


def _line(cell: Cell, outcomes: list[Outcome]) -> Text:
    failed = [o.record for o in outcomes if o.record.error is not None]
    reused = sum(outcome.reused for outcome in outcomes)
    parts = [f"{cell.id}: {len(outcomes) - len(failed)} restored"]
    parts += [f"{reused} from the store"] if reused else []
    line = Text(", ".join(parts))
    if failed:
        first = f"{failed[0].sample}: {failed[0].error}".splitlines()[0]
        line.append(", ").append(f"{len(failed)} failed", "bold red").append(f" (first {first})")
    return line
