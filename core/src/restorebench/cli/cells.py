"""Cells that are run with progress on stderr; each ends with a line."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from restorebench.cli.output import error, note, warning
from restorebench.cli.progress import ProgressDisplay, Rate
from restorebench.cli.rankable import rankable
from restorebench.errors import EngineError, StoreError

if TYPE_CHECKING:
    from restorebench.harness.engines.engine import Engine
    from restorebench.harness.plan import Cell
    from restorebench.harness.run import Outcome
    from restorebench.types import Record


def run_cells(engine: Engine, cells: list[Cell]) -> tuple[list[Record], int]:
    """Run the cells with progress: their records, and how many samples or cells failed."""
    from restorebench.harness.engines.engine import in_order

    with ProgressDisplay() as progress:
        engine.runner.say = progress.line
        cells, failures = rankable(engine.runner.suite, cells)
        cells, unopened = _openable(engine, cells, progress)
        failures += unopened
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
