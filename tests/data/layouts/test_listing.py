"""Patterns of a split become scenes, and what does not fit together is said."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.listing import Listing, list_split
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.errors import ImageError, OptionError

Touch = Callable[..., Path]


def listing(folder: Path, **split: Any) -> Listing:
    layout = Layout(name="own", task="dehaze", splits={"test": split})
    return list_split(layout, folder, "test")


def names(scenes: tuple[SceneFiles, ...]) -> dict[str, list[str]]:
    """By id the names of degraded and target files."""
    return {s.id: [path.name for path in (*s.degraded, *s.target)] for s in scenes}


SOTS = {"degraded": "hazy/{id}_*.png", "target": "gt/{id}.png"}


def test_many_degraded_images_share_a_target(touch: Touch) -> None:
    folder = touch("hazy/1400_10.png", "hazy/1400_2.png", "hazy/99_1.png", "gt/1400.png")
    touch("gt/99.png")
    assert names(listing(folder, **SOTS).checked()) == {
        "99_1": ["99_1.png", "99.png"],
        "1400_2": ["1400_2.png", "1400.png"],
        "1400_10": ["1400_10.png", "1400.png"],
    }


def test_one_folder_may_hold_both(touch: Touch) -> None:
    folder = touch(*(f"{n:02}_{kind}.png" for n in range(1, 12) for kind in ("hazy", "GT")))
    scenes = listing(folder, degraded="{id}_hazy.png", target="{id}_GT.png").checked()
    assert [scene.id for scene in scenes] == [f"{n:02}" for n in range(1, 12)]


def test_of_several_readings_the_one_with_a_target_is_meant(touch: Touch) -> None:
    folder = touch("hazy/a_b_1.png", "hazy/a_b_1_2.png", "gt/a_b.png", "gt/c.png")
    found = listing(folder, **SOTS)
    assert names(found.checked())["a_b_1_2"] == ["a_b_1_2.png", "a_b.png"]
    assert found.notes == ("1 target has no degraded image: c",)


def test_a_name_that_fits_two_targets_is_refused(touch: Touch) -> None:
    folder = touch("hazy/a_1_2.png", "gt/a.png", "gt/a_1.png")
    with pytest.raises(ImageError, match=r"a_1_2\.png may belong to a or to a_1; rename it, or"):
        listing(folder, **SOTS).checked()


@pytest.mark.parametrize("pair", ["01", "12", "23", "LR", "lr", ("left", "right")])
def test_two_views_are_one_scene(touch: Touch, pair: str) -> None:
    folder = touch(*(f"lr/{i}_{view}.png" for i in ("1", "10", "2") for view in pair))
    touch(*(f"hr/{i}/hr{view}.png" for i in ("1", "10", "2") for view in "01"))
    rule = {"degraded": "lr/{id}_{view}.png", "target": "hr/{id}/hr{view}.png"}
    found = names(listing(folder, **rule).checked())
    assert list(found) == ["1", "2", "10"]
    assert found["10"] == [f"10_{pair[0]}.png", f"10_{pair[1]}.png", "hr0.png", "hr1.png"]


@pytest.mark.parametrize("views", [["L"], ["R"], ["L", "right"], ["0", "1", "2"], ["l", "R"]])
def test_views_are_of_one_convention(touch: Touch, views: list[str]) -> None:
    folder = touch(*(f"lr/a_{view}.png" for view in views), "hr/a_L.png", "hr/a_R.png")
    found = listing(folder, degraded="lr/{id}_{view}.png", target="hr/{id}_{view}.png")
    assert found.scenes == ()
    with pytest.raises(ImageError, match="degraded image a needs a left and a right view of one"):
        found.checked()


@pytest.mark.parametrize("other", ["a.PNG", "a.jpg"])
def test_two_files_for_one_are_named(touch: Touch, other: str) -> None:
    folder = touch("hazy/a_1.png", "gt/a.png", f"gt/{other}")
    with pytest.raises(ImageError, match=r"are both the target of a_1: which is meant\? Remove"):
        listing(folder, degraded="hazy/{id}_*", target="gt/{id}").checked()
    folder = touch(f"hazy/{Path(other).stem}_1{Path(other).suffix}")
    found = listing(folder, degraded="hazy/{id}_*", target="gt/{id}.png")
    assert "are both the degraded image a_1" in found.problems[0]


def test_a_degraded_image_without_target_says_what_there_is(touch: Touch) -> None:
    folder = touch("hazy/0001.png", "hazy/2.png", "gt/1.png", "gt/2.png")
    with pytest.raises(ImageError, match="no target of 1 of 2 samples") as error:
        listing(folder, degraded="hazy/{id}.png", target="gt/{id}.png").checked()
    assert "(0001): for 0001.png looked for gt/0001.png; there is 1 instead" in str(error.value)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("1400_9", "1401_2"), "Is it degraded=hazy/{id}_*.png,target=gt/{id}.png?"),
        (("1400_hazy", "1401_hazy"), "Is it degraded=hazy/{id}_hazy.png,target=gt/{id}.png?"),
        (("1400x4",), "Is it degraded=hazy/{id}x4.png,target=gt/{id}.png?"),
        (("a", "b"), "there is 1400, 1401 instead"),
    ],
)
def test_patterns_that_would_fit_are_shown(touch: Touch, names: list[str], said: str) -> None:
    folder = touch("gt/1400.png", "gt/1401.png", *(f"hazy/{name}.png" for name in names))
    (problem,) = listing(folder, degraded="hazy/{id}.png", target="gt/{id}.png").problems
    assert problem.endswith(said)


def test_names_differ_in_case(touch: Touch) -> None:
    folder = touch("hazy/Lena.png", "hazy/lena.png", "gt/lena.png", "gt/Lena.png", "gt/x.png")
    scenes = listing(folder, degraded="hazy/{id}.png", target="gt/{id}.png").checked()
    assert names(scenes) == {n: [f"{n}.png", f"{n}.png"] for n in ("Lena", "lena")}
    touch("hazy/X.png")
    with pytest.raises(ImageError, match=r"looked for gt/X\.png; there is x instead"):
        listing(folder, degraded="hazy/{id}.png", target="gt/{id}.png").checked()


def test_partners_are_found_across_unicode_forms(touch: Touch) -> None:
    nfc, nfd = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    folder = touch(f"hazy/{nfd}_1.png", f"gt/{nfc}.png")
    (scene,) = listing(folder, **SOTS).checked()
    assert scene.id == unicodedata.normalize("NFC", "café_1")


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (["hazy/1.jpg", "gt/1.png"], r"no file fits hazy/\{id\}_\*\.png in .*; hazy/ holds 1\.jpg"),
        (["Hazy/1_2.png", "gt/1.png"], r"no file fits hazy/.*; it holds Hazy/, gt/"),
        (["hazy/1_2.png", "gt/1.jpg"], r"no file fits gt/\{id\}\.png in .*; gt/ holds 1\.jpg"),
    ],
)
def test_a_pattern_without_files_says_what_is_there(
    touch: Touch, there: list[str], said: str
) -> None:
    with pytest.raises(ImageError, match=said):
        listing(touch(*there), **SOTS).checked()


def test_the_first_alternative_with_files_is_used(touch: Touch) -> None:
    folder = touch("test_A/1.png", "test_C_fixed/1.png", "test_C/1.png")
    rule = {"degraded": ["A/{id}.png", "test_A/{id}.png"]}
    for target in (["test_C_fixed/{id}.png", "test_C/{id}.png"], ["C/{id}", "test_C_fixed/{id}"]):
        (scene,) = listing(folder, **rule, target=target).checked()
        assert scene.target == (folder / "test_C_fixed" / "1.png",)


def test_masks_and_depth_are_found_by_sample_or_by_scene(touch: Touch) -> None:
    folder = touch("hazy/1_1.png", "hazy/1_2.png", "hazy/2_1.png", "gt/1.png", "gt/2.png")
    touch("mask/1_1.png", "depth/1.png", "depth/2.png")
    found = listing(folder, **SOTS, mask="mask/{id}.png", depth="depth/{id}.png")
    first, second, third = found.checked()
    assert (first.mask, second.mask) == (folder / "mask" / "1_1.png", None)
    assert second.depth == folder / "depth" / "1.png"
    assert third.depth == folder / "depth" / "2.png"
    assert found.notes == ("no mask of 2 of 3 samples (1_2, 2_1); looked for mask/1_2.png",)


def test_without_target_a_split_is_for_restoring(touch: Touch) -> None:
    (scene,) = listing(touch("in/1.jpg"), degraded="in/{id}").checked()
    assert scene.target == ()


@pytest.mark.parametrize(
    ("only", "ids"),
    [(["31-33"], ["031", "32"]), (["a-1", "40"], ["40", "a-1"]), ("40", ["40"])],
)
def test_a_split_may_be_part_of_a_folder(touch: Touch, only: Any, ids: list[str]) -> None:
    stems = ("031", "32", "40", "a-1", "a-2")
    folder = touch(*(f"{kind}/{stem}.png" for kind in ("hazy", "gt") for stem in stems))
    found = listing(folder, degraded="hazy/{id}.png", target="gt/{id}.png", only=only)
    assert [scene.id for scene in found.checked()] == ids
    assert found.notes == ()


def test_a_part_of_a_copy_is_noted(touch: Touch) -> None:
    folder = touch("hazy/1.png", "gt/1.png")
    rule = {"degraded": "hazy/{id}.png", "target": "gt/{id}.png"}
    found = listing(folder, **rule, count=20, only=["1", "2", "3-20"])
    assert len(found.checked()) == 1
    assert found.notes == ("1 of 20 samples are there", "not there: 2, 3-20")


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ({"numbers": [16, 1.8]}, [(16, 1.8), (16, 1.8)]),
        ("meta.txt", [(16, 2), (8, 0.5)]),
        ({"file": "meta.txt"}, [(16, 2), (8, 0.5)]),
    ],
)
def test_conditions_are_constants_or_from_a_file(
    touch: Touch, condition: Any, numbers: list[tuple[float, ...]]
) -> None:
    """A line may have the sample's name, or that of its target."""
    folder = touch("hazy/1_1.png", "hazy/2_1.png", "gt/1.png", "gt/2.png")
    (folder / "meta.txt").write_text("name,f\n1_1,16,2\n1,9,9\n2.png,8,.5\n")
    scenes = listing(folder, **SOTS, condition=condition).checked()
    assert [scene.condition for scene in scenes] == numbers


