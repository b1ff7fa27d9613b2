"""What a check says: sentences with the file, what is wrong with it, and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from restorebench.data.check.dataset_check import DatasetCheck
from restorebench.data.check.near_names import difference
from restorebench.data.check.sizes import advice
from restorebench.data.layouts.layout import Layout
from restorebench.testing.fake_copy import fake_copy

PAIRS = {"degraded": "hazy/{id}_hazy.png", "target": "GT/{id}_GT.png"}


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., tuple[Layout, Path]]:
    """A layout of one split ``test`` and a clean copy of it."""

    def make(*, scenes: int = 4, **facts: Any) -> tuple[Layout, Path]:
        split = {**PAIRS, **{key: facts.pop(key) for key in list(facts) if key in SPLIT}}
        layout = Layout(name="mine", task="dehaze", splits={"test": split}, **facts)
        fake_copy(layout, tmp_path / "data", scenes)
        return layout, tmp_path / "data"

    return make


SPLIT = ("degraded", "target", "mask", "condition", "only", "count")


def said(layout: Layout, folder: Path, *splits: str) -> tuple[list[str], list[str]]:
    """Problems and notes."""
    check = DatasetCheck(layout, folder, splits)
    list(check.read())
    notes = [str(f) for split in check.splits for f in split.findings if f.note]
    return [str(found) for found in check.problems], notes


@pytest.mark.parametrize(
    ("there", "expected", "words"),
    [
        ("01_gt.png", "01_GT.png", "differs only in upper and lower case"),
        ("01_GT.jpg", "01_GT.png", "differs only in its suffix"),
        ("001_GT.png", "01_GT.png", "differs only in leading zeros"),
        ("01-GT.png", "01_GT.png", "differs only in dashes, dots, underscores or spaces"),
        ("01_GT (1).png", "01_GT.png", "differs only in a mark that copying leaves"),
        ("01_GT - Copy.png", "01_GT.png", "differs only in a mark that copying leaves"),
        ("0801x2.png", "0801.png", "has 'x2' more than the expected name"),
        ("01.png", "01_GT.png", "lacks '_GT' of the expected name"),
        ("01_TG.png", "01_GT.png", "is spelt differently"),
        ("02_GT.png", "01_GT.png", ""),
        ("140.png", "1400.png", ""),
        ("tree.png", "house.png", ""),
    ],
)
def test_names_that_are_nearly_the_expected_ones(there: str, expected: str, words: str) -> None:
    assert difference(there, expected) == words


@pytest.mark.parametrize(
    ("there", "expected", "words"),
    [
        ((480, 640), (640, 480), "turned by 90°"),
        ((320, 240), (640, 480), "resized (2 times)"),
        ((640, 480), (620, 460), "if it has a border, cut off 10 and 10 pixels on each side"),
        ((600, 480), (640, 480), "never resized or cropped to fit"),
    ],
)
def test_sizes_that_do_not_go_together(
    there: tuple[int, int], expected: tuple[int, int], words: str
) -> None:
    assert words in advice(there, expected)


def test_a_target_with_another_name_is_shown_with_the_right_one(copied):
    layout, folder = copied()
    (folder / "GT/0001_GT.png").rename(folder / "GT/0001_gt.png")
    assert said(layout, folder)[0] == [
        "GT/0001_gt.png seems to be the target of hazy/0001_hazy.png, but its name differs only "
        "in upper and lower case; rename it to GT/0001_GT.png"
    ]


def test_a_degraded_image_with_another_name_likewise(copied):
    layout, folder = copied()
    (folder / "hazy/0002_hazy.png").rename(folder / "hazy/0002_haze.png")
    assert said(layout, folder)[0] == [
        "hazy/0002_haze.png seems to be the degraded image of GT/0002_GT.png, but its name is "
        "spelt differently; rename it to hazy/0002_hazy.png"
    ]


def test_nothing_stops_at_the_first_problem(copied):
    layout, folder = copied(folders=["mine"])
    (folder / "GT/0001_GT.png").unlink()
    (folder / "GT/0002_GT.png").write_bytes(b"")
    Image.new("L", (24, 16)).save(folder / "hazy/0003_hazy.png")
    assert [problem.split(" ")[0] for problem in said(layout, folder)[0]] == [
        "hazy/0001_hazy.png",
        "GT/0002_GT.png",
        "hazy/0003_hazy.png",
    ]


def test_inputs_of_own_data_may_be_of_kinds_that_are_converted(copied):
    layout, folder = copied()
    Image.effect_noise((24, 16), 50).save(folder / "hazy/0003_hazy.png")
    problems, notes = said(layout, folder)
    assert problems == []
    assert notes[0].startswith("hazy/0003_hazy.png: ")


def test_files_in_the_folder_of_the_others_are_sent_back(copied):
    layout, folder = copied()
    (folder / "GT/0001_GT.png").rename(folder / "hazy/0001_GT.png")
    (folder / "hazy/0001_hazy.png").rename(folder / "GT/0001_hazy.png")
    assert said(layout, folder)[0] == [
        "GT/0001_hazy.png is named like a degraded image, but does not lie in hazy; "
        "move it to hazy",
        "hazy/0001_GT.png is named like a target, but does not lie in GT; move it to GT",
    ]


def test_a_folder_with_another_name_is_shown_with_the_right_one(copied):
    layout, folder = copied()
    (folder / "GT").rename(folder / "gt")
    assert said(layout, folder)[0][0] == (
        "gt seems to be the folder of the targets, but its name differs only in upper and lower "
        "case; rename it to GT"
    )


def test_a_folder_that_is_absent_is_looked_for_in_words(copied):
    layout, folder = copied()
    (folder / "GT").rename(folder / "references")
    problem = said(layout, folder)[0][0]
    assert problem.startswith("no target is there: no file fits GT/{id}_GT.png")
    assert "hazy/, references/" in problem


def test_images_that_belong_to_no_pattern_are_named(copied):
    layout, folder = copied()
    Image.new("RGB", (24, 16)).save(folder / "GT/0009.png")
    Image.new("RGB", (24, 16)).save(folder / "GT/overview.png")
    problems, notes = said(layout, folder)
    assert problems == [
        "GT/0009.png fits no pattern of mine and is ignored; if it belongs to the data set, name "
        "it as GT/{id}_GT.png; else take it away"
    ]
    assert notes[0].startswith("GT/overview.png fits no pattern")


def test_two_files_for_one_image(copied):
    layout, folder = copied(target="GT/{id}_GT")
    Image.new("RGB", (24, 16)).save(folder / "GT/0001_GT.jpg")
    assert said(layout, folder)[0] == [
        "GT/0001_GT.png and GT/0001_GT.jpg are both the target of 0001; "
        "remove the one that is not meant"
    ]


def test_a_part_is_a_note_and_too_many_are_a_problem(copied):
    layout, folder = copied(count=10)
    assert said(layout, folder) == (
        [],
        ["4 of 10 samples are there; a part can be used; boards say that it is one"],
    )
    few = layout.model_copy(
        update={"splits": {"test": layout.splits["test"].model_copy(update={"count": 3})}}
    )
    assert said(few, folder)[0] == [
        "4 samples are there where mine has 3; take away what does not belong to it"
    ]


def test_numbers_outside_all_splits_belong_to_none(copied):
    layout, folder = copied(only=["01-04"])
    for field, name in (("hazy", "56_hazy.png"), ("GT", "56_GT.png")):
        Image.effect_noise((24, 16), 50).convert("RGB").save(folder / field / name)
    problems = said(layout, folder)[0]
    assert [problem.partition(";")[0] for problem in problems] == [
        "hazy/56_hazy.png belongs to no split of mine by its number",
        "GT/56_GT.png belongs to no split of mine by its number",
    ]


def test_the_same_image_in_two_splits_is_found(tmp_path: Path) -> None:
    splits = {
        name: {"degraded": f"{name}/in/{{id}}.png", "target": f"{name}/gt/{{id}}.png"}
        for name in ("train", "test")
    }
    layout = Layout(name="mine", task="dehaze", splits=splits)
    fake_copy(layout, tmp_path)
    first = (tmp_path / "train/gt/0001.png").read_bytes()
    (tmp_path / "test/gt/0101.png").write_bytes(first)
    assert said(layout, tmp_path)[0] == [
        "test/gt/0101.png is the same image as train/gt/0001.png (train), pixel for pixel; "
        "one of the two is a wrong copy, or is there twice"
    ]


def test_a_line_of_conditions_that_is_absent(copied):
    layout, folder = copied(condition="meta.txt")
    lines = (folder / "meta.txt").read_text(encoding="utf-8").splitlines()
    (folder / "meta.txt").write_text("\n".join(lines[1:]), encoding="utf-8")
    assert said(layout, folder)[0] == [
        "meta.txt has no line of numbers for 0001; add it, or take the scene away"
    ]


def test_a_split_that_is_not_there_is_a_note_if_others_are(tmp_path: Path) -> None:
    splits = {name: {"degraded": f"{name}/{{id}}.png"} for name in ("train", "test")}
    layout = Layout(name="mine", task="dehaze", splits=splits)
    fake_copy(layout, tmp_path)
    for path in (tmp_path / "train").iterdir():
        path.unlink()
    (tmp_path / "train").rmdir()
    assert said(layout, tmp_path) == ([], ["the split is not there: no file fits train/{id}.png"])


def test_masks_that_are_all_absent_are_a_note(copied):
    layout, folder = copied(mask="mask/{id}.png")
    for path in (folder / "mask").iterdir():
        path.unlink()
    problems, notes = said(layout, folder)
    assert problems == []
    assert notes == [
        "there is no mask at all: looked for mask/{id}.png; what needs them will be left out"
    ]


def test_what_can_be_read_may_still_not_be_meant(copied):
    layout, folder = copied(mask="mask/{id}.png", folders=["mine"])
    Image.new("RGB", (24, 16), "grey").save(folder / "GT/0001_GT.png")
    with Image.open(folder / "hazy/0002_hazy.png") as image:
        image.save(folder / "hazy/0002_hazy.png", "JPEG")
    Image.new("L", (24, 16)).save(folder / "mask/0003.png")
    assert said(layout, folder)[0] == [
        "GT/0001_GT.png has one colour everywhere; get it again",
        "hazy/0002_hazy.png is a JPEG, although its name ends in .png; compression has changed its "
        "pixels: get the original",
        "mask/0003.png is black everywhere: nothing is in it; get it again",
    ]


def test_a_pair_of_another_size_than_all_others_is_noted(copied):
    layout, folder = copied()
    for name in ("hazy/0002_hazy.png", "GT/0002_GT.png"):
        with Image.open(folder / name) as image:
            image.resize((12, 8)).save(folder / name)
    problems, notes = said(layout, folder)
    assert problems == []
    assert notes == [
        "hazy/0002_hazy.png is 12×8, but all others are 24×16; one of the two was resized "
        "(2 times): get the original of that one again"
    ]


def test_findings_are_plain_data_too(copied):
    layout, folder = copied()
    (folder / "GT/0001_GT.png").unlink()
    check = DatasetCheck(layout, folder)
    list(check.read())
    facts = check.facts()
    assert (facts["dataset"], facts["clean"]) == ("mine", False)
    (problem,) = facts["splits"][0]["problems"]
    assert problem == {
        "kind": "no-target",
        "file": "hazy/0001_hazy.png",
        "what": "has no target: looked for GT/0001_GT.png",
        "remedy": "get the missing file again, or take this one away",
        "text": "hazy/0001_hazy.png has no target: looked for GT/0001_GT.png; "
        "get the missing file again, or take this one away",
    }
