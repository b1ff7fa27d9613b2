"""The check of a data set of a suite, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from restorebench.data.check.dataset_check import DatasetCheck
from restorebench.data.check.remembered import changed
from restorebench.data.check.sample_check import TableCheck
from restorebench.data.dataset import open_split
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.roots import data_root, located, read_layout
from restorebench.layout_specs import OPEN_LAYOUT
from restorebench.plugins import Suite


def check_of(suite: Suite, name: str, splits: Sequence[str] = ()) -> DatasetCheck | TableCheck:
    """The check of a data set, by default of all its splits; nothing has been read.

    Raises `OptionError` where the data set is not on this machine, or has no such split.
    """
    spec = suite.datasets[name]
    for split in splits:
        spec.check_split(split)
    if spec.target != OPEN_LAYOUT:
        return TableCheck(name, [open_split(suite, name, s) for s in splits or spec.splits])
    options = dict(spec.options)
    layout = read_layout(options["layout"])
    return DatasetCheck(layout, _folder(layout, options.get("root", "")), splits)


def check_remembered(
    suite: Suite, check: DatasetCheck | TableCheck, progress: Callable[[], None]
) -> None:
    """Add to the splits without problems what differs from the hashes that are remembered."""
    if isinstance(check, TableCheck):
        return
    for split in check.splits:
        if split.names.scenes and not split.problems:
            dataset = open_split(suite, check.layout.name, split.names.name)
            split.later += changed(dataset, progress)


def _folder(layout: Layout, root: str) -> Path:
    """Where the data set lies, also if hardly a file in the folder of its name fits."""
    place = data_root(root)
    if place is not None and layout.folder(place) is None:
        named = [place / name for name in layout.folders]
        own = [place] if place.resolve().name in layout.folders else []
        if there := next((folder for folder in (*named, *own) if folder.is_dir()), None):
            return there
    return located(layout, root)
