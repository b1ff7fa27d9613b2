"""The verb `plan`: what `run` would do, and what that would take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from restorebench.cli.duration import duration
from restorebench.cli.options import (
    AsJson,
    Data,
    DataRoot,
    Datasets,
    Draws,
    Fresh,
    Limit,
    Memory,
    Protocols,
    Restorers,
    Results,
    Seed,
    Split,
    Statistics,
    Tasks,
    Tile,
    option,
)
from restorebench.cli.output import emit, installed, print_table, result
from restorebench.cli.resolve import results_folder, with_data

if TYPE_CHECKING:
    from restorebench.harness.estimate import CellEstimate

Workers = Annotated[int, option("--workers", "N", "Share the time out among N workers.", min=1)]


def plan(
    task: Tasks = None,
    dataset: Datasets = None,
    data: Data = None,
    data_root: DataRoot = None,
    restorer: Restorers = None,
    protocol: Protocols = None,
    split: Split = "test",
    limit: Limit = None,
    seed: Seed = 0,
    results: Results = None,
    fresh: Fresh = False,
    draws: Draws = None,
    memory: Memory = None,
    tile: Tile = 0,
    statistics: Statistics = "exact",
    workers: Workers = 1,
    as_json: AsJson = False,
) -> None:
    """Show what run with the same options would do, and run nothing.

    Seconds are the means of earlier records of the same restorer on the same data set, else on any
    (then they are marked ~); scoring and reading images come on top.
    """
    from restorebench.harness.estimate import estimates, least_seconds
    from restorebench.harness.plan import Selection
    from restorebench.harness.plan import plan as cells_of
    from restorebench.harness.run import Runner, Settings
    from restorebench.harness.store import Store
    from restorebench.restorers.plan.limits import limits_of

    suite, datasets = with_data(installed(), task, dataset, data, data_root)
    tasks, restorers, protocols = (tuple(given or ()) for given in (task, restorer, protocol))
    chosen = Selection(tasks, datasets, restorers, split, draws, protocols)
    limits = limits_of(memory, tile, statistics)
    settings = Settings(seed, "cpu", limit, fresh, limits=limits)
    runner = Runner(suite, Store(results_folder(results)), settings, writes=False)
    found = estimates(runner, cells_of(suite, chosen))
    total = least_seconds(found, workers)
    if as_json:
        emit({"cells": [_facts(e) for e in found], "workers": workers, "seconds": total})
        return
    titles = ("data set", "restorer", "restorations", "stored", "to run", "s each", "time")
    print_table(titles, [_row(e) for e in found], folds=titles[1:2])
    result(_summary(found, workers, total))


def _facts(e: CellEstimate) -> dict[str, Any]:
    names = {"task": e.cell.task, "dataset": e.cell.dataset, "restorer": str(e.cell.restorer)}
    numbers = {"restorations": e.units, "stored": e.stored, "to_run": e.open}
    return {**names, **numbers, "seconds_each": e.each, "seconds_of": e.source or None}


def _row(e: CellEstimate) -> list[str]:
    about = "~" if e.source == "restorer" else ""
    each = "?" if e.each is None else f"{about}{e.each:.3g}"
    time = "?" if e.seconds is None else about * bool(e.open) + duration(e.seconds)
    numbers = [str(number) for number in (e.units, e.stored, e.open)]
    return [e.cell.dataset, e.cell.restorer.label, *numbers, each, time]


def _summary(found: Sequence[CellEstimate], workers: int, total: float) -> str:
    some = "1 worker" if workers == 1 else f"{workers} workers"
    text = f"{sum(e.open for e in found)} of {sum(e.units for e in found)} restorations to run"
    unknown = sum(e.open for e in found if e.seconds is None)
    more = f"; nothing is known of {unknown} restorations" if unknown else ""
    return f"{text}: at least {duration(total)} with {some}{more}"
