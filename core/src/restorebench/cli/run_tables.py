"""The tables with which a run ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from restorebench.cli.output import stdout

if TYPE_CHECKING:
    from restorebench.harness.record_keys import Whose
    from restorebench.harness.store import Store
    from restorebench.plugins import Suite
    from restorebench.types import Record


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
