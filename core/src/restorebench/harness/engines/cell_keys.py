"""To which cell of a plan a record belongs, whichever worker has made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from restorebench.harness.engines.shard import unit_of
from restorebench.harness.plan import Cell
from restorebench.harness.record_keys import options_text
from restorebench.harness.run import Runner, Settings, Unit
from restorebench.harness.store import Store
from restorebench.types import Record

CellKey: TypeAlias = tuple[str, ...]


def cell_key(cell: Cell) -> CellKey:
    """What cells have in common that have the same images: all but their protocols."""
    restorer = cell.restorer
    return cell.task, cell.dataset, cell.split, restorer.name, restorer.options_text


def record_cell_key(record: Record) -> CellKey:
    """The `cell_key` of the cells that a record may be of."""
    return record.task, record.dataset, record.split, record.restorer, options_text(record)


def scored_cell_key(cell: Cell, runner: Runner) -> CellKey:
    """One cell: its `cell_key`, and the hash of its protocol."""
    return (*cell_key(cell), runner.protocol(cell).hash)


def scored_record_key(record: Record) -> CellKey:
    """The `scored_cell_key` of the cell that a record is of."""
    return (*record_cell_key(record), record.protocol_hash)


def stored_records(
    store: Store, cells: Sequence[Cell], settings: Settings
) -> dict[CellKey, dict[Unit, list[Record]]]:
    """The stored records that belong to cells, by `cell_key` and unit; none for a fresh run."""
    chosen: dict[CellKey, dict[Unit, list[Record]]] = {cell_key(cell): {} for cell in cells}
    if settings.fresh:
        return chosen
    restorers = {(c.task, c.dataset, c.split, c.restorer.name) for c in cells}
    for record in store.records(lambda r: (r.task, r.dataset, r.split, r.restorer) in restorers):
        found = chosen.get(record_cell_key(record))
        if found is not None and record.seed == settings.seed:
            found.setdefault(unit_of(record), []).append(record)
    return chosen
