"""What an evaluation gave: records, tables, pages, and comparisons."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.errors import OptionError
from restorebench.harness.record_keys import Whose
from restorebench.harness.store import Store, table
from restorebench.leaderboard import Board, boards, terminal
from restorebench.leaderboard.compare.comparing import compare
from restorebench.leaderboard.compare.comparison import Comparison
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.page import page
from restorebench.leaderboard.render.reports import write_reports
from restorebench.leaderboard.render.terminal import plain
from restorebench.plugins import Suite
from restorebench.types import Record

if TYPE_CHECKING:
    import pandas as pd

_PAGE_HEIGHT = 720
_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The `records` of an evaluation, and the `store` that has them.

    Printed, it is the leaderboard in a terminal; in a notebook a page with images.
    """

    suite: Suite
    store: Store
    records: Sequence[Record]

    @cached_property
    def boards(self) -> list[Board]:
        """A board for each task: these records beside the stored ones of the same samples."""
        return boards([*self._beside(), *self.records], self.suite, self.store.provenance)

    @property
    def board(self) -> Board:
        """The only board; `OptionError` where several tasks were evaluated."""
        if len(self.boards) != 1:
            msg = f"there are {len(self.boards)} boards, one for each task; use .boards"
            raise OptionError(msg)
        return self.boards[0]

    @property
    def frame(self) -> pd.DataFrame:
        """A line for each record: its fields, ``score.*`` and ``cost.*``."""
        return table(self.records)

    @property
    def errors(self) -> dict[str, str]:
        """What failed: the error of each sample, by restorer and sample."""
        return {f"{r.restorer}: {r.sample}": r.error for r in self.records if r.error is not None}

    def compare(self, other: str, model: str | None = None) -> Sequence[Comparison]:
        """A model, by default the only one, less `other`, image by image, for each data set.

        Both are labels of a table, or names of restorers. Raises `OptionError` where either is not
        there.
        """
        labels = list(dict.fromkeys(r.restorer for r in self.records if r.restorer != other))
        if model is None and len(labels) != 1:
            msg = f"say which model is compared with {other!r}: model= one of {', '.join(labels)}"
            raise OptionError(msg)
        return compare(
            self._beside(), self.suite, other, model or labels[0], provenance=self.store.provenance
        )

    def _beside(self) -> list[Record]:
        """The stored records of the same samples."""
        sections = {_section(record) for record in self.records}
        places = {(record.sample, *_section(record)) for record in self.records}
        stored = self.store.records(lambda whose: _section(whose) in sections)
        return [r for r in stored if (r.sample, *_section(r)) in places]

    def save(self, folder: str | Path, images: int = _SHOWN) -> list[Path]:
        """Write the boards as Markdown, HTML, CSV and LaTeX; the paths, the index first."""
        return write_reports(self.boards, Path(folder), self._gallery(images))

    def __repr__(self) -> str:
        return plain(self.boards).rstrip()

    def __rich__(self) -> Any:
        return terminal(self.boards)

    def _repr_html_(self) -> str:
        text = html.escape(page(self.boards, self._gallery(_SHOWN)))
        style = f"width:100%;height:{_PAGE_HEIGHT}px;border:0"
        return f'<iframe srcdoc="{text}" style="{style}" title="leaderboard"></iframe>'

    def _gallery(self, images: int) -> Gallery | None:
        return Gallery(self.suite, self.store.folder, images) if images else None


def _section(whose: Whose) -> tuple[str, ...]:
    return whose.dataset, whose.split, whose.protocol_hash, whose.dataset_hash
