"""The verb `run`: restore, score, record, and end with the tables."""

from __future__ import annotations

import typer

from restorebench.cli.cells import run_cells
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
from restorebench.cli.output import installed, note
from restorebench.cli.resolve import results_folder, with_data
from restorebench.cli.run_tables import show


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
