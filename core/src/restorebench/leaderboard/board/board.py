"""All of a task's tables."""

from __future__ import annotations

from dataclasses import dataclass

from restorebench.leaderboard.board.column import Column
from restorebench.leaderboard.board.overall import Overall
from restorebench.leaderboard.board.published import PublishedTable
from restorebench.leaderboard.board.section import Section
from restorebench.specs import TaskSpec


@dataclass(frozen=True)
class Board:
    """All sections of one task.

    `footnotes` are numbered from 1, `rule` says in words how rows are ranked, `rule_note` where
    that rule is from; `ranking_columns` are the columns that it reads. `published` are the
    tables of data sets without a section; `overall`
    is None unless rows are ranked in several.
    """

    task: TaskSpec
    sections: tuple[Section, ...]
    footnotes: tuple[str, ...]
    versions: tuple[str, ...] = ()
    rule: str = ""
    rule_note: str = ""
    ranking_columns: frozenset[str] = frozenset()
    published: tuple[PublishedTable, ...] = ()
    overall: Overall | None = None

    def column(self, name: str) -> Column | None:
        """The first section's column of that name."""
        columns = (c for section in self.sections for c in section.columns)
        return next((c for c in columns if c.name == name), None)
