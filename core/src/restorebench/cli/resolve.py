"""What shared options mean: the store, and the data sets that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.plugins import Suite


def results_folder(given: Path | None) -> Path:
    """The store's folder: as given, else the same as that of ``pytest --benchmark``."""
    from restorebench.harness.folders import default_folder

    return default_folder(Path()) if given is None else given


def with_data(
    suite: Suite,
    tasks: Sequence[str] | None,
    datasets: Sequence[str] | None,
    data: Sequence[str] | None,
    root: Path | None,
) -> tuple[Suite, tuple[str, ...]]:
    """The suite with all data sets that options mean, and the names or patterns of those chosen.

    `root` is the folder of public data sets. Raises `OptionError`, `UnknownNameError` or
    `DuplicateNameError` for a text that cannot be understood.
    """
    from restorebench.layout_specs import LAB_FILE

    texts = [*(datasets or ()), *(data or ())]
    if not (texts or tasks or root or Path(LAB_FILE).is_file()):
        return suite, ()
    from restorebench.data.layouts.sources import with_sources  # imports pydantic

    suite, names = with_sources(suite, texts, tasks=tasks or (), root=root)
    return suite, tuple(names)


def with_one(
    suite: Suite, task: str | None, dataset: str | None, data: str | None, root: Path | None
) -> tuple[Suite, str | None]:
    """The suite with the data set that options mean, and its name; None if none is chosen.

    Raises `OptionError` where both options name one.
    """
    if dataset is not None and data is not None:
        msg = "give either --dataset or --data"
        raise OptionError(msg)
    tasks, chosen = ([task] if task else None), [text for text in (dataset, data) if text]
    suite, names = with_data(suite, tasks, chosen, None, root)
    return suite, next(iter(names), None)


def check_task(suite: Suite, dataset: str, task: str | None) -> str:
    """The task of `dataset`; `OptionError` if `task` is given and is another."""
    own = suite.datasets[dataset].task
    if task is not None and suite.tasks[task].name != own:
        msg = f"the data set {dataset!r} belongs to the task {own!r}, not {task!r}"
        raise OptionError(msg)
    return own
