"""The sections of a board: columns, ranked rows, and what is said of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from restorebench.leaderboard.board import NOT_RANKED, Column, Row, Section
from restorebench.leaderboard.columns import columns_of
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.methods.naming import initials_of, methods_of
from restorebench.leaderboard.ranking.rules import Rule
from restorebench.leaderboard.ranking.section import RankingSpec, SectionStats, section_stats
from restorebench.leaderboard.ranking.significance import few_images
from restorebench.leaderboard.ranking.values import Values
from restorebench.leaderboard.ranking_choice import Ranking
from restorebench.leaderboard.records.images import Kept, image_table
from restorebench.leaderboard.records.ledger import Ledger, LedgerSection
from restorebench.leaderboard.rows import rows
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec


@dataclass(frozen=True)
class SectionBuilder:
    """Makes the sections of the board of a task, which is ranked by `rule`.

    With `few` only the ranking column has intervals. What sections have in common is gathered in
    `notes`, their footnotes, and in `runs`, the keys of the provenance of their records; `kept` are
    the scores of images that boards hold together.
    """

    task: TaskSpec
    rule: Rule
    suite: Suite
    ranking: Ranking
    kept: Kept
    few: bool
    notes: Footnotes = field(default_factory=Footnotes)
    runs: set[str] = field(default_factory=set)

    def section(self, source: LedgerSection) -> Section:
        """The section of records whose scores may be compared."""
        part, task = source.load(), self.task
        self.runs.update(part.facts.texts["provenance"].distinct)
        keys: dict[str, Any] = {name: key for name, key in source.keys.items() if name != "task"}
        outside = self.ranking.outside.of(keys["dataset"], part.facts.texts["label"].distinct)
        columns = self._columns(part, keys, outside)
        stats = section_stats(part, columns, self._spec(outside))
        heads = {c.name: (self.notes.number(s),) for c in columns if (s := _about(c, task))}
        lines = rows(part, stats, columns, self.notes, self.ranking.roles)
        shared = {c.name: found for c in columns if (found := _shared(c, lines))}
        section = Section(
            **keys,
            images=stats.images,
            whole=int(part.facts.numbers["whole"].max()),
            columns=columns,
            rows=_named(lines, part, self.suite, shared),
            notes={name: heads.get(name, ()) + shared.get(name, ()) for name in heads | shared},
            images_table=(
                image_table(stats.means.images, part.facts, stats.order)
                if source.held
                else self.kept.images(source, stats.order, stats.means.images, task.rank_by)
            ),
            doubt=_doubt(stats, columns),
            undecided=bool(stats.ties.doubt),
            default=self._is_default(keys["dataset"]),
        )
        return replace(section, published=self.ranking.published.beside(task.name, section))

    def _columns(
        self, part: Ledger, keys: Mapping[str, str], outside: Values
    ) -> tuple[Column, ...]:
        """Scored columns and those from elsewhere, the one that ranks first."""
        protocol = (keys["protocol"], keys["protocol_hash"])
        scored = columns_of(part.scores, self.suite, protocol, self.task.rank_by)
        self.ranking.outside.refuse(part.scores)
        given = [column for column in self.ranking.outside.columns if column.name in outside]
        return tuple(sorted((*scored, *given), key=lambda c: c.name != self.task.rank_by))

    def _spec(self, outside: Values) -> RankingSpec:
        task = self.task
        roles = self.ranking.roles
        return RankingSpec(self.rule, roles, task.rank_by, task.reference, outside, self.few)

    def _is_default(self, dataset: str) -> bool:
        """Whether a data set belongs to the default benchmark."""
        known = self.suite.datasets
        return dataset in known and known[dataset].default


def _named(
    lines: Iterable[Row], part: Ledger, suite: Suite, shared: Container[str]
) -> tuple[Row, ...]:
    """Rows with their methods and what they start from, less the notes of `shared` columns."""
    methods, initials = methods_of(part, suite), initials_of(part, suite)
    return tuple(
        replace(
            row,
            notes={k: v for k, v in row.notes.items() if k not in shared},
            method=methods[row.label],
            initial=initials.get(row.label, ""),
        )
        for row in lines
    )


def _doubt(stats: SectionStats, columns: tuple[Column, ...]) -> str:
    if why := stats.obstacle or _missing_everywhere(stats, columns):
        return f"{NOT_RANKED}{why}"
    return "; ".join(filter(None, [few_images(stats.images), stats.ties.doubt]))


def _missing_everywhere(stats: SectionStats, columns: tuple[Column, ...]) -> str:
    """What ranks and no row has, where that is why nothing is ranked."""
    if stats.ranks.rank or not stats.ranks.lacking:
        return ""
    lacking = set.intersection(*map(set, stats.ranks.lacking.values()))
    return f"no row has {', '.join(c.title for c in columns if c.name in lacking)}" * bool(lacking)


def _shared(column: Column, lines: tuple[Row, ...]) -> tuple[int, ...]:
    """The footnotes that all rows have in a column; they are shown once, at its heading."""
    found = {row.notes.get(column.name, ()) for row in lines if row.images}
    return found.pop() if len(found) == 1 else ()


def _about(column: Column, task: TaskSpec) -> str | None:
    """Why the direction of a column is unknown."""
    if column.higher_is_better is not None:
        return None
    ranks = " and nothing is ranked by it" if column.name == task.rank_by else ""
    return f"{column.title}: no installed metric provides it, so its direction is unknown{ranks}"
