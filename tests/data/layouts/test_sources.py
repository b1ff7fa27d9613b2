"""What a user writes for a data set becomes one, or an error that shows what to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench import DatasetSpec, TaskSpec, hookimpl
from restorebench.data.dataset import Dataset, open_split
from restorebench.data.images import write_image
from restorebench.data.layouts.inline import name_of, parse_description
from restorebench.data.layouts.sources import data_source, with_sources
from restorebench.errors import (
    DuplicateNameError,
    ImageError,
    ImageWarning,
    OptionError,
    UnknownNameError,
)
from restorebench.plugins import Suite, inline

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
    return Suite([inline(Tasks(), "tasks")])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
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


def opened(suite: Suite, text: str, task: str = "dehaze", root: Path | None = None) -> Dataset:
    suite, (name,) = with_sources(suite, [text], tasks=[task], root=root)
    return open_split(suite, name, "test")


SOTS = "degraded=hazy/{id}_*.png,target=gt/{id}.png"


def test_patterns_are_a_data_set(suite: Suite, image: Callable[..., None]) -> None:
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


@pytest.mark.parametrize("text", ["degraded=in,target=gt/", "degraded=in/{id}.png,target=gt"])
def test_a_folder_stands_for_its_images(
    suite: Suite, image: Callable[..., None], text: str
) -> None:
    image("in/a.png", "in/b.png", "gt/a.png", "gt/b.png")
    assert opened(suite, text).ids == ("a", "b")
    with pytest.raises(
        OptionError, match=r"gt/a\.png is neither a folder .*such as target=gt/\{id\}\.png"
    ):
        opened(suite, "degraded=in,target=gt/a.png")


def test_conditions_come_from_a_file(
    suite: Suite, image: Callable[..., None], folder: Path
) -> None:
    image("in/a.png", "in/b.png", "gt/a.png", "gt/b.png")
    (folder / "meta.txt").write_text("a,16,1.8\nb.png,8,2\n")
    text = "degraded=in/{id}.png,target=gt/{id}.png,condition=meta.txt"
    conditions = [sample.condition.tolist() for sample in opened(suite, text)]
    assert conditions == [[16, np.float32(1.8)], [8, 2]]


def test_the_scale_follows_from_sizes_where_the_task_resizes(
    suite: Suite, image: Callable[..., None]
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
    suite: Suite, image: Callable[..., None], folder: Path
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
    ("degraded", "target"), [("hazy", "GT"), ("Input", "Target"), ("LQ", "clear"), ("src", "tgt")]
)
def test_a_folder_of_usual_names_is_a_data_set(
    suite: Suite, image: Callable[..., None], degraded: str, target: str
) -> None:
    image(*(f"My Data/{side}/{n}.png" for side in (degraded, target, "masks") for n in "21"))
    dataset = opened(suite, "My Data")
    assert (dataset.name, dataset.ids) == ("my-data", ("1", "2"))


def test_its_scenes_may_lie_in_folders_and_have_two_views(
    suite: Suite, image: Callable[..., None]
) -> None:
    image(*(f"one/{side}/GOPR1/{n}.png" for side in ("blur", "sharp") for n in "12"))
    assert opened(suite, "one").ids == ("GOPR1/1", "GOPR1/2")
    image(*(f"two/lr_x4/s/lr{n}.png" for n in "01"))
    image(*(f"two/hr/s/hr{n}.png" for n in "01"), size=(16, 24))
    (sample,) = opened(suite, "two", "stereo")
    assert (sample.id, sample.scale) == ("s", 4)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("hazy/1400_9", "hazy/1401_2", "gt/1400", "gt/1401"), ["hazy/{id}_*,", "gt/{id}'"]),
        (("hazy/1_hazy", "hazy/2_hazy", "gt/1_GT", "gt/2_GT"), ["{id}_hazy,", "gt/{id}_GT'"]),
        (("hazy/0801x2", "gt/0801"), ["hazy/{id}x2,", "gt/{id}'"]),
        (("lr/lr_1", "lr/lr_2", "hr/hr_2", "hr/hr_1"), ["lr/lr_{id},", "hr/hr_{id}'"]),
        (("hazy/a", "gt/b"), ["hazy/ has a; gt/ has b", "1 of 1 have no target (a)"]),
        (("Nebel/1", "klar/1"), ["holds Nebel/, klar/", "target=", "gt/{id}'"]),
        (("1_hazy", "1_GT"), ["holds 1_GT, 1_hazy", "set/{id}_hazy,target=", "set/{id}_GT'"]),
        (("train/hazy/1", "train/gt/1"), ["Name the folder of one split, such as", "set/train"]),
        (("hazy/1", "hazy/2", "gt/1"), ["1 of 2 have no target (2)"]),
    ],
)
def test_a_folder_of_other_names_shows_what_to_write(
    suite: Suite, image: Callable[..., None], folder: Path, names: list[str], said: list[str]
) -> None:
    image(*(f"set/{name}.png" for name in names))
    with pytest.raises(OptionError) as error:
        opened(suite, "set")
    assert [part for part in said if part not in str(error.value)] == []


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
def test_what_is_not_understood_is_said(suite: Suite, text: str, said: str) -> None:
    with pytest.raises((OptionError, UnknownNameError), match=said):
        opened(suite, text)


def test_a_comma_belongs_to_the_value_before_it() -> None:
    text = "degraded=a,b/{id}.png,target=c=d/{id}.png"
    assert parse_description(text) == {"degraded": "a,b/{id}.png", "target": "c=d/{id}.png"}


def test_the_task_must_be_known(suite: Suite) -> None:
    with pytest.raises(OptionError, match=r"say what is restored: --task dehaze\|stereo"):
        data_source(suite, SOTS)


def test_a_stated_field_without_files_is_an_error(suite: Suite, image: Callable[..., None]) -> None:
    image("hazy/1_1.png", "gt/1.png")
    for more, said in ((",mask=mask/{id}.png", "no file fits mask/"), (",condition=m", "m is not")):
        with pytest.raises(ImageError, match=said):
            opened(suite, SOTS + more)


def test_names_do_not_collide(suite: Suite, image: Callable[..., None]) -> None:
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


@pytest.fixture
def public(tmp_path: Path) -> Suite:
    """A plugin with a layout file."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "public.toml").write_text(LAYOUT.format(task="dehaze"))
    return Suite([inline(Tasks(tmp_path / "layouts"), "tasks")])


def test_a_layout_of_a_plugin_is_a_data_set(public: Suite) -> None:
    spec = public.datasets["public"]
    assert (spec.task, spec.splits, spec.default) == ("dehaze", ("test",), False)
    assert (spec.summary, spec.licence) == ("Two pairs", "research")


@pytest.mark.parametrize("how", ["option", "environment", "file", "deeper", "itself"])
def test_it_lies_below_a_root(
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
def test_an_absent_one_says_how_to_get_it(public: Suite, root: str | None, said: str) -> None:
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
def test_a_broken_layout_is_reported(public: Suite, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "layouts" / "public.toml").write_text(text)
    suite = Suite([inline(Tasks(tmp_path / "layouts"), "tasks")])
    assert "public" not in suite.datasets
    assert said in str(suite.failures[0].error)


def test_a_folder_without_layouts_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (failure,) = Suite([inline(Tasks(tmp_path / "empty"), "tasks")]).failures
    assert "holds no layouts" in str(failure.error)


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
