"""What a user writes for a data set becomes one, or an error that shows what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.data.dataset import Dataset, open_split
from restorebench.data.layouts.inline import name_of, parse_description
from restorebench.data.layouts.sources import data_source, with_sources
from restorebench.errors import (
    DuplicateNameError,
    ImageError,
    ImageWarning,
    OptionError,
    UnknownNameError,
)
from restorebench.plugins import Suite

SOTS = "degraded=hazy/{id}_*.png,target=gt/{id}.png"


def test_patterns_are_a_data_set(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None]
) -> None:
    image("hazy/1400_9.png", "hazy/1400_10.png")
    image("gt/1400.png", level=200)
    dataset = opened(suite, SOTS)
    assert (dataset.name, dataset.ids) == ("lab", ("1400_9", "1400_10"))
    sample = dataset["1400_10"]
    assert sample.degraded.max() == np.float32(100 / 255)
    assert sample.target is not None
    assert sample.target.min() == np.float32(200 / 255)


@pytest.mark.parametrize("place", ["relative", "root", "absolute", "home"])
def test_patterns_may_lie_anywhere(
    opened: Callable[..., Dataset],
    suite: Suite,
    image: Callable[..., None],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    image("a b/SOTS (1)/hazy/1_1.png", "a b/SOTS (1)/gt/1.png")
    there = "a b/SOTS (1)"
    monkeypatch.setenv("HOME", str(folder))
    before = {"relative": there, "root": ".", "absolute": folder / there, "home": f"~/{there}"}
    text = f"degraded={before[place]}/hazy/{{id}}_*.png,target={before[place]}/gt/{{id}}.png"
    dataset = opened(suite, text, root=folder / there if place == "root" else None)
    assert (dataset.name, dataset.ids) == ("sots-1", ("1_1",))


def test_a_description_may_state_more(
    suite: Suite, image: Callable[..., None], folder: Path
) -> None:
    image("lr/1.png", level=9)
    image("hr/1.png", size=(16, 24))
    (folder / "mask").mkdir()
    Image.fromarray(np.full((4, 6), 255, np.uint8)).save(folder / "mask" / "1.png")
    (folder / "depth").mkdir()
    Image.fromarray(np.full((4, 6), 1500, np.uint16)).save(folder / "depth" / "1.png")
    text = (
        "degraded=lr/{id}.png,target=hr/{id}.png,mask=mask/{id}.png,depth=depth/{id}.png,"
        "depth_unit=0.001,condition=16,1.8,scale=4,name=my-haze,task=dehaze,split=val"
    )
    suite, (name,) = with_sources(suite, [text])
    sample = open_split(suite, name, "val")["1"]
    assert (name, sample.scale, sample.condition.tolist()) == (
        "my-haze",
        4,
        [16, np.float32(1.8)],
    )
    assert sample.mask is not None
    assert sample.mask.min() == 1
    assert sample.depth is not None
    assert sample.depth.max() == np.float32(1.5)


def test_conditions_come_from_a_file(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None], folder: Path
) -> None:
    image("in/a.png", "in/b.png", "gt/a.png", "gt/b.png")
    (folder / "meta.txt").write_text("a,16,1.8\nb.png,8,2\n")
    text = "degraded=in/{id}.png,target=gt/{id}.png,condition=meta.txt"
    conditions = [sample.condition.tolist() for sample in opened(suite, text)]
    assert conditions == [[16, np.float32(1.8)], [8, 2]]


def test_the_scale_follows_from_sizes_where_the_task_resizes(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None]
) -> None:
    for name in "ab":
        image(f"lr/{name}/lr0.png", f"lr/{name}/lr1.png")
        image(f"hr/{name}_L.png", f"hr/{name}_R.png", size=(8, 12))
    text = "degraded=lr/{id}/lr{view}.png,target=hr/{id}_{view}.png"
    sample = opened(suite, text, "stereo")["a"]
    assert (sample.degraded.shape, sample.scale) == ((2, 3, 4, 6), 2)
    image("hr/b_L.png", "hr/b_R.png", size=(8, 11))
    for task in ("stereo", "dehaze"):
        with pytest.raises(ImageError, match=r"b_L\.png is 11×8, .*lr0\.png 6×4; expected the s"):
            opened(suite, text, task)["b"]
    with pytest.raises(ImageError, match="expected 2 times the size"):
        opened(suite, text + ",scale=2", "stereo")["b"]
    with pytest.raises(ImageError, match=r"a_L\.png is 12×8, .*lr0\.png 6×4; expected the same"):
        opened(suite, text, "dehaze")["a"]


@pytest.mark.filterwarnings("ignore:.*it is grey")
def test_inputs_are_converted_and_targets_are_not(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None], folder: Path
) -> None:
    image("hazy/1.png", "gt/1.png")
    Image.new("L", (6, 4), 100).save(folder / "hazy" / "1.png")
    text = "degraded=hazy/{id}.png,target=gt/{id}.png"
    with pytest.warns(ImageWarning, match=r"hazy/1\.png: it is grey"):
        sample = opened(suite, text)["1"]
    assert sample.degraded.shape == (1, 3, 4, 6)
    assert "grey" in str(sample.meta["notes"])
    Image.new("L", (6, 4), 100).save(folder / "gt" / "1.png")
    with pytest.raises(ImageError, match=r"gt/1\.png is grey"):
        opened(suite, text)["1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("target=gt/{id}.png", "does not say which images are degraded; write degraded=hazy"),
        ("degraded=a/{id},degraded=b/{id}", "degraded in .* is there twice"),
        ("degraded=,target=gt/{id}", "degraded in .* is empty"),
        ("degraded=a/{id},target=b/{id},scale=x", "scale is 'x'; expected"),
        ("degraded=a/*.png,target=b/{id}", r"expected \{id\} in it"),
        ("degraded=a/{id},target=b/{id},name=My data", "name is 'My data'"),
        ("degraded=a/{id},target=b/{id},task=dehase", "unknown task 'dehase'; did you mean"),
        ("nowhere", "unknown data set 'nowhere'.* write --data 'degraded=hazy"),
        ("no/where", "no/where does not exist; give a folder of pairs, patterns"),
    ],
)
def test_what_is_not_understood_is_said(
    opened: Callable[..., Dataset], suite: Suite, text: str, said: str
) -> None:
    with pytest.raises((OptionError, UnknownNameError), match=said):
        opened(suite, text)


def test_a_comma_belongs_to_the_value_before_it() -> None:
    text = "degraded=a,b/{id}.png,target=c=d/{id}.png"
    assert parse_description(text) == {"degraded": "a,b/{id}.png", "target": "c=d/{id}.png"}


def test_the_task_must_be_known(suite: Suite) -> None:
    with pytest.raises(OptionError, match=r"say what is restored: --task dehaze\|stereo"):
        data_source(suite, SOTS)


def test_a_stated_field_without_files_is_an_error(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None]
) -> None:
    image("hazy/1_1.png", "gt/1.png")
    for more, said in ((",mask=mask/{id}.png", "no file fits mask/"), (",condition=m", "m is not")):
        with pytest.raises(ImageError, match=said):
            opened(suite, SOTS + more)


def test_names_do_not_collide(
    opened: Callable[..., Dataset], suite: Suite, image: Callable[..., None]
) -> None:
    assert name_of(Path("Known"), ["known", "known-2"]) == "known-3"
    assert name_of(Path("/")) == "own-data"
    image("hazy/1_1.png", "gt/1.png")
    with pytest.raises(DuplicateNameError, match="'known' is an installed data set already"):
        opened(suite, SOTS + ",name=known")
    assert with_sources(suite, [SOTS, SOTS], tasks=["d*"])[1] == ["lab", "lab-2"]


def test_installed_names_and_patterns_stay_what_they_are(suite: Suite, folder: Path) -> None:
    (folder / "known").mkdir()
    assert with_sources(suite, ["known", "kno*"]) == (suite, ["known", "kno*"])
    assert data_source(suite, "known") is suite.datasets["known"]
