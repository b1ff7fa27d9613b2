"""Hashes that were remembered of files, against what the files hold now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from restorebench.data.check.finding import Finding
from restorebench.data.dataset import Dataset
from restorebench.data.tables.file_memory import changed_unseen


def changed(dataset: Dataset, progress: Callable[[], None]) -> Iterator[Finding]:
    """The samples whose pixels have changed although size and time of their files have not.

    Every sample is read again; `progress` is called after each. Nothing is read where nothing is
    remembered.
    """
    if dataset.memory is None or not dataset.memory.recall(dataset.ids):
        return
    for sample_id in changed_unseen(dataset, progress):
        what = "has changed, although size and time of its files have not"
        remedy = "its hash is right from now on; score again what was scored on it"
        yield Finding("changed", sample_id, what, remedy)
