"""From records to boards: one per task, in sections whose scores may be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import pandas as pd

from restorebench.leaderboard.board import Board, Column, Row, Section
from restorebench.leaderboard.columns import columns_of
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.frame import SECTION, Ledger, ledger
from restorebench.leaderboard.rows import rows, standing
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec
from restorebench.types import Record

Lookup: TypeAlias = Callable[[str], Mapping[str, Any] | None]
"""Gives the circumstances that a record's `provenance` names; `Store.provenance` is one."""


def boards(
    records: Iterable[Record], suite: Suite, provenance: Lookup | None = None
) -> list[Board]:
    """One board per task of `records`, by name.

    Scores of different protocols, data sets or pixels stand in different sections. A task whose
    plugin is not installed has a board too, with a footnote.
    """
    by_task: dict[str, list[Ledger]] = {}
    for part in ledger(records).sections():
        by_task.setdefault(str(part.facts["task"].iloc[0]), []).append(part)
    return [_board(name, parts, suite, provenance) for name, parts in by_task.items()]


def _board(name: str, parts: list[Ledger], suite: Suite, provenance: Lookup | None) -> Board:
    notes = Footnotes()
    task = suite.tasks[name] if name in suite.tasks else _unknown(name)
    sections = tuple(_section(part, task, suite, notes) for part in parts)
    runs = pd.unique(pd.concat([part.facts["provenance"] for part in parts]))
    facts = [found for key in runs if provenance and (found := provenance(key))]
    return Board(task, sections, notes.texts, _versions(facts))


def _section(part: Ledger, task: TaskSpec, suite: Suite, notes: Footnotes) -> Section:
    keys = {key: str(part.facts[key].iloc[0]) for key in SECTION if key != "task"}
    rule = (keys["protocol"], keys["protocol_hash"])
    columns = columns_of(part.scores.columns, suite, rule, task.rank_by)
    rank_by = next((column for column in columns if column.name == task.rank_by), None)
    place = standing(part, rank_by, task.reference)
    heads = {c.name: (notes.number(text),) for c in columns if (text := _about(c, task))}
    lines = rows(part, place, columns, notes)
    shared = {c.name: found for c in columns if (found := _shared(c, lines))}
    return Section(
        **keys,
        images=place.images,
        columns=columns,
        rows=tuple(_without(row, shared) for row in lines),
        notes={name: heads.get(name, ()) + shared.get(name, ()) for name in heads | shared},
    )


def _shared(column: Column, lines: tuple[Row, ...]) -> tuple[int, ...]:
    """The footnotes that all rows have in a column; they are shown once, at its heading."""
    found = {row.notes.get(column.name, ()) for row in lines if row.images}
    return found.pop() if len(found) == 1 else ()


def _without(row: Row, shared: Mapping[str, tuple[int, ...]]) -> Row:
    return replace(row, notes={k: v for k, v in row.notes.items() if k not in shared})


def _about(column: Column, task: TaskSpec) -> str | None:
    """Why a column cannot be read as it should."""
    if column.higher_is_better is not None:
        return None
    ranks = " and nothing is ranked by it" if column.name == task.rank_by else ""
    return f"{column.title}: no installed metric provides it, so its direction is unknown{ranks}"


def _unknown(name: str) -> TaskSpec:
    return TaskSpec(name=name, title=name, summary="the plugin of this task is not installed")


def _versions(runs: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the runs were made with, such as ``restorebench 0.1.0``; all versions that occur."""
    found: dict[str, set[str]] = {}
    for run in runs:
        versions = {**run.get("plugins", {}), **run.get("packages", {})}
        versions |= {"Python": run.get("python"), "commit": _commit(run.get("git"))}
        for package, version in versions.items():
            if version:
                found.setdefault(package, set()).add(str(version))
    return tuple(f"{package} {' / '.join(sorted(all_))}" for package, all_ in found.items())


def _commit(git: Mapping[str, Any] | None) -> str | None:
    return f"{git['commit'][:10]}{' with changes' * bool(git['dirty'])}" if git else None
