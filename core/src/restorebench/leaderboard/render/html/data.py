"""The data of the page's script: rows, scores and images as JSON that is safe inside HTML."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from restorebench.leaderboard.board import Board, Row, Section
from restorebench.leaderboard.format import one_line
from restorebench.leaderboard.render.costs import COSTS
from restorebench.leaderboard.render.html.gallery import Gallery, SampleImages
from restorebench.leaderboard.render.json_format import json_number

_DIGITS = 9
"""Significant digits of numbers on a page, which keep it small."""
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


_number = partial(json_number, digits=_DIGITS)


def page_data(boards: Sequence[Board], gallery: Gallery | None, live: int) -> str:
    """The JSON text of a page; ``</script>`` and the like cannot occur in it.

    `live` is the interval in milliseconds at which the page asks for a new version; 0 for never.
    """
    uris: dict[str, int] = {}
    sections = [
        _section(section, section_id(board, n), gallery.samples(section) if gallery else {}, uris)
        for board in boards
        for n, section in enumerate(board.sections)
    ]
    value = {"live": live, "images": list(uris), "sections": sections}
    plain = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return plain.translate(_UNSAFE)


def section_id(board: Board, number: int) -> str:
    """The id of a section, in the page and in its data."""
    return f"{board.task.name}-{number + 1}"


def _section(
    section: Section, id_: str, images: Mapping[str, SampleImages], uris: dict[str, int]
) -> Any:
    samples = {
        name: n for n, name in enumerate(dict.fromkeys(i.sample for i in section.images_table))
    }
    labels = {row.label: n for n, row in enumerate(section.rows)}
    names = [column.name for column in section.columns]
    return {
        "id": id_,
        "name": ", ".join(filter(None, (section.dataset, section.split))),
        "columns": [
            {"title": c.title, "higher": c.higher_is_better, "unit": c.unit, "digits": c.digits}
            for c in section.columns
        ],
        "rows": [_row(row, names) for row in section.rows],
        "samples": [one_line(name) for name in samples],
        "labels": [one_line(label) for label in labels],
        "scores": [
            [
                samples[i.sample],
                labels[i.label],
                *(json_number(i.scores.get(name), _DIGITS) for name in names),
            ]
            for i in section.images_table
        ],
        "images": {samples[name]: _images(found, labels, uris) for name, found in images.items()},
    }


def _row(row: Row, names: Sequence[str]) -> Any:
    ends = [row.intervals.get(name) for name in names]
    return {
        "label": one_line(row.label),
        "complete": row.complete,
        "means": [_number(row.means.get(name)) for name in names],
        "intervals": [_interval(pair) for pair in ends],
        "cost": {column.name: _number(column.plotted(row)) for column in COSTS},
    }


def _interval(ends: tuple[float, float] | None) -> list[float] | None:
    if ends is None or not all(map(math.isfinite, ends)):
        return None
    return [float(f"{end:.{_DIGITS}g}") for end in ends]


def _images(found: SampleImages, labels: Mapping[str, int], uris: dict[str, int]) -> Any:
    """The images of a sample by their numbers in `uris`, which has each once."""

    def number(uri: str | None) -> int | None:
        return None if uri is None else uris.setdefault(uri, len(uris))

    return {
        "input": number(found.input),
        "target": number(found.target),
        "outputs": {labels[k]: number(uri) for k, uri in found.outputs.items()},
        "size": found.size,
        "note": found.note,
    }


def sort_value(value: float | None) -> str:
    """A number as the page's script reads it, ``""`` for none."""
    if value is None or math.isnan(value):
        return ""
    return repr(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"
