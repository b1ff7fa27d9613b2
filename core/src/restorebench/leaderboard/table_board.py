"""A board of numbers alone: the table of a challenge as a CSV file, ranked without any record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from restorebench.errors import OptionError
from restorebench.leaderboard.board import LABEL, NOT_RANKED, Board, Column, Row, Section
from restorebench.leaderboard.columns import column_of, guessed
from restorebench.leaderboard.external_scores import Outside
from restorebench.leaderboard.footnotes import Footnotes
from restorebench.leaderboard.ranking.overall import overall
from restorebench.leaderboard.ranking.places import Ranks, Roles, places
from restorebench.leaderboard.ranking.rules import Rule
from restorebench.leaderboard.ranking.values import Values
from restorebench.leaderboard.score_table import ScoreTable
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec


def board_of_table(
    table: ScoreTable, suite: Suite, task: TaskSpec, rule: Rule, roles: Roles, outside: Outside
) -> Board:
    """The board of a table, a section for each data set in it; rows that have no rank come last.

    Which way is better in a column says its heading (``↑``, ``+``, ``↓``, ``-``), else the metric
    that is installed under its name, else `headings.BETTER`. Raises `OptionError` where `outside`
    has a column of the table.
    """
    outside.refuse(table.values)
    notes = Footnotes()
    alike = _alike(table, [name for name in table.values if guessed(name, suite)])
    columns = tuple(sorted(_columns(table, suite), key=lambda c: c.name != task.rank_by))
    sections = tuple(
        _section(table, dataset, (*columns, *outside.columns), (rule, roles), outside, notes, alike)
        for dataset in dict.fromkeys(table.dataset)
    )
    titles = {column.name: column.title for column in (*columns, *outside.columns)}
    return Board(
        task,
        sections,
        notes.texts,
        rule=rule.words(lambda name: titles.get(name, name)),
        rule_note=rule.note,
        ranking_columns=frozenset((task.rank_by, *rule.all_columns)),
        overall=overall(task.title, sections),
    )


def agreement(table: ScoreTable, board: Board) -> Iterator[tuple[str, int, int]]:
    """For each column of places of the whole: in how many of its rows the board has that place."""
    found = {(s.dataset, row.label): row.rank for s in board.sections for row in s.rows}
    keys = list(zip(table.dataset, table.labels, strict=True))
    for name, printed in table.ranks.items():
        there = [(found[key], place) for key, place in zip(keys, printed, strict=True)]
        known = [(rank, place) for rank, place in there if place == place]  # not NaN
        of_a_score = any(name.startswith(f"{column}_") for column in table.values)
        if known and not of_a_score and not name.startswith("sum_of"):
            yield name, sum(rank == place for rank, place in known), len(known)


def _columns(table: ScoreTable, suite: Suite) -> Iterator[Column]:
    for name, given in table.headings.items():
        column = column_of(name, suite)
        better = given.higher_is_better
        better = column.higher_is_better if better is None else better
        decimals = (len(cell.partition(".")[2]) for cell in table.printed[name] if cell)
        title = column.title if column.higher_is_better is not None else column.title.upper()
        yield replace(
            column,
            title=title,
            higher_is_better=given.better if better is None else better,
            digits=max(decimals, default=0),
        )


def _section(
    table: ScoreTable,
    dataset: str,
    columns: tuple[Column, ...],
    how: tuple[Rule, Roles],
    outside: Outside,
    notes: Footnotes,
    alike: Mapping[int, str],
) -> Section:
    chosen = [n for n, name in enumerate(table.dataset) if name == dataset]
    labels = [table.labels[n] for n in chosen]
    given = {name: [numbers[n] for n in chosen] for name, numbers in table.values.items()}
    own, others = Values.of(labels, given), outside.of(dataset, labels).on(labels)
    values = Values(own.labels, {**own.columns, **others})
    columns = tuple(column for column in columns if column.name in values)
    found, obstacle = _ranked(values, columns, *how)
    place = dict(zip(labels, chosen, strict=True))
    return Section(
        dataset=dataset,
        split="",
        protocol="",
        protocol_hash="",
        dataset_hash="",
        images=0,
        columns=columns,
        rows=tuple(
            _row(table, n, values, found, how[1], _notes(table, n, found, notes, alike))
            for label in found.order(labels)
            for n in [place[label]]
        ),
        doubt=f"{NOT_RANKED}{obstacle}" if obstacle else "",
    )


def _ranked(
    values: Values, columns: Sequence[Column], rule: Rule, roles: Roles
) -> tuple[Ranks, str]:
    """The ranks, and why there are none."""
    try:
        found = places(values, {c.name: c.higher_is_better for c in columns}, rule, roles)
    except OptionError as error:
        hint = "; mark its heading with + or -" if "which way is better" in str(error) else ""
        return Ranks(), f"{error}{hint}"
    if not found.rank and (lacking := sorted({*sum(found.lacking.values(), ())})):
        return found, f"no row has {' and '.join(lacking)}"
    return found, ""


def _alike(table: ScoreTable, metrics: Sequence[str]) -> dict[int, str]:
    """For each row: of which others every score by a metric is the same, digit for digit."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for n, dataset in enumerate(table.dataset):
        digits = tuple(table.printed[name][n] for name in metrics)
        if len(digits) > 1 and all(digits):
            groups.setdefault((dataset, *digits), []).append(n)
    names = {name: table.headings[name].written for name in metrics}
    text = f"{', '.join(names.values())} are those of "
    return {
        n: text + " and ".join(table.labels[other] for other in same if other != n)
        for same in groups.values()
        for n in same
        if len(same) > 1
    }


def _notes(
    table: ScoreTable, place: int, found: Ranks, notes: Footnotes, alike: Mapping[int, str]
) -> dict[str, tuple[int, ...]]:
    """Why a row has no rank, and whose scores it has."""
    label = table.labels[place]
    lacking = ", ".join(found.lacking.get(label, ()))
    why = found.why.get(label, f"no {lacking}" if lacking else "")
    texts = [f"{NOT_RANKED}{why}"] if why else []
    texts += [alike[place]] if place in alike else []
    return {LABEL: tuple(map(notes.number, texts))} if texts else {}


def _row(
    table: ScoreTable,
    place: int,
    values: Values,
    found: Ranks,
    roles: Roles,
    notes: Mapping[str, tuple[int, ...]],
) -> Row:
    label = table.labels[place]
    claims = {name: c for name, column in table.claims.items() if (c := column[place])}
    printed = {name: cells[place] for name, cells in table.printed.items() if cells[place]}
    return Row(
        label=label,
        rank=found.rank.get(label),
        means=values.numbers(label),
        delta=None,
        images=0,
        failed=0,
        draws=0,
        seconds=None,
        reference=False,
        complete=True,
        notes=notes,
        score=found.score.get(label),
        baseline=label in roles.baselines,
        disqualified=roles.disqualified.get(label, ""),
        claims=claims,
        printed=printed,
    )
