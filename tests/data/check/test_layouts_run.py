"""The layouts in use: a clean copy is scored, an absent one says how to get it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_broken_copies import QUICK, layouts

from restorebench.data.layouts.sources import with_sources
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.plugins import suite
from restorebench.testing.fake_copy import fake_copy

SCORED = [
    pytest.param(name, split, marks=() if name in QUICK else pytest.mark.slow)
    for name, layout in layouts().items()
    for split, rule in layout.splits.items()
    if rule.target
]
NAMES = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in layouts()]


@pytest.mark.parametrize(("name", "split"), SCORED)
def test_a_clean_copy_is_scored(name: str, split: str, tmp_path: Path) -> None:
    layout = layouts()[name]
    fake_copy(layout, tmp_path / layout.folders[0])
    found, _ = with_sources(suite(), root=tmp_path)
    restorer = "identity" if layout.scale == 1 else "bicubic"
    (cell,) = plan(found, Selection((), (name,), (restorer,), split))
    records = [o.record for o in Runner(found, Store(tmp_path / "results")).run(cell)]
    assert len(records) in {4, 8}
    assert [record.error for record in records] == [None] * len(records)
    assert all(0 < record.scores["psnr"] < 60 for record in records)


@pytest.mark.parametrize("name", NAMES)
def test_an_absent_one_is_listed_with_how_to_obtain_it(
    name: str, invoke: Callable[..., Any], tmp_path: Path
) -> None:
    for verb, status in (("check", 2), ("show", 0)):
        result = invoke("datasets", verb, name, "--data-root", tmp_path)
        assert result.exit_code == status, result.output
        assert "not on this machine" in result.output
        assert layouts()[name].obtain[:30] in " ".join(result.output.split())


@pytest.mark.parametrize("name", layouts())
def test_each_states_what_a_person_must_know(name: str) -> None:
    layout = layouts()[name]
    assert all((layout.title, layout.summary, layout.terms, layout.obtain, layout.citation))
    assert len(layout.folders) > 1
    assert "test" in layout.splits or name.startswith("reside-")
    assert f"restorebench-{layout.task}" == suite().datasets.provider(name).distribution
    assert not suite().datasets[name].default


@pytest.mark.parametrize("name", NAMES)
def test_one_is_not_taken_for_another(name: str, tmp_path: Path) -> None:
    layout = layouts()[name]
    fake_copy(layout, tmp_path / layout.folders[0], scenes=1)
    here = {other for other, one in layouts().items() if one.folder(tmp_path) is not None}
    family = {one for one in layouts() if one.split("-f")[0] == name.split("-f")[0]}
    shared = {"istd-plus", "istd-plus-official"}  # they have their test split in common
    assert here <= (shared if name in shared else family)
    assert layout.folder(tmp_path) == tmp_path / layout.folders[0]


def test_a_folder_of_the_right_name_with_other_files_is_checked(
    invoke: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "ISTD").mkdir()
    (tmp_path / "ISTD" / "readme.txt").touch()
    result = invoke("datasets", "check", "istd", "--data-root", tmp_path)
    assert result.exit_code == 1
    assert "no file fits a pattern of istd; it holds readme.txt" in " ".join(result.output.split())
