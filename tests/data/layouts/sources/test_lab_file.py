"""A lab names its data sets in ``restorebench.toml``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.dataset import open_split
from restorebench.data.layouts.sources import with_sources
from restorebench.errors import (
    DuplicateNameError,
    OptionError,
)
from restorebench.plugins import Suite

LAB = """
data_root = "public"

[datasets.fog-2026]
task = "dehaze"
root = "fog"
summary = "Our fog chamber"
degraded = "hazy/{id}_*.png"
target = "gt/{id}.png"

[datasets.two-splits]
task = "dehaze"
[datasets.two-splits.splits.val]
degraded = "fog/hazy/{id}_*.png"
[datasets.two-splits.splits.test]
degraded = "fog/hazy/{id}_*.png"

[datasets.our-pairs]
task = "dehaze"
source = "pairs"
"""


def test_a_lab_names_its_data_sets_in_a_file(
    suite: Suite, image: Callable[..., None], folder: Path
) -> None:
    image("fog/hazy/1_1.png", "fog/gt/1.png", "pairs/hazy/7.png", "pairs/gt/7.png")
    (folder / "restorebench.toml").write_text(LAB)
    found, names = with_sources(suite, ["fog-2026", "our-pairs"])
    assert names == ["fog-2026", "our-pairs"]
    assert found.datasets["fog-2026"].summary == "Our fog chamber"
    assert found.datasets["two-splits"].splits == ("val", "test")
    assert open_split(found, "fog-2026", "test").ids == ("1_1",)
    assert open_split(found, "two-splits", "val")["1_1"].target is None
    pairs = open_split(found, "our-pairs", "test")
    assert (pairs.name, pairs.ids) == ("our-pairs", ("7",))
    assert "fog-2026" not in suite.datasets


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("data_root", "dataroot", "no key dataroot; did you mean 'data_root'"),
        ('"public"', "3", "data_root is 3"),
        ('target = "gt', 'targat = "gt', r"datasets\.fog-2026.* no key targat; there are"),
        ('root = "fog"', 'source = "x"', "fog-2026.* stands beside source"),
        ("fog-2026", "known", "'known' is an installed data set already"),
        ('task = "dehaze"\nroot', "root", r"datasets\.fog-2026.* task is missing"),
        ("[datasets.our-pairs]", "[datasets.our-pairs", "cannot be read as TOML"),
    ],
)
def test_a_mistake_in_it_is_named(
    suite: Suite, image: Callable[..., None], folder: Path, old: str, new: str, said: str
) -> None:
    image("pairs/hazy/7.png", "pairs/gt/7.png")
    (folder / "restorebench.toml").write_text(LAB.replace(old, new, 1))
    with pytest.raises((OptionError, DuplicateNameError), match=rf"restorebench\.toml.*{said}"):
        with_sources(suite, [])
