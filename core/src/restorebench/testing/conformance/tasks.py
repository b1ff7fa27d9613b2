"""Tasks: the protocol can score, what ranks is a column of it, the reference restores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from restorebench.errors import RestorebenchError
from restorebench.harness.plan import offered
from restorebench.leaderboard.build import rule_of
from restorebench.metrics import Protocol, score
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec
from restorebench.testing.conformance.problem import Problem, Subject

_SIDE = 64
"""Of the made-up pair that every protocol is tried on; large enough for every window."""


def check_task(suite: Suite, task: TaskSpec, place: str) -> Iterator[Problem]:
    """What is wrong with a task's spec and protocol, before anything is restored."""
    subject = Subject(f"task {task.name!r}", place)
    protocol = suite.protocols.load(task.protocol)
    if not isinstance(protocol, Protocol):
        what = f"its protocol {task.protocol!r} is a {type(protocol).__name__}"
        yield subject.problem(what, "let its target be a restorebench.metrics.Protocol")
        return
    yield from check_columns(subject, task, protocol)
    yield from check_protocol(suite, protocol, subject)
    if not any(spec.task == task.name for spec in suite.datasets):
        yield subject.problem("it has no data set", "offer one by restorebench_datasets")
        return
    yield from _reference(suite, task, subject)


def _reference(suite: Suite, task: TaskSpec, subject: Subject) -> Iterator[Problem]:
    """Whether a board of the task has the row that all others are read against."""
    spec = suite.restorers[task.reference]
    what = f"its reference {task.reference!r}"
    if spec.needs:
        needed = ", ".join(spec.needs)
        yield subject.problem(f"{what} needs options: {needed}", "take one that needs none")
    elif not offered(spec, task):
        remedy = "take one that is; for targets larger than inputs 'bicubic', not 'identity'"
        yield subject.problem(f"{what} is not offered to it", remedy)


def check_columns(subject: Subject, task: TaskSpec, protocol: Protocol) -> Iterator[Problem]:
    """What is wrong with the columns by which a task ranks."""
    known = ", ".join(protocol.measures)
    if task.rank_by not in protocol.measures:
        what = f"rank_by is {task.rank_by!r}, which is not a column of {protocol.name}"
        yield subject.problem(what, f"take one of {known}")
    try:
        named = rule_of(task).all_columns
    except RestorebenchError as error:
        yield subject.raised("its ranking rule", error, "write it as docs/reports.md shows")
        return
    if absent := [name for name in named if name not in protocol.measures]:
        what = f"its ranking names {', '.join(absent)}, absent from {protocol.name}"
        yield subject.problem(what, f"take columns among {known}")


def check_protocol(suite: Suite, protocol: Protocol, subject: Subject) -> Iterator[Problem]:
    """Which columns cannot be computed on a made-up pair; unavailable weights are no problem."""
    random = np.random.default_rng(0)
    pair = random.integers(0, 256, (2, 1, 3, _SIDE, _SIDE), dtype=np.uint8)
    mask = (np.arange(_SIDE * _SIDE).reshape(1, _SIDE, _SIDE) % 3 == 0).astype(np.float32)
    for column, measure in protocol.measures.items():
        if measure.metric not in suite.metrics:
            what = f"the column {column!r} of {protocol.name} names an unknown metric"
            known = ", ".join(suite.metrics.names())
            yield subject.problem(f"{what}, {measure.metric!r}", f"take one of {known}")
            continue
        try:
            alone = Protocol(protocol.name, {column: measure})
            found = score(alone, pair[0], pair[1], mask, suite.metrics.load)
        except RestorebenchError as error:
            doing = f"the column {column!r} of {protocol.name}"
            yield subject.raised(doing, error, "state what its metric needs in the measure")
            continue
        if any(" failed: " in reason for reason in found.missing.values()):
            what = f"the column {column!r} of {protocol.name}: {found.missing[column]}"
            yield subject.problem(what, "mend the metric")
