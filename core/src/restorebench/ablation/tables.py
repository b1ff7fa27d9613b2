"""A study as a table: Markdown to read, CSV with numbers in full."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from restorebench.ablation.results import TrialResult
from restorebench.ablation.scored_study import ScoredStudy
from restorebench.leaderboard.board import Row
from restorebench.leaderboard.format import (
    ABSENT,
    format_difference,
    format_interval,
    format_number,
    format_scaled,
    format_seconds,
    one_line,
)
from restorebench.leaderboard.render.markdown_table import escape, table
from restorebench.leaderboard.render.table import Cell, TableColumn, plain_table

_INTERVAL = "95\N{NO-BREAK SPACE}%"
_COSTS = ("nfe", "parameters", "macs", "seconds")


def markdown(scored: ScoredStudy) -> str:
    """The table, what was varied and scored, and what is absent and why."""
    found = scored.result
    lines = [_whole(scored, entry) for entry in found.entries]
    if (row := scored.reference) is not None:
        none = Cell(ABSENT)
        name, mean, ends, *more = _cells(scored, f"({row.label})", row)
        lines.append([name, mean, ends, none, none, *more, none])
    parts = [f"# {escape(found.study.title)}", escape(_about(scored))]
    parts += [
        table(plain_table(found.study.title, list(_heads(scored)), lines)),
        "\n".join(f"- {escape(n)}" for n in _notes(scored)),
    ]
    return "\n\n".join(parts) + "\n"


def comma_separated(scored: ScoredStudy) -> str:
    """A line per trial; an absent value is empty. Ends of intervals are ``psnr_low``, …."""
    lines = [_line(scored, entry) for entry in scored.result.entries]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(lines[0]) if lines else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return buffer.getvalue()


def _heads(scored: ScoredStudy) -> Iterator[TableColumn]:
    yield TableColumn("variant", "variant", left=True)
    for place, column in enumerate(scored.columns):
        unit = f" ({column.unit})" if column.unit else ""
        yield TableColumn(column.name, column.title + unit, column.arrow)
        if place == 0:
            yield from _columns(_INTERVAL, f"Δ {column.title}", f"{_INTERVAL} of Δ")
    yield from _columns("NFE", "params", "MACs", "s/img", "training (s)")


def _columns(*titles: str) -> Iterator[TableColumn]:
    return (TableColumn(title, title) for title in titles)


def _whole(scored: ScoredStudy, entry: TrialResult) -> list[Cell]:
    cells = list(_cells(scored, entry.trial.variant, scored.row(entry)))
    if not scored.columns:
        return [*cells, _training(entry)]
    digits, found = scored.columns[0].digits, scored.difference(entry)
    mean = format_difference(found.mean if found else None, digits)
    ends = format_interval(found.ends if found else None, digits)
    return [*cells[:3], Cell(mean), Cell(ends), *cells[3:], _training(entry)]


def _cells(scored: ScoredStudy, name: str, row: Row | None) -> Iterator[Cell]:
    yield Cell(name)
    for place, column in enumerate(scored.columns):
        mean = None if row is None else row.means.get(column.name)
        yield Cell(format_number(mean, column.digits))
        if place == 0:
            ends = None if row is None else row.intervals.get(column.name)
            yield Cell(format_interval(ends, column.digits))
    nfe, parameters, macs, seconds = (_cost(row, name) for name in _COSTS)
    yield from (Cell(format_scaled(value)) for value in (nfe, parameters, macs))
    yield Cell(format_seconds(seconds))


def _training(entry: TrialResult) -> Cell:
    seconds = entry.origin.get("seconds")
    return Cell(format_seconds(float(seconds) if seconds is not None else None))


def _cost(row: Row | None, name: str) -> float | None:
    found: float | None = None if row is None else getattr(row.cost, name)
    return found


def _about(scored: ScoredStudy) -> str:
    """What was varied of what, and on what it was scored."""
    found = scored.result
    trials = [entry.trial for entry in found.entries]
    seeds = ", ".join(dict.fromkeys(str(t.recipe.seed) for t in trials))
    given = " ".join(f"{key}={value}" for key, value in trials[0].shared.items())
    recipe = f"{trials[0].base} with {given}" if given else trials[0].base
    text = f"{found.study.summary}. Recipe {recipe}; seed {seeds}"
    if scored.section is not None:
        where = f"{scored.section.dataset}, {scored.section.split}, {scored.section.images} images"
        text += f"; scored on {where}, protocol {scored.section.protocol}"
    done = len(trials)
    text += f"; {done} of {found.planned} variants so far" if done < found.planned else ""
    return f"{text}. {found.study.citation}".rstrip()


def _notes(scored: ScoredStudy) -> Iterator[str]:
    first = scored.result.entries[0].trial.variant
    yield f"Δ: to {first}, image by image"
    yield "95 %: bootstrap interval of a mean over images; it does not cover other seeds"
    yield from scored.absent()
    for entry in scored.result.failed:
        yield f"{entry.trial.variant}: {one_line(entry.error)}"


def _line(scored: ScoredStudy, entry: TrialResult) -> dict[str, Any]:
    trial, row, section = entry.trial, scored.row(entry), scored.section
    known: dict[str, Any] = {"study": trial.study, "scale": trial.size, "variant": trial.variant}
    known |= {"value": trial.value, "recipe": trial.base, "steps": trial.recipe.steps}
    known |= {"seed": trial.recipe.seed, "dataset": trial.recipe.data.name}
    known |= {"split": section and section.split, "images": row and row.images}
    for column in scored.columns:
        low, high = (None, None) if row is None else row.intervals.get(column.name, (None, None))
        known[column.name] = None if row is None else row.means.get(column.name)
        known |= {f"{column.name}_low": low, f"{column.name}_high": high}
    delta = scored.difference(entry)
    low, high = (delta.ends if delta else None) or (None, None)
    known |= {"delta": delta and delta.mean, "delta_low": low, "delta_high": high}
    known |= {"seconds_per_image" if c == "seconds" else c: _cost(row, c) for c in _COSTS}
    known |= {"training_seconds": entry.origin.get("seconds")}
    known |= {"protocol_hash": section and section.protocol_hash, "error": entry.error}
    return known
