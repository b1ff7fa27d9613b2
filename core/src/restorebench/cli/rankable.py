"""Tasks that rank by columns that they do not have, named before anything is restored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from restorebench.cli.output import error

if TYPE_CHECKING:
    from restorebench.harness.plan import Cell
    from restorebench.plugins import Suite


def rankable(suite: Suite, cells: Sequence[Cell]) -> tuple[list[Cell], int]:
    """The cells of tasks that rank by columns of their protocol, and how many tasks do not."""
    from restorebench.metrics import Protocol
    from restorebench.testing.conformance.problem import Subject
    from restorebench.testing.conformance.tasks import check_columns

    broken = set()
    for name in dict.fromkeys(cell.task for cell in cells if not cell.protocol):
        task, place = suite.tasks[name], suite.tasks.provider(name).module
        with suppress(Exception):  # of a protocol that cannot be loaded, which its cells say
            protocol = suite.protocols.load(task.protocol)
            assert isinstance(protocol, Protocol)
            for problem in check_columns(Subject(f"task {name!r}", place), task, protocol):
                error(str(problem))
                broken.add(name)
                break
    return [cell for cell in cells if cell.task not in broken or cell.protocol], len(broken)
