"""From records to boards: one per task, in sections whose scores may be compared."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from restorebench.leaderboard.board import Board, Column, Row, Section
from restorebench.leaderboard.columns import columns_of
from restorebench.leaderboard.external_scores import Outside
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.methods.naming import initials_of, methods_of
from restorebench.leaderboard.published import Published
from restorebench.leaderboard.ranking.overall import overall
from restorebench.leaderboard.ranking.parse import parse_rule
from restorebench.leaderboard.ranking.places import Roles
from restorebench.leaderboard.ranking.rules import ByColumn, Rule
from restorebench.leaderboard.ranking.section import RankingSpec, SectionStats, section_stats
from restorebench.leaderboard.ranking.significance import few_images
from restorebench.leaderboard.records.images import Kept, image_table
from restorebench.leaderboard.records.ledger import Ledger, LedgerSection, Sections, ledger
from restorebench.leaderboard.rows import rows
from restorebench.leaderboard.versions import versions
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec
from restorebench.types import Record

Lookup: TypeAlias = Callable[[str], Mapping[str, Any] | None]
"""Gives the provenance that a record's `provenance` names; `Store.provenance` is one."""
Intervals: TypeAlias = Literal["all", "ranking"]
"""Of which columns a board has intervals."""


@dataclass(frozen=True)
class Ranking:
    """How boards are ranked.

    `rule` is None for each task's own; `roles` lists the rows that do not compete; `outside` holds
    columns from elsewhere (mean opinion scores), `published` the tables of papers.
    """

    rule: Rule | None = None
    roles: Roles = field(default_factory=Roles)
    outside: Outside = field(default_factory=Outside)
    published: Published = field(default_factory=Published)


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
    how = _How(suite, provenance, ranking or Ranking(), intervals, Kept())
    return [_board(name, parts, how) for name, parts in by_task.items()]


def rule_of(task: TaskSpec) -> Rule:
    """A task's own rule: its `ranking`, or the column `rank_by`."""
    return parse_rule(task.ranking) if task.ranking else ByColumn((task.rank_by,))


class _How(NamedTuple):
    """What all boards share: `boards` says what it is."""

    suite: Suite
    provenance: Lookup | None
    ranking: Ranking
    intervals: Intervals
    kept: Kept


def _board(name: str, parts: list[LedgerSection], how: _How) -> Board:
    notes, suite, ranking = Footnotes(), how.suite, how.ranking
    task = (
        suite.tasks[name]
        if name in suite.tasks
        else TaskSpec(name=name, title=name, summary="the plugin of this task is not installed")
    )
    rule = ranking.rule or rule_of(task)
    if isinstance(rule, ByColumn):
        task = replace(task, rank_by=rule.column)
    parts = sorted(parts, key=lambda part: _place(part, task.protocol))
    context = _Context(how, notes, set())
    sections = tuple(_section(part, (task, rule), context) for part in parts)
    known = how.provenance
    facts = [found for key in sorted(context.runs) if known and (found := known(key))]
    titles = {c.name: c.title for section in reversed(sections) for c in section.columns}
    return Board(
        task,
        sections,
        notes.texts,
        versions(facts),
        rule=rule.words(lambda column: titles.get(column, column)),
        rule_note=rule.note,
        ranking_columns=frozenset((task.rank_by, *rule.all_columns)),
        published=ranking.published.elsewhere(name, sections),
        overall=overall(task.title, sections),
    )


def _place(part: LedgerSection, protocol: str) -> tuple[str, str, bool]:
    """Sections of one data set stand together, the one of the task's own protocol first."""
    return part.keys["dataset"], part.keys["split"], part.keys["protocol"] != protocol


class _Context(NamedTuple):
    """What the sections of a board share; the keys of their provenance are added to `runs`."""

    how: _How
    notes: Footnotes
    runs: set[str]


def _section(source: LedgerSection, how: tuple[TaskSpec, Rule], context: _Context) -> Section:
    task, rule = how
    suite, notes, ranking = context.how.suite, context.notes, context.how.ranking
    part = source.load()
    context.runs.update(part.facts.texts["provenance"].distinct)
    keys: dict[str, Any] = {name: key for name, key in source.keys.items() if name != "task"}
    protocol = (keys["protocol"], keys["protocol_hash"])
    scored = columns_of(part.scores, suite, protocol, task.rank_by)
    outside = ranking.outside.of(keys["dataset"], part.facts.texts["label"].distinct)
    ranking.outside.refuse(part.scores)
    given = [column for column in ranking.outside.columns if column.name in outside]
    columns = tuple(sorted((*scored, *given), key=lambda column: column.name != task.rank_by))
    few = context.how.intervals == "ranking"
    spec = RankingSpec(rule, ranking.roles, task.rank_by, task.reference, outside, few)
    stats = section_stats(part, columns, spec)
    heads = {c.name: (notes.number(text),) for c in columns if (text := _about(c, task))}
    lines = rows(part, stats, columns, notes, ranking.roles)
    shared = {c.name: found for c in columns if (found := _shared(c, lines))}
    section = Section(
        **keys,
        images=stats.images,
        whole=int(part.facts.numbers["whole"].max()),
        columns=columns,
        rows=_named(lines, part, suite, shared),
        notes={name: heads.get(name, ()) + shared.get(name, ()) for name in heads | shared},
        images_table=(
            image_table(stats.means.images, part.facts, stats.order)
            if source.held
            else context.how.kept.images(source, stats.order, stats.means.images, task.rank_by)
        ),
        doubt=_doubt(stats, columns),
        undecided=bool(stats.ties.doubt),
        default=keys["dataset"] in suite.datasets and suite.datasets[keys["dataset"]].default,
    )
    return replace(section, published=ranking.published.beside(task.name, section))


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
        return f"not ranked: {why}"
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
