"""What public data sets state of their lenses: all of it is read, and nothing is made up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.data.check.dataset_check import DatasetCheck
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.listing import list_split
from restorebench.errors import RestorebenchError
from restorebench.testing.fake_copy import fake_copy
from restorebench_bokeh import CONDITION, layout_conditions
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.lens import focus_distance

LAYOUTS = Path(layout_conditions.__file__).parent / "layouts"
FACTS = {
    "source_av": 22.0,
    "focal_length": 50,
    "focus_plane_distance": 2.5,
    "target_avs": [2.0, 10.0],
}


@pytest.fixture
def betd(tmp_path: Path) -> Path:
    fake_copy(Layout.read(LAYOUTS / "betd.toml"), tmp_path, scenes=2)
    lines = "101, Sony50mmf1.8BS, Sony50mmf16.0BS, 35\n102, Canon50mmf1.4BS, Sony50mmf1.8BS, 0\n"
    for number, split in enumerate(("train", "val", "test")):
        text = lines.replace("10", f"0{number}0")
        (tmp_path / split / "meta.txt").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def realbokeh(tmp_path: Path) -> Path:
    fake_copy(Layout.read(LAYOUTS / "realbokeh.toml"), tmp_path, scenes=2)
    for split in ("train", "validation", "test"):
        for image in (tmp_path / split / "in").iterdir():
            scene = image.name.split("_")[0]
            file = tmp_path / split / "metadata" / f"{scene}.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(FACTS), encoding="utf-8")
    return tmp_path


def scenes(name: str, folder: Path, split: str = "test") -> dict[str, tuple[float, ...]]:
    listing = list_split(Layout.read(LAYOUTS / f"{name}.toml"), folder, split)
    return {scene.id: scene.condition for scene in listing.checked()}


def problems(name: str, folder: Path) -> list[str]:
    check = DatasetCheck(Layout.read(LAYOUTS / f"{name}.toml"), folder)
    list(check.read())
    return [str(found) for found in check.problems]


def test_betd_states_lenses_and_disparity_which_imply_the_focus(betd: Path) -> None:
    width = 24  # of the made-up images
    found = scenes("betd", betd)
    assert found["0201"] == pytest.approx((1.8, 16, 50, focus_distance(35, 50, width), 35))
    assert found["0202"] == pytest.approx((1.4, 1.8, 50))  # a disparity of 0 implies no focus
    assert problems("betd", betd) == []


def test_betd_may_lie_in_one_flat_folder(betd: Path) -> None:
    for path in (betd / "train").iterdir():
        path.rename(betd / path.name)
    (betd / "train").rmdir()
    assert set(scenes("betd", betd, "train")) == {"0001", "0002"}


def test_each_line_of_betd_that_is_wrong_or_absent_is_named(betd: Path) -> None:
    meta = betd / "test" / "meta.txt"
    lines = meta.read_text(encoding="utf-8").splitlines()
    meta.write_text("\n".join([lines[0].replace("35", "x"), lines[1].replace("Sony", "Nikon")]))
    first, second = problems("betd", betd)
    assert first.startswith("test/meta.txt, line 1: the disparity is 'x'; expected a number")
    assert second.startswith("test/meta.txt, line 2: unknown lens 'Nikon50mmf1.8BS'")
    meta.write_text(lines[0])
    (absent,) = problems("betd", betd)
    assert absent.startswith("test/meta.txt has no line of numbers for 0202")
    meta.unlink()
    assert problems("betd", betd)[0].startswith("test/meta.txt is not there, so the numbers")


def test_realbokeh_states_everything_for_each_of_its_targets(realbokeh: Path) -> None:
    found = scenes("realbokeh", realbokeh)
    assert list(found) == ["0201_f2", "0201_f10", "0202_f2", "0202_f10"]
    condition = Condition.read(np.array(found["0201_f10"], np.float32), "here")
    assert (condition.source_f_number, condition.target_f_number) == (22, 10)
    assert (condition.focal_length, condition.focus_distance) == (50, 2.5)
    # f² / (Z_f − f) · W / 36 mm = 2500 / 2450 · 24 / 36 px
    assert condition.disparity == pytest.approx(2500 / 2450 * 24 / 36)
    assert problems("realbokeh", realbokeh) == []


def test_metadata_of_realbokeh_that_cannot_be_used_is_named(realbokeh: Path) -> None:
    file = realbokeh / "test" / "metadata" / "0201.json"
    file.write_text('{"source_av": 22}', encoding="utf-8")
    with pytest.raises(RestorebenchError, match=r"0201\.json: expected source_av, focal_length"):
        scenes("realbokeh", realbokeh)
    file.unlink()
    assert len(problems("realbokeh", realbokeh)) == 2
    assert "has no line of numbers for 0201_f2" in problems("realbokeh", realbokeh)[0]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("vabd-f1.8", (16, 1.8)),
        ("vabd-f2.8", (16, 2.8)),
        ("vabd-f8", (16, 8)),
        ("ebb", (16, 1.8, 50)),
    ],
)
def test_others_state_f_numbers_and_the_rest_is_left_unknown(
    name: str, known: tuple[float, ...], tmp_path: Path
) -> None:
    fake_copy(Layout.read(LAYOUTS / f"{name}.toml"), tmp_path)
    assert set(scenes(name, tmp_path).values()) == {known}
    assert len(known) < len(CONDITION)


def test_turned_images_are_as_wide_as_their_longer_side(tmp_path: Path) -> None:
    Image.new("RGB", (16, 24)).save(tmp_path / "7_f22.jpg")
    (tmp_path / "7.json").write_text(json.dumps(FACTS), encoding="utf-8")
    found = layout_conditions.realbokeh(tmp_path, {"7_f2.0": tmp_path / "7_f22.jpg"})
    assert found["7_f2.0"][-1] == pytest.approx(2500 / 2450 * 24 / 36)