def test_a_sample_without_its_line_is_an_error(touch: Touch) -> None:
    folder = touch("hazy/1_1.png", "gt/1.png")
    found = listing(folder, **SOTS, condition="meta.txt")
    assert found.notes == (f"no conditions: {folder / 'meta.txt'} is not there",)
    (folder / "meta.txt").write_text("3,16\n")
    with pytest.raises(OptionError, match=r"meta\.txt has no line of numbers for '1_1'"):
        listing(folder, **SOTS, condition="meta.txt")


def test_a_plugin_reads_its_own_format(touch: Touch, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = touch("hazy/1_1.png", "gt/1.png", "lens_format.py")
    (folder / "lens_format.py").write_text(
        "import json\n\n\ndef read(path, images):\n"
        "    rows = json.loads(path.read_text())\n"
        "    return {name: (rows[name], len(image.name)) for name, image in images.items()}\n"
    )
    (folder / "meta.json").write_text('{"1_1": 1.8}')
    monkeypatch.syspath_prepend(folder)
    file = {"file": ["lenses.json", "meta.json"], "reader": "lens_format:read"}
    (scene,) = listing(folder, **SOTS, condition=file).checked()
    assert scene.condition == (1.8, len("1_1.png"))


def test_one_degraded_image_may_have_several_targets(touch: Touch) -> None:
    folder = touch("in/7_f22.png", "gt/7/7_f2.0.png", "gt/7/7_f16.png", "in/8_f22.png")
    found = listing(folder, degraded="in/{id}_f22.png", target="gt/*/{id}_f*.png")
    assert [(s.id, s.degraded[0].name, s.target[0].name) for s in found.scenes] == [
        ("7_f2.0", "7_f22.png", "7_f2.0.png"),
        ("7_f16", "7_f22.png", "7_f16.png"),
    ]
    assert "no target of 1 of 3 samples (8)" in found.problems[0]


def test_ten_thousand_files_are_listed_in_about_a_second(touch: Touch) -> None:
    folder = touch("hazy/0_1.png", "gt/0.png")
    for number in range(1, 5000):
        (folder / f"hazy/{number:05}_0.8_0.2.png").hardlink_to(folder / "gt/0.png")
        (folder / f"gt/{number:05}.png").hardlink_to(folder / "gt/0.png")
    start = time.process_time()
    assert len(listing(folder, **SOTS).checked()) == 5000
    assert time.process_time() - start < 1.5
