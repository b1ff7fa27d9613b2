"""A clean copy of each named layout checks clean; each broken one is named by file and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from breakers import ALWAYS, SOMETIMES, Breaker, Copy, fits

from restorebench.data.check.dataset_check import DatasetCheck
from restorebench.data.layouts.layout import Layout
from restorebench.testing.fake_copy import SIZE, fake_copy

QUICK = {"istd", "sots-indoor", "kitti2015"}
"""One of each kind; the others are slow."""


@cache
def layouts() -> dict[str, Layout]:
    """Every layout of the four plugins, with small images and no file of conditions."""
    return {path.stem: _small(Layout.read(path)) for path in _files()}


def _files() -> Iterator[Path]:
    for task in ("shadow", "bokeh", "stereo", "dehaze"):
        found = find_spec(f"restorebench_{task}")
        assert found is not None
        assert found.origin is not None
        yield from sorted((Path(found.origin).parent / "layouts").glob("*.toml"))


def _small(layout: Layout) -> Layout:
    splits = {
        name: rule.model_copy(update={"condition": None})
        if rule.condition and rule.condition.file
        else rule
        for name, rule in layout.splits.items()
    }
    return layout.model_copy(update={"splits": splits, "size": layout.size and SIZE})


def _marked(name: str) -> object:
    return pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)


BROKEN = [
    pytest.param(name, breaker, marks=() if name in QUICK else pytest.mark.slow)
    for name, layout in layouts().items()
    for breaker in (*ALWAYS, *SOMETIMES)
    if fits(breaker, layout)
]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of clean copies by name, which are made when they are asked for."""
    return {}


@pytest.fixture
def copied(
    clean: dict[str, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> object:
    def make(name: str) -> Path:
        if name not in clean:
            clean[name] = tmp_path_factory.mktemp("clean") / "data"
            fake_copy(layouts()[name], clean[name])
        return Path(shutil.copytree(clean[name], tmp_path / "data"))

    return make


def checked(layout: Layout, folder: Path) -> DatasetCheck:
    check = DatasetCheck(layout, folder)
    assert len(list(check.read())) == len(check) > 0
    return check


@pytest.mark.parametrize("name", [_marked(name) for name in layouts()])
def test_a_clean_copy_checks_clean(name, copied):
    check = checked(layouts()[name], copied(name))
    assert [str(found) for found in check.problems] == []
    assert all(split.names.scenes for split in check.splits)


@pytest.mark.parametrize(("name", "breaker"), BROKEN)
def test_a_broken_copy_is_diagnosed(name: str, breaker: Breaker, copied):
    layout = layouts()[name]
    copy = Copy.of(layout, copied(name))
    file = breaker(copy).relative_to(copy.folder).as_posix().strip(".")
    problems = checked(layout, copy.folder).problems
    kinds = {**ALWAYS, **SOMETIMES}[breaker]
    said = [found for found in problems if found.kind in kinds]
    assert said, [str(found) for found in problems]
    assert any(file in str(found) for found in said), [str(found) for found in said]
    assert all(found.remedy and str(copy.folder) not in str(found) for found in problems)


def test_every_layout_can_be_broken_in_ten_ways():
    counts = {name: sum(param.values[0] == name for param in BROKEN) for name in layouts()}
    assert len(counts) == 32
    assert min(counts.values()) >= 10
