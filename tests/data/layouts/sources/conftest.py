"""A suite of two tasks, a working folder and its images: what a data set is described in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from restorebench import DatasetSpec, TaskSpec, hookimpl
from restorebench.data.dataset import Dataset, open_split
from restorebench.data.images import write_image
from restorebench.data.layouts.sources import with_sources
from restorebench.plugins import Suite, inline


class Tasks:
    """A task of one view, one of two, and one data set."""

    def __init__(self, layouts: Path | None = None) -> None:
        self.layouts = [] if layouts is None else [layouts]

    @hookimpl
    def restorebench_tasks(self) -> list[TaskSpec]:
        return [
            TaskSpec(name="dehaze", title="Dehazing", summary=""),
            TaskSpec(name="stereo", title="Stereo", summary="", views=2, resizes=True),
        ]

    @hookimpl
    def restorebench_datasets(self) -> list[DatasetSpec]:
        return [DatasetSpec(name="known", summary="", target="json:dumps", task="dehaze")]

    @hookimpl
    def restorebench_layouts(self) -> list[Path]:
        return self.layouts


@pytest.fixture
def suite() -> Suite:
    """Two tasks and one data set."""
    return Suite([inline(Tasks(), "tasks")])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.delenv("RESTOREBENCH_DATA", raising=False)
    (tmp_path / "lab").mkdir()
    monkeypatch.chdir(tmp_path / "lab")
    return tmp_path / "lab"


@pytest.fixture
def image(folder: Path) -> Callable[..., None]:
    """Write images of one grey level; `size` is height and width."""

    def write(*names: str, level: int = 100, size: tuple[int, int] = (4, 6)) -> None:
        for name in names:
            write_image(folder / name, np.full((3, *size), level, np.uint8))

    return write


@pytest.fixture
def suite_with() -> Callable[[Path], Suite]:
    """The same suite from a plugin that has layouts in a folder."""
    return lambda layouts: Suite([inline(Tasks(layouts), "tasks")])


@pytest.fixture
def opened() -> Callable[..., Dataset]:
    """Open the split ``test`` of what a text describes."""

    def open_text(
        suite: Suite, text: str, task: str = "dehaze", root: Path | None = None
    ) -> Dataset:
        found, (name,) = with_sources(suite, [text], tasks=[task], root=root)
        return open_split(found, name, "test")

    return open_text
