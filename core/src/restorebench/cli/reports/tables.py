"""The boards that `leaderboard` shows: of a store, or of a CSV file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.cli.output import note
from restorebench.errors import OptionError
from restorebench.harness.record_log import RecordLog

if TYPE_CHECKING:
    from restorebench.leaderboard import Board, Ranking
    from restorebench.leaderboard.build import Intervals
    from restorebench.leaderboard.ranking.rules import Rule
    from restorebench.leaderboard.records.reading import Source
    from restorebench.leaderboard.render.html.gallery import Gallery
    from restorebench.plugins import Suite
    from restorebench.specs import TaskSpec


@dataclass(frozen=True)
class Tables:
    """Makes the boards of a store's tasks, from what it holds at that time.

    `title` is that of the only board, or empty for the tasks' own.
    """

    suite: Suite
    folder: Path
    tasks: Sequence[str]
    ranking: Ranking
    title: str = ""

    @property
    def records(self) -> Path:
        """The file of the newest records."""
        return RecordLog(self.folder).path

    def boards(self, intervals: Intervals = "all") -> list[Board]:
        """The boards now; none without records."""
        from restorebench.leaderboard import boards, read_ledger

        if not RecordLog(self.folder).exists():
            return []
        table = read_ledger(self.folder, self._is_chosen)
        runs = self._provenance().get
        return self._titled(boards(table, self.suite, runs, self.ranking, intervals))

    def gallery(self, images: int) -> Gallery | None:
        """The images of so many images per section."""
        from restorebench.leaderboard.render.html.gallery import Gallery

        return Gallery(self.suite, self.folder, images) if images else None

    def _titled(self, found: list[Board]) -> list[Board]:
        if not self.title:
            return found
        if len(found) > 1:
            names = ", ".join(board.task.name for board in found)
            msg = f"--title is that of one table, and there are {len(found)}: choose a --task of "
            raise OptionError(msg + names)
        return [replace(b, task=replace(b.task, title=self.title)) for b in found]

    def _is_chosen(self, source: Source) -> bool:
        return any(fnmatchcase(source.task, pattern) for pattern in self.tasks)

    def _provenance(self) -> Mapping[str, Mapping[str, Any]]:
        from restorebench.harness.jsonl import JsonLines
        from restorebench.harness.run_facts import new_runs

        return dict(new_runs(JsonLines(self.folder / "provenance.jsonl")))


@dataclass(frozen=True)
class GivenTable(Tables):
    """Makes the board of a CSV file of scores, `folder`."""

    def boards(self, intervals: Intervals = "all") -> list[Board]:
        """The board; says on stderr what it leaves out, and how it agrees with printed places."""
        from restorebench.leaderboard.score_table import read_score_table
        from restorebench.leaderboard.table_board import agreement, board_of_table

        task, rule = self._task()
        table = read_score_table(self.folder, rule)
        roles, outside = self.ranking.roles, self.ranking.outside
        board = board_of_table(table, self.suite, task, rule, roles, outside)
        if table.ignored:
            note(f"left out, not being numbers: {', '.join(table.ignored)}")
        for column, same, rows in agreement(table, board):
            note(f"the column {column!r} has the same place in {same} of {rows} rows")
        return self._titled([board])

    def _task(self) -> tuple[TaskSpec, Rule]:
        """The task that is chosen, or one named after the file; and the rule."""
        from restorebench.leaderboard.build import rule_of
        from restorebench.leaderboard.ranking.rules import ByColumn
        from restorebench.specs import TaskSpec

        chosen = [] if list(self.tasks) == ["*"] else self.suite.tasks.matching(*self.tasks)
        if len(chosen) > 1 or not (chosen or self.ranking.rule):
            msg = "--table needs --rank-by RULE, or one --task whose rule it takes"
            raise OptionError(msg)
        name = re.sub(r"[^a-z0-9]+", "-", self.folder.stem.lower()).strip("-") or "table"
        about = f"Scores from {self.folder.name}"
        task = TaskSpec(name=name, title=self.folder.stem, summary=about)
        if chosen:
            task = self.suite.tasks[chosen[0]]
        rule = self.ranking.rule or rule_of(task)
        first = rule.column if isinstance(rule, ByColumn) else rule.columns[0]
        return replace(task, rank_by=first), rule
