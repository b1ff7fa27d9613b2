"""``restorebench.toml`` in the working folder: a lab's own data sets, and where others lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restorebench.data.layouts.layout import Layout, SplitFiles, toml_table
from restorebench.errors import OptionError
from restorebench.layout_specs import LAB_FILE
from restorebench.strict_model import StrictModel


class _Content(StrictModel):
    data_root: str = ""
    datasets: dict[str, dict[str, Any]] = {}  # noqa: RUF012 (pydantic copies it)


@dataclass(frozen=True)
class LabDataset:
    """A data set of the file: files in the folder `root`, or the text of a `source`."""

    name: str
    task: str
    layout: Layout | None = None
    root: Path = Path()
    source: str = ""


@dataclass(frozen=True)
class LabFile:
    """What the file says: the folder below which data sets lie, and data sets of its own."""

    data_root: Path | None = None
    datasets: tuple[LabDataset, ...] = ()


def read_lab_file(folder: Path | None = None) -> LabFile:
    """The file in `folder`, by default the working folder; nothing without one.

    Raises `OptionError`, which names the file, where a key or value is not understood.
    """
    path = (folder or Path()) / LAB_FILE
    if not path.is_file():
        return LabFile()
    try:
        content = _Content(**toml_table(path))
        datasets = [_dataset(path, name, values) for name, values in content.datasets.items()]
    except OptionError as error:
        said = str(error).removeprefix("lab_file: ")
        raise OptionError(said if said.startswith(str(path)) else f"{path}: {said}") from error
    root = _below(path, content.data_root) if content.data_root else None
    return LabFile(root, tuple(datasets))


def _dataset(path: Path, name: str, values: Mapping[str, Any]) -> LabDataset:
    """A whole layout, or in short the patterns of its one split, ``test``."""
    facts = dict(values)
    root, source = _below(path, str(facts.pop("root", "."))), facts.pop("source", "")
    if source:
        _expect_only(name, facts, "task")
        return LabDataset(name, facts.get("task", ""), source=source)
    short = {key: facts.pop(key) for key in SplitFiles.model_fields if key in facts}
    if short:
        facts["splits"] = {"test": short, **facts.get("splits", {})}
    where = f"{path}: datasets.{name}"
    layout = Layout.parse({"name": name, "strict": True, **facts}, where)
    return LabDataset(name, layout.task, layout, root)


def _expect_only(name: str, facts: Mapping[str, Any], key: str) -> None:
    if other := next((k for k in facts if k != key), None):
        msg = f"datasets.{name}: {other} stands beside source; write it into the source"
        raise OptionError(msg)


def _below(path: Path, text: str) -> Path:
    """A path of the file, which is relative to the file's folder."""
    return path.parent / Path(text).expanduser()
