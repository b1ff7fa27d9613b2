"""The verb `run`: restore, score, record, and end with the tables."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from restorebench.cli.options import Datasets, Restorers, Results, Split, Tasks, results_folder
from restorebench.cli.output import error, installed, stderr, stdout
from restorebench.errors import StoreError

if TYPE_CHECKING:
    from restorebench.harness.plan import Cell
    from restorebench.harness.run import Outcome, Runner
    from restorebench.types import Record

Limit = Annotated[int | None, typer.Option("--limit", min=1, help="The first N samples only.")]
Seed = Annotated[int, typer.Option("--seed", help="The seed of stochastic restorers.")]
Device = Annotated[str, typer.Option("--device", help="A torch device, such as cuda or cuda:1.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Compute again what is in the store.")]
Draws = Annotated[
    int | None, typer.Option("--draws", min=1, help="Restorations per sample; else the restorer's.")
]


def run(
    task: Tasks = None,
    dataset: Datasets = None,
    restorer: Restorers = None,
    split: Split = "test",
    limit: Limit = None,
    seed: Seed = 0,
    device: Device = "cpu",
    results: Results = None,
    fresh: Fresh = False,
    draws: Draws = None,
) -> None:
    """Score restorers: the default benchmark, or what is selected.

    What is in the store is not computed again, so an interrupted run goes on where it was.
    """
    from restorebench.harness.plan import Selection, plan
    from restorebench.harness.run import Runner, Settings
    from restorebench.harness.store import Store

    suite = installed()
    chosen = Selection(tuple(task or ()), tuple(dataset or ()), tuple(restorer or ()), split, draws)
    cells = plan(suite, chosen)
    store = Store(results_folder(results))
    runner = Runner(suite, store, Settings(seed, device, limit, fresh))
    records, failures = settle(runner, cells)
    if records:
        show(runner, records)
        stderr().print(f"records: {escape(str(store.path))}", soft_wrap=True)
    if failures:
        raise typer.Exit(1)


def settle(runner: Runner, cells: list[Cell]) -> tuple[list[Record], int]:
    """Run the cells with a progress bar: their records, and how many samples or cells failed."""
    console = stderr()
    records: list[Record] = []
    failures = 0
    with _progress(console) as progress:
        sizes = [_size(runner, cell) for cell in cells]
        bar = progress.add_task("", total=sum(sizes))
        for cell, size in zip(cells, sizes, strict=True):
            progress.update(bar, description=escape(cell.id))
            outcomes: list[Outcome] = []
            try:
                for outcome in runner.run(cell):
                    outcomes.append(outcome)
                    progress.advance(bar)
            except StoreError:  # nothing can be kept any more
                raise
            except Exception as problem:  # of a plugin: the other cells go on
                failures += 1
                _report(cell, problem)
            progress.advance(bar, size - len(outcomes))
            failures += sum(outcome.record.error is not None for outcome in outcomes)
            records += [outcome.record for outcome in outcomes]
            console.print(_line(cell, outcomes), soft_wrap=True)
    return records, failures


def show(runner: Runner, records: Iterable[Record]) -> None:
    """The tables of a run: its records beside the stored ones of the same samples."""
    from restorebench.leaderboard import boards
    from restorebench.leaderboard.render.terminal import terminal

    current = {_place(record): None for record in records}
    beside = [r for r in runner.store.records() if _place(r) in current]
    stdout().print(terminal(boards([*beside, *records], runner.suite, runner.store.provenance)))


def _place(record: Record) -> tuple[str, ...]:
    return record.dataset, record.split, record.sample, record.protocol_hash, record.dataset_hash


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _size(runner: Runner, cell: Cell) -> int:
    try:
        return runner.size(cell)
    except Exception:  # said when the cell is run
        return 0


def _report(cell: Cell, problem: Exception) -> None:
    error(f"{cell.id}: {type(problem).__name__}: {problem}")
    if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
        stderr().print("".join(traceback.format_exception(problem)), markup=False)


def _line(cell: Cell, outcomes: list[Outcome]) -> str:
    failed = [o.record for o in outcomes if o.record.error is not None]
    reused = sum(outcome.reused for outcome in outcomes)
    parts = [f"{cell.id}: {len(outcomes) - len(failed)} restored"]
    parts += [f"{reused} from the store"] if reused else []
    line = escape(", ".join(parts))
    if failed:
        first = escape(f"{failed[0].sample}: {failed[0].error}".splitlines()[0])
        line += f", [bold red]{len(failed)} failed[/] (first {first})"
    return line
