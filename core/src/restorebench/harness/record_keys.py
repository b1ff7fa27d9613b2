"""What makes two records those of one restoration, of one score, of one row of a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol, TypeAlias

from restorebench.types import Record

Key: TypeAlias = tuple[str | int, ...]


class Whose(Protocol):
    """What is known of records before they are read; a `Record` has it, too."""

    @property
    def task(self) -> str:
        """Its name."""
        ...

    @property
    def dataset(self) -> str:
        """Its name."""
        ...

    @property
    def split(self) -> str:
        """Its name."""
        ...

    @property
    def protocol_hash(self) -> str:
        """That of the scores."""
        ...

    @property
    def dataset_hash(self) -> str:
        """That of the whole split."""
        ...

    @property
    def restorer(self) -> str:
        """Its name."""
        ...


Where: TypeAlias = Callable[[Whose], bool]
"""Chooses records by whose they are."""


def options_text(record: Record) -> str:
    """The options as JSON, sorted by key."""
    return json.dumps(dict(record.options), sort_keys=True) if record.options else "{}"


def restoration_key(record: Record) -> Key:
    """What makes two restorations the same one: input, restorer and randomness."""
    options = options_text(record)
    what = (record.task, record.dataset, record.split, record.sample, record.input)
    who = (record.restorer, options, record.revision, record.fingerprint)
    return (*what, *who, record.seed, record.draw)


def record_key(record: Record, restoration: Key | None = None) -> Key:
    """A restoration, its target, how it is scored, and the whole split that it is a part of."""
    scored = (record.target, record.protocol_hash)
    return (*(restoration or restoration_key(record)), *scored, record.dataset_hash)


def row_key(record: Record) -> Key:
    """What two records have in common that compete for one cell of a table."""
    options = options_text(record)
    section = (record.task, record.dataset, record.split, record.protocol_hash)
    who = (record.restorer, options, record.revision, record.seed, record.draw)
    return (*section, record.dataset_hash, record.sample, *who)


def score_key(record: Record) -> Key:
    """An image, its target and how it is scored."""
    region = str(record.extra.get("mask", ""))
    return str(record.prediction), record.target + region, record.protocol_hash
