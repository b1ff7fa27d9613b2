"""Whether the samples of a data set are of the form that its task states."""

from __future__ import annotations

from collections.abc import Iterator

from restorebench.data.dataset import Dataset
from restorebench.errors import SampleError
from restorebench.specs import TaskSpec
from restorebench.types import Sample


def check_views(dataset: Dataset, task: TaskSpec, remedy: str = "") -> None:
    """Raise `SampleError` where one of the samples, all of known hashes, has other views."""
    for sample_id in dataset.ids:
        if (views := dataset.identity(sample_id).views) != task.views:
            how = "; write {view} in its patterns" if task.views == 2 else ""
            msg = (
                f"{dataset.name}: {sample_id!r} has {views} views, but {task.name} has {task.views}"
            )
            raise SampleError(msg + how)


def check_condition(sample: Sample, task: TaskSpec, dataset: str) -> None:
    """Raise `SampleError` where a sample has more numbers than its task."""
    names = [number.name for number in task.condition]
    if len(sample.condition) > len(names):
        known = f"{len(names)} numbers ({', '.join(names)})" if names else "none"
        msg = f"{dataset}: {sample.id!r} states {len(sample.condition)} numbers of a condition"
        raise SampleError(f"{msg}, but {task.name} has {known}")


def missing_notes(sample: Sample, task: TaskSpec) -> Iterator[str]:
    """What samples of this form lack, which some restorers need."""
    names = [number.name for number in task.condition]
    if missing := names[len(sample.condition) :]:
        given = ", ".join(names[: len(sample.condition)]) or "no condition"
        yield f"states {given}; restorers that need {', '.join(missing)} fail on it"
