"""From records to boards: one per task, in sections whose scores may be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.ranking.overall import overall
from restorebench.leaderboard.ranking.parse import parse_rule
from restorebench.leaderboard.ranking.rules import ByColumn, Rule
from restorebench.leaderboard.ranking_choice import Ranking
from restorebench.leaderboard.records.images import Kept
from restorebench.leaderboard.records.ledger import LedgerSection, Sections, ledger
from restorebench.leaderboard.section_builder import SectionBuilder
from restorebench.leaderboard.versions import versions
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec
from restorebench.types import Record

Lookup: TypeAlias = Callable[[str], Mapping[str, Any] | None]
"""Gives the provenance that a record's `provenance` names; `Store.provenance` is one."""
Intervals: TypeAlias = Literal["all", "ranking"]
"""Of which columns a board has intervals."""


def boards(
    records: Iterable[Record] | Sections,
    suite: Suite,
    provenance: Lookup | None = None,
    ranking: Ranking | None = None,
    intervals: Intervals = "all",
) -> list[Board]:
    """One board per task of `records`, by name; with `intervals` of the ranking column or of all.

    Scores of different protocols, data sets or pixels stand in different sections. A task whose
    plugin is not installed has a board too, with a footnote. Of `Sections` that are not in memory
    one is read at a time. Raises `OptionError` where a task's ranking rule cannot be read.
    """
    whole = ledger(records) if isinstance(records, Iterable) else records
    by_task: dict[str, list[LedgerSection]] = {}
    for part in whole.sections():
        by_task.setdefault(part.keys["task"], []).append(part)
    chosen, few, kept = ranking or Ranking(), intervals == "ranking", Kept()
    found = []
    for name, parts in by_task.items():
        task, rule = _task_and_rule(name, suite, chosen)
        builder = SectionBuilder(task, rule, suite, chosen, kept, few)
        found.append(_board(builder, parts, provenance))
    return found


def rule_of(task: TaskSpec) -> Rule:
    """A task's own rule: its `ranking`, or the column `rank_by`."""
    return parse_rule(task.ranking) if task.ranking else ByColumn((task.rank_by,))


def _task_and_rule(name: str, suite: Suite, ranking: Ranking) -> tuple[TaskSpec, Rule]:
    """A task and how it is ranked; its plugin may be absent."""
    absent = "the plugin of this task is not installed"
    known = name in suite.tasks
    task = suite.tasks[name] if known else TaskSpec(name=name, title=name, summary=absent)
    rule = ranking.rule or rule_of(task)
    return (replace(task, rank_by=rule.column) if isinstance(rule, ByColumn) else task), rule


def _board(
    builder: SectionBuilder, parts: Iterable[LedgerSection], provenance: Lookup | None
) -> Board:
    task, rule = builder.task, builder.rule
    ordered = sorted(parts, key=lambda part: _place(part, task.protocol))
    sections = tuple(map(builder.section, ordered))
    runs = sorted(builder.runs) if provenance else ()
    facts = [found for key in runs if provenance and (found := provenance(key))]
    titles = {c.name: c.title for section in reversed(sections) for c in section.columns}
    return Board(
        task,
        sections,
        builder.notes.texts,
        versions(facts),
        rule=rule.words(lambda column: titles.get(column, column)),
        rule_note=rule.note,
        ranking_columns=frozenset((task.rank_by, *rule.all_columns)),
        published=builder.ranking.published.elsewhere(task.name, sections),
        overall=overall(task.title, sections),
    )


def _place(part: LedgerSection, protocol: str) -> tuple[str, str, bool]:
    """Sections of one data set stand together, the one of the task's own protocol first."""
    return part.keys["dataset"], part.keys["split"], part.keys["protocol"] != protocol
