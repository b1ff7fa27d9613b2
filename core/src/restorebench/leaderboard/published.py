"""Tables from papers and challenge reports: read from a folder, shown apart, never ranked here.

The folder has CSV files as their sources print them and ``published.toml``, which describes each:
its columns, task, data sets and source, and the protocol by which it was scored if that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from restorebench.leaderboard.board import PublishedRow, PublishedTable, Section


@dataclass(frozen=True)
class Published:
    """All tables of a folder; none by default."""

    tables: tuple[PublishedTable, ...] = ()

    def beside(self, task: str, section: Section) -> tuple[PublishedRow, ...]:
        """The rows of the data set of `section`, each saying whether its protocol is the same."""
        return tuple(
            replace(row, same_protocol=row.protocol == section.protocol)
            for table in self.tables
            if _same(table, task, section)
            for row in table.rows
        )

    def elsewhere(self, task: str, sections: Sequence[Section]) -> tuple[PublishedTable, ...]:
        """The tables of a task whose data sets have no section."""
        return tuple(
            table
            for table in self.tables
            if table.task == task and not any(_same(table, task, s) for s in sections)
        )


def _same(table: PublishedTable, task: str, section: Section) -> bool:
    names = {table.dataset, *table.also}
    return table.task == task and section.dataset in names | {f"{task}-{name}" for name in names}


def published_beside(results: Path) -> Published:
    """The tables of the folder ``published`` beside that of a store; none where it is absent."""
    folder = results.absolute().parent / "published"
    if not folder.is_dir():
        return Published()
    from restorebench.leaderboard.published_index import INDEX  # imports pydantic

    return read_published(folder) if (folder / INDEX).is_file() else Published()


def read_published(folder: Path) -> Published:
    """The tables of a folder.

    Raises `OptionError` where the index or a table is not as described at the top of this module.
    """
    from restorebench.leaderboard.published_tables import published_tables  # imports pydantic

    return Published(tuple(published_tables(folder)))
