"""Where data sets of files lie on this machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

from restorebench.data.layouts.lab_file import read_lab_file
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.walk import what_is_there
from restorebench.errors import OptionError
from restorebench.layout_specs import LAB_FILE

ROOT_VARIABLE = "RESTOREBENCH_DATA"
"""The environment's variable that says where data sets lie."""


def read_layout(text: str) -> Layout:
    """The layout of a spec's option: the path of a TOML file, or JSON."""
    if text.startswith("{"):
        return Layout.parse(json.loads(text), "the data set")
    return Layout.read(Path(text))


def data_root(stated: str = "") -> Path | None:
    """Where data sets lie: as stated, else by environment, else by ``restorebench.toml``."""
    given = stated or os.environ.get(ROOT_VARIABLE, "")
    return Path(given).expanduser() if given else read_lab_file().data_root


def located(layout: Layout, root: str = "") -> Path:
    """The folder of a data set; `OptionError` says how to get it where it is not there."""
    place = data_root(root)
    folder = None if place is None else layout.folder(place)
    if folder is None:
        own = place is not None and place.is_dir() and not layout.folders
        raise OptionError(_unlike(layout, place) if own and place else _absent(layout, place))
    return folder


def _unlike(layout: Layout, place: Path) -> str:
    """Of files of one's own: which pattern nothing fits, and what there is."""
    splits = layout.splits.values()
    texts = list(dict.fromkeys(p.text for split in splits for p in split.patterns("degraded")))
    what = f"no file fits {' or '.join(texts)} in {place}"
    return f"the data set {layout.name!r}: {what}; {what_is_there(place, texts[0])}"


def _absent(layout: Layout, place: Path | None) -> str:
    names = " or ".join(layout.folders) or "its files"
    where = f"looked for {names} in {place}, and for its files there"
    if place is None:
        where = (
            f"there is no data root; give --data-root, {ROOT_VARIABLE} or data_root in {LAB_FILE}"
        )
    elif not place.is_dir():
        where = f"the data root {place} is not a folder"
    how = f" To get it: {layout.obtain}" if layout.obtain else ""
    named = place is not None and any((place / name).is_dir() for name in layout.folders)
    why = f" 'restorebench datasets check {layout.name}' says why." if named else ""
    return f"the data set {layout.name!r} is not on this machine: {where}.{why}{how}"
