"""Data sets: samples as declared, the same each time and in each process, splits disjoint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from restorebench.data.dataset import Dataset, open_split
from restorebench.data.hashing import input_hash, target_hash
from restorebench.plugins import Suite
from restorebench.specs import DatasetSpec, TaskSpec
from restorebench.testing.conformance.problem import FAILURES, Problem, Subject
from restorebench.testing.conformance.process import hashes_elsewhere
from restorebench.types import Sample


def check_dataset(
    suite: Suite, spec: DatasetSpec, samples: int, installed: bool
) -> Iterator[Problem]:
    """What is wrong with the first `samples` of each split.

    A data set that is `installed` is made in another process, too.
    """
    subject = Subject(f"data set {spec.name!r}", spec.target)
    made: dict[str, list[Sample]] = {}
    for split in spec.splits:
        try:
            dataset = open_split(suite, spec.name, split)
            made[split] = [dataset[i] for i in dataset.ids[:samples]]
        except FAILURES as error:
            yield subject.raised(f"its split {split!r}", error, "mend what it says")
            continue
        task = suite.tasks[spec.task]
        checked = (list(_as_declared(subject, task, dataset, one)) for one in made[split])
        yield from next(filter(None, checked), ())  # the first that is wrong stands for the others
        dataset[made[split][0].id]  # made again: other pixels are an error
    yield from _disjoint(subject, made)
    for split in [s for s in ("test", *made) if s in made][:1] if installed else ():
        yield from _elsewhere(subject, spec, split, made[split][0])


def _as_declared(
    subject: Subject, task: TaskSpec, dataset: Dataset, sample: Sample
) -> Iterator[Problem]:
    where = f"sample {sample.id!r} of {dataset.split!r}"
    if (views := len(sample.degraded)) != task.views:
        what = f"{where} has {views} views, the task {task.name!r} has {task.views}"
        yield subject.problem(what, "let the task's `views` and the samples agree")
    if (given := len(sample.condition)) != len(task.condition):
        names = ", ".join(number.name for number in task.condition) or "none"
        what = f"{where} has {given} condition numbers, the task declares {names}"
        yield subject.problem(what, "give each sample one number for each that is declared")
    if sample.scale != 1 and not task.resizes:
        what = f"{where} is to be enlarged {sample.scale} times, but the task does not resize"
        yield subject.problem(what, "say resizes=True in the task")
    if sample.target is None and dataset.split == "test":
        yield subject.problem(f"{where} has no target", "a test split needs targets to score")
    elif sample.target is not None and np.array_equal(sample.degraded, sample.target):
        yield subject.problem(f"{where} is its own target", "degrade it")


def _disjoint(subject: Subject, made: dict[str, list[Sample]]) -> Iterator[Problem]:
    seen: dict[str, tuple[str, str]] = {}
    for split, samples in made.items():
        for sample in samples:
            for digest in _hashes(sample):
                other, name = seen.setdefault(digest, (split, sample.id))
                if digest and other != split:
                    what = f"{sample.id!r} of {split!r} has pixels of {name!r} of {other!r}"
                    yield subject.problem(what, "no scene may be in two splits")
                    break


def _elsewhere(
    subject: Subject, spec: DatasetSpec, split: str, sample: Sample
) -> Iterator[Problem]:
    found = hashes_elsewhere(spec.name, split, sample.id)
    if found != list(_hashes(sample)):
        what = f"sample {sample.id!r} of {split!r} has other pixels in another process"
        yield subject.problem(what, "use nothing that differs between processes, such as hash()")


def _hashes(sample: Sample) -> tuple[str, str]:
    return input_hash(sample), "" if sample.target is None else target_hash(sample)
