"""The plan: which restorer runs on which data set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from restorebench.errors import OptionError
from restorebench.harness.record_fields import is_option
from restorebench.plugins import Suite
from restorebench.specs import DatasetSpec, RestorerSpec, TaskSpec
from restorebench.types import JSON

_PART = re.compile(r'[^,=]*="(?:[^"\\]|\\.)*"(?=,|$)|[^,]*')


@dataclass(frozen=True)
class RestorerRef:
    """A restorer and its options, as written ``name`` or ``name:key=value,key=value``."""

    name: str
    options: tuple[tuple[str, JSON], ...] = ()

    @classmethod
    def parse(cls, text: str) -> RestorerRef:
        """Read the written form; values are JSON where they can be, else text.

        A value in double quotes may hold commas. Raises `OptionError` for other forms.
        """
        name, colon, rest = text.partition(":")
        if colon and not rest:
            msg = f"{text!r} ends after the colon; write NAME or NAME:key=value,key=value"
            raise OptionError(msg)
        pairs = [_pair(part, text) for part in _parts(rest)] if rest else []
        keys = [key for key, _ in pairs]
        if repeated := [key for key in keys if keys.count(key) > 1]:
            msg = f"{text!r} gives {repeated[0]!r} more than once"
            raise OptionError(msg)
        return cls(name, tuple(sorted(pairs)))

    @property
    def label(self) -> str:
        """How it is called in tables: its ``label`` option, or name and options."""
        options = dict(self.options)
        if label := options.get("label"):
            return str(label)
        inner = ", ".join(f"{key}={_written(value)}" for key, value in self.options)
        return f"{self.name}({inner})" if inner else self.name

    @property
    def options_text(self) -> str:
        """The options as JSON, sorted by key: what `record_keys.options_text` gives of a record."""
        return json.dumps(dict(self.options), sort_keys=True)

    def __str__(self) -> str:
        inner = ",".join(f"{key}={_written(value)}" for key, value in self.options)
        return f"{self.name}:{inner}" if inner else self.name


@dataclass(frozen=True)
class Cell:
    """One restorer on one split of one data set: one row of a leaderboard section.

    `protocol` is the one by which it is scored; by default its task's own.
    """

    task: str
    dataset: str
    split: str
    restorer: RestorerRef
    draws: int = 1
    protocol: str = ""

    @property
    def id(self) -> str:
        """A readable name, unique in a plan."""
        parts = [self.dataset, self.restorer.label]
        parts += [self.split] * (self.split != "test") + [self.protocol] * bool(self.protocol)
        return "-".join(parts)


@dataclass(frozen=True)
class Selection:
    """What a user asks for: shell patterns of names; empty means the default benchmark."""

    tasks: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    restorers: tuple[str, ...] = ()
    split: str = "test"
    draws: int | None = field(default=None)
    protocols: tuple[str, ...] = ()


def plan(suite: Suite, selection: Selection | None = None) -> list[Cell]:
    """The cells of a selection, by task, data set, restorer and protocol.

    Patterns that match nothing raise `UnknownNameError` with the nearest names; a split that a
    named data set lacks, or that leaves nothing to run, raises `OptionError`.
    """
    chosen = selection or Selection()
    tasks = suite.tasks.matching(*chosen.tasks)
    datasets = [d for d in _datasets(suite, chosen) if d.task in tasks]
    refs = _refs(suite, chosen.restorers)
    protocols = suite.protocols.matching(*chosen.protocols) if chosen.protocols else ("",)
    if not datasets:
        msg = f"no data set fits the chosen tasks, names and split ({chosen.split!r})"
        raise OptionError(f"{msg}; see 'restorebench datasets'")
    cells = [
        Cell(d.task, d.name, chosen.split, ref, chosen.draws or spec.draws, protocol)
        for d in datasets
        for ref in refs
        if offered(spec := suite.restorers[ref.name], suite.tasks[d.task])
        and any(fnmatchcase(d.name, p) for p in spec.datasets)
        for protocol in protocols
    ]
    if not cells:
        msg = "no restorer is offered to any of the chosen data sets; see 'restorebench restorers'"
        raise OptionError(msg)
    return cells


def offered(restorer: RestorerSpec, task: TaskSpec) -> bool:
    """Whether a restorer is meant for a task."""
    if task.name in restorer.tasks:
        return True
    fits = any(fnmatchcase(task.name, pattern) for pattern in restorer.tasks)
    return fits and restorer.resizes in {None, task.resizes}


def _datasets(suite: Suite, chosen: Selection) -> Iterable[DatasetSpec]:
    names = suite.datasets.matching(*chosen.datasets)
    for spec in (suite.datasets[name] for name in names):
        if spec.task not in suite.tasks or not (chosen.datasets or spec.default):
            continue
        if chosen.split in spec.splits:
            yield spec
        elif chosen.datasets:
            spec.check_split(chosen.split)


def _refs(suite: Suite, patterns: Sequence[str]) -> list[RestorerRef]:
    if not patterns:
        return [RestorerRef(spec.name) for spec in suite.restorers if spec.default]
    refs: dict[RestorerRef, None] = {}
    for written in map(RestorerRef.parse, patterns):
        for name in suite.restorers.matching(written.name):
            given = {key for key, _ in written.options}
            if name == written.name or given.issuperset(suite.restorers[name].needs):
                refs[RestorerRef(name, written.options)] = None
    return list(refs)


def _parts(rest: str) -> Iterator[str]:
    """The text between commas, but for those in a value in quotes."""
    at = 0
    while at <= len(rest):
        found = _PART.match(rest, at)
        assert found is not None  # the second form matches anything
        yield found[0]
        at = found.end() + 1


def _pair(part: str, text: str) -> tuple[str, JSON]:
    key, equals, value = part.partition("=")
    if not equals or not key.strip():
        msg = f"{part!r} in {text!r} is not key=value"
        raise OptionError(msg)
    return key.strip(), _read(value)


def _read(text: str) -> JSON:
    """A value that a record can hold, or the text itself."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if is_option(value) else text


def _written(value: JSON) -> str:
    """The text that `RestorerRef.parse` takes for `value`."""
    plain = isinstance(value, str) and _read(value) == value and "," not in value
    return str(value) if plain else json.dumps(value, ensure_ascii=False)
