"""Records that are Parquet, as sections that are read when they are asked for.

What is in memory besides is the indices of the parts, and the lines that were not compacted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from operator import itemgetter
from typing import Any, TypeAlias

from restorebench.console import legible
from restorebench.errors import StoreError
from restorebench.harness.jsonl import parsed
from restorebench.harness.parquet.index import Entry, Index, Place, read_index
from restorebench.harness.parquet.parts import Part
from restorebench.harness.parquet.reader import tables
from restorebench.harness.record_log import RecordLog
from restorebench.leaderboard.records.column_intake import COLUMNS, IMAGES, TEXTS, ColumnIntake
from restorebench.leaderboard.records.intake import SECTION, labels_of, stated_in, who_key
from restorebench.leaderboard.records.ledger import Ledger, LedgerSection, current
from restorebench.leaderboard.records.reading import Accept, Source, take_lines
from restorebench.types import JSON, UPLOADED

_Section: TypeAlias = tuple[str, ...]
_Who: TypeAlias = tuple[Any, ...]
_Chosen: TypeAlias = Callable[[Entry], bool]


class StoredLedger:
    """The records of `log`, of which `lines` are those that are not Parquet."""

    def __init__(
        self, log: RecordLog, lines: Iterable[tuple[bytes, Mapping[str, Any]]], accept: Accept
    ) -> None:
        self._path = log.path
        self._parts = [(part, read_index(part.index)) for part in log.indexed]
        self._lines: dict[_Section, list[bytes]] = {}
        self._sections: dict[_Section, dict[_Who, None]] = {}
        self._who: dict[_Who, None] = {}
        self._columns: dict[str, dict[str, None]] = {}
        self._stated: dict[tuple[_Who, str, str], Mapping[str, JSON]] = {}
        for _, index in self._parts:
            self._note(index, accept)
        for line, record in lines:
            self._take(line, record)

    @cached_property
    def labels(self) -> list[str]:
        """The labels of all rows, in the order of the alphabet."""
        return sorted(set(self._labels.values()))

    @cached_property
    def _labels(self) -> dict[_Who, str]:
        return dict(zip(self._who, labels_of(self._who), strict=True))

    @cached_property
    def claims(self) -> dict[tuple[str, str, str], Mapping[str, JSON]]:
        """What teams state, by label, data set and split."""
        stated = self._stated.items()
        return {(self._labels[who], data, split): v for (who, data, split), v in stated}

    def sections(self) -> Iterator[LedgerSection]:
        """The parts whose scores may be compared, sorted by their keys."""
        for keys, restorers in sorted(self._sections.items(), key=itemgetter(0)):
            names = dict(zip(SECTION, keys, strict=True))
            labels = frozenset(self._labels[who] for who in restorers)
            yield LedgerSection(names, labels, partial(self._load, keys), held=False)

    def _load(self, keys: _Section, labels: Collection[str], *, images: bool) -> Ledger:
        """The records of a section, and all hashes of their images if there are uploads.

        Of the restorers of `labels` all rows are read, as the newest revision is to be found.
        """
        restorers = {who[0] for who, label in self._labels.items() if label in labels}
        intake = ColumnIntake(self._who, self._columns.get(keys[0], {}))
        chosen = partial(_is_chosen, keys, restorers)
        for part, index in self._parts:
            own = any(e.place.restorer == UPLOADED for e in index.entries if chosen(e))
            more = IMAGES if images or own else ()
            self._take_part(intake, part, index, chosen, more)
        lines = (parsed(line) for line in self._lines.get(keys, ()))
        own_lines = (r for r in lines if not restorers or r["restorer"] in restorers)
        take_lines(intake, own_lines, self._path)
        return replace(current(intake), claims=self.claims)

    def _take_part(
        self, intake: ColumnIntake, part: Part, index: Index, chosen: _Chosen, more: Sequence[str]
    ) -> None:
        for entries, table in tables(part, index, chosen, (*COLUMNS, *more), TEXTS):
            try:
                intake.extend_table([(entry.place, count) for entry, count in entries], table)
            except ValueError as error:
                msg = (
                    f"{part.parquet}: its records cannot be read ({error}); restore it from a copy"
                )
                raise StoreError(msg) from error

    def _note(self, index: Index, accept: Accept) -> None:
        """Keep what an index says of all records."""
        accepted = [entry for entry in index.entries if accept(Source(*entry.place[:3]))]
        for entry in accepted:
            self._add(entry.place.section, _who(entry.place))
        for entry in sorted(accepted, key=lambda entry: entry.claimed_at):
            if entry.claims is not None:
                place = entry.place
                self._stated[_who(place), place.dataset, place.split] = entry.claims
        for task, names in index.scores.items():
            self._columns.setdefault(task, {}).update(dict.fromkeys(names))

    def _take(self, line: bytes, record: Mapping[str, Any]) -> None:
        """Keep a line, and what it has that is needed of all records."""
        keys = tuple(legible(record[name]) for name in SECTION)
        self._lines.setdefault(keys, []).append(line)
        who = who_key(record["restorer"], record["options"])
        self._add(keys, who)
        self._columns.setdefault(keys[0], {}).update(dict.fromkeys(record["scores"]))
        if record["restorer"] == UPLOADED:
            self._stated[who, record["dataset"], record["split"]] = stated_in(record)

    def _add(self, keys: _Section, who: _Who) -> None:
        self._sections.setdefault(keys, {})[who] = None
        self._who[who] = None


def _who(place: Place) -> _Who:
    return who_key(place.restorer, json.loads(place.options))


def _is_chosen(keys: _Section, restorers: Collection[str], entry: Entry) -> bool:
    place = entry.place
    return place.section == keys and (not restorers or place.restorer in restorers)
