"""A plugin's layout is a data set, found below a root."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.dataset import Dataset
from restorebench.errors import OptionError
from restorebench.plugins import Suite

LAYOUT = """
name = "public"
task = "{task}"
summary = "Two pairs"
terms = "research"
obtain = "ask the authors"
folders = ["Public", "PUBLIC-1"]
[splits.test]
count = 3
degraded = "in/{{id}}.png"
target = "gt/{{id}}.png"
"""


@pytest.fixture
def public(suite_with: Callable[[Path], Suite], tmp_path: Path) -> Suite:
    """A plugin with a layout file."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "public.toml").write_text(LAYOUT.format(task="dehaze"))
    return suite_with(tmp_path / "layouts")


def test_a_layout_of_a_plugin_is_a_data_set(public: Suite) -> None:
    spec = public.datasets["public"]
    assert (spec.task, spec.splits, spec.default) == ("dehaze", ("test",), False)
    assert (spec.summary, spec.licence) == ("Two pairs", "research")


@pytest.mark.parametrize("how", ["option", "environment", "file", "deeper", "itself"])
def test_it_lies_below_a_root(
    opened: Callable[..., Dataset],
    public: Suite,
    image: Callable[..., None],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    image(*(f"data/PUBLIC-1/{side}/{n}.png" for side in ("in", "gt") for n in "12"))
    if how == "environment":
        monkeypatch.setenv("RESTOREBENCH_DATA", str(folder / "data"))
    elif how == "file":
        (folder / "restorebench.toml").write_text('data_root = "data"')
    roots = {"option": Path("data"), "itself": folder / "data" / "PUBLIC-1", "deeper": Path("data")}
    dataset = opened(public, "public", root=roots.get(how))
    assert (dataset.ids, dataset.whole) == (("1", "2"), 3)
    assert dataset.notes == ("2 of 3 samples are there",)


@pytest.mark.parametrize(
    ("root", "said"),
    [
        (None, "there is no data root; give --data-root, RESTOREBENCH_DATA or data_root"),
        (".", r"looked for Public or PUBLIC-1 in \., and for its files there"),
        ("nowhere", "the data root nowhere is not a folder"),
    ],
)
def test_an_absent_one_says_how_to_get_it(
    opened: Callable[..., Dataset], public: Suite, root: str | None, said: str
) -> None:
    with pytest.raises(OptionError, match=f"not on this machine: {said}.* ask the authors"):
        opened(public, "public", root=None if root is None else Path(root))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 3", "public.toml cannot be used"),
        ('name = "public"', "lacks 'task'"),
        ("x", "public.toml cannot be used"),
        (LAYOUT.format(task="nowhere"), "its task is an unknown task 'nowhere'"),
    ],
)
def test_a_broken_layout_is_reported(
    suite_with: Callable[[Path], Suite], public: Suite, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "layouts" / "public.toml").write_text(text)
    suite = suite_with(tmp_path / "layouts")
    assert "public" not in suite.datasets
    assert said in str(suite.failures[0].error)


def test_a_folder_without_layouts_is_reported(
    suite_with: Callable[[Path], Suite], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (failure,) = suite_with(tmp_path / "empty").failures
    assert "holds no layouts" in str(failure.error)
