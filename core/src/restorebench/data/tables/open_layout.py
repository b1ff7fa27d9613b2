"""Data sets of files opened: a layout, the folder in which it lies, and its samples."""

from __future__ import annotations

from restorebench.data.dataset import Dataset
from restorebench.data.layouts.listing import list_split
from restorebench.data.layouts.roots import located, read_layout
from restorebench.data.tables.opening import scenes_dataset


def open_layout(split: str, *, layout: str, root: str = "") -> Dataset:
    """A split of the data set whose layout is a TOML file, or JSON text.

    It lies below `root`, else below the folder of ``RESTOREBENCH_DATA`` or of
    ``restorebench.toml``. Raises `OptionError` where it is not there, and `ImageError` where files
    do not fit together.
    """
    rule = read_layout(layout)
    listing = list_split(rule, located(rule, root), split)
    scenes, count = listing.checked(), rule.split(split).count
    whole = count if len(scenes) < count else 0
    return scenes_dataset(
        rule.name, split, scenes, rule.scale, rule.depth_unit, notes=listing.notes, whole=whole
    )
