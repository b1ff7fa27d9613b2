"""Restorers: an image of the right size and range, the same each time, inputs left alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import numpy as np

from restorebench.data.colour import quantise
from restorebench.data.dataset import open_split
from restorebench.harness.plan import offered
from restorebench.harness.record_fields import is_count
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer
from restorebench.restorers.check import check_restoration
from restorebench.restorers.doubts import doubt
from restorebench.restorers.factory import make_restorer
from restorebench.specs import DatasetSpec, RestorerSpec
from restorebench.testing.conformance.problem import FAILURES, Problem, Subject
from restorebench.types import Restoration, Sample


def check_restorer(suite: Suite, spec: RestorerSpec) -> Iterator[Problem]:
    """What is wrong with a restorer on the first test sample of a data set that it is run on.

    One that needs options is not tried.
    """
    subject = Subject(f"restorer {spec.name!r}", spec.target)
    if spec.needs:
        return
    dataset = next(_datasets(suite, spec), None)
    if dataset is None:
        what = f"it is offered to no data set: tasks {spec.tasks}, data sets {spec.datasets}"
        yield subject.problem(what, "name a task that has one, or install that task's plugin")
        return
    try:
        restorer = make_restorer(suite, spec.name)
    except FAILURES as error:
        remedy = "it must be made without options, or name them in `needs`"
        yield subject.raised("making it", error, remedy)
        return
    split = open_split(suite, dataset.name, "test")
    yield from check_restoring(subject, restorer, split[split.ids[0]], dataset.task)


def check_restoring(
    subject: Subject, restorer: Restorer, sample: Sample, task: str
) -> Iterator[Problem]:
    """What is wrong with one restoration, and with another of the same sample and seed."""
    where, given = f"its restoration of {sample.id!r}", sample.without_target()
    context = Context(task)
    try:
        first = restorer.restore(given, context)
        check_restoration(first, sample)
        second = restorer.restore(sample.without_target(), context)
    except FAILURES as error:
        yield subject.raised(where, error, "return Restoration(image), RGB in [0, 1]")
        return
    if not np.array_equal(quantise(np.asarray(first.image)), quantise(np.asarray(second.image))):
        remedy = "draw noise from context.rng(sample) alone"
        yield subject.problem(f"{where} differs from a second one with the same seed", remedy)
    if text := doubt(first.image, sample.degraded):
        yield subject.problem(f"{where}: {text}", "return Restoration(image), RGB in [0, 1]")
    yield from _counts(subject, first)


def _counts(subject: Subject, restoration: Restoration) -> Iterator[Problem]:
    for name in ("nfe", "parameters", "macs"):
        value = getattr(restoration, name)
        value = int(value) if isinstance(value, np.integer) else value
        if value is not None and not is_count(value):
            yield subject.problem(f"it says {name}={value!r}", "give a whole number, or None")


def _datasets(suite: Suite, spec: RestorerSpec) -> Iterator[DatasetSpec]:
    """The data sets that it is run on, those of the default benchmark first."""
    for dataset in sorted(suite.datasets, key=lambda one: not one.default):
        fits = any(fnmatchcase(dataset.name, pattern) for pattern in spec.datasets)
        if fits and "test" in dataset.splits and offered(spec, suite.tasks[dataset.task]):
            yield dataset
