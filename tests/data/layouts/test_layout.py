"""A layout is data: a TOML file whose mistakes are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.layouts.layout import ConditionRule, Layout
from restorebench.errors import OptionError

Touch = Callable[..., Path]

TEXT = """
name = "o-haze"
title = "O-HAZE"
task = "dehaze"
folders = ["O-HAZE", "OHAZE"]
size = [6, 4]

[splits.test]
count = 5
degraded = "{id}_outdoor_hazy.jpg"
target = ["GT/{id}_outdoor_GT.jpg", "gt/{id}.jpg"]
mask = "mask/{id}"
condition = { numbers = [16, 1.8] }
only = ["41-45"]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str = TEXT, name: str = "o-haze.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_a_layout_is_read_from_toml(written: Callable[..., Path]) -> None:
    layout = Layout.read(written())
    split = layout.split("test")
    assert (layout.name, layout.size, layout.scale) == ("o-haze", (6, 4), None)
    assert [p.text for p in split.patterns("target")] == [
        "GT/{id}_outdoor_GT.jpg",
        "gt/{id}.jpg",
    ]
    assert split.condition == ConditionRule(numbers=(16, 1.8))
    assert [split.includes(key) for key in ("40", "041", "45", "46", "x")] == [
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('task = "dehaze"', "", "task is missing"),
        ('title = "O-HAZE"', 'titel = "O-HAZE"', "no key titel; did you mean 'title'"),
        ("degraded =", "degrade =", r"splits\.test: .* no key degrade; did you mean 'degraded'"),
        ("size = [6, 4]", "size = [6]", "size"),
        ("count = 5", "count = -5", r"splits\.test: count is -5; expected"),
        ("{id}_outdoor_hazy", "*_outdoor_hazy", r"expected \{id\} in it"),
        ("{id}_outdoor_hazy", "{id}_{view}", r"target is .*expected \{view\} in it where 'degrad"),
        ('"mask/{id}"', '"mask/{id}_{view}"', r"mask is .* no \{view\}"),
        (
            "numbers = [16, 1.8]",
            'numbers = ["x"]',
            r"condition: numbers\.0 is 'x'; expected a number",
        ),
        ("numbers = [16, 1.8]", 'reader = "a:b"', "either a file or numbers"),
        ('name = "o-haze"', 'name = "O haze"', "name is 'O haze'"),
        ('name = "o-haze"', 'name = "i-haze"', r"name the file i-haze\.toml"),
        ("[splits.test]", "[splits.test", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(
    written: Callable[..., Path], old: str, new: str, said: str
) -> None:
    with pytest.raises(OptionError, match=rf"o-haze\.toml.*{said}"):
        Layout.read(written(TEXT.replace(old, new)))


@pytest.mark.parametrize("place", ["O-HAZE/", "OHAZE/", ""])
def test_a_data_set_lies_below_a_root_or_at_it(
    touch: Touch, written: Callable[..., Path], place: str
) -> None:
    layout = Layout.read(written())
    root = touch(f"{place}1_outdoor_hazy.jpg", f"{place}gt/1.jpg", "Dense-Haze/1_hazy.png")
    (root / "O-HAZE").mkdir(exist_ok=True)
    assert layout.folder(root) == root / place


def test_a_data_set_may_be_absent(touch: Touch, written: Callable[..., Path]) -> None:
    assert Layout.read(written()).folder(touch("other/1.png")) is None


def test_one_without_any_of_its_targets_is_another_one(
    touch: Touch, written: Callable[..., Path]
) -> None:
    root = touch("O-HAZE/1_outdoor_hazy.jpg", "O-HAZE/clear/1.jpg")
    assert Layout.read(written()).folder(root) is None


def test_an_unknown_split_lists_those_there_are(written: Callable[..., Path]) -> None:
    with pytest.raises(OptionError, match="o-haze has no split 'val'; it has test"):
        Layout.read(written()).split("val")
