"""``hub:`` texts: columns of other tables as samples, from local copies, without a connection."""

from __future__ import annotations

import io
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench import TaskSpec
from restorebench.data.colour import as_float
from restorebench.data.dataset import Dataset
from restorebench.data.layouts.hub_text import hub_spec, parse_hub
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables import hub_table
from restorebench.data.tables.hub import open_hub
from restorebench.data.tables.opening import scenes_dataset
from restorebench.errors import ImageError, OptionError

datasets = pytest.importorskip("datasets")
COUNT = 3
TASK = TaskSpec(name="dehaze", title="Dehazing", summary="Haze")


def pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, 16, 20), dtype=np.uint8)


def encoded(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image.transpose(1, 2, 0)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table as people make them: images under other names, and columns that are none."""
    datasets.disable_progress_bars()
    columns = {
        "lq": [{"bytes": encoded(pixels(k)), "path": f"s{k}.png"} for k in range(COUNT)],
        "gt": [{"bytes": encoded(pixels(k + 10)), "path": f"t{k}.png"} for k in range(COUNT)],
        "raw": [encoded(pixels(k + 20)) for k in range(COUNT)],
        "caption": ["a", "b", "c"],
        "f": [1.8, 2.8, 8.0],
        "blur": [[0.5, 1.0]] * COUNT,
    }
    image, number = datasets.Image(), datasets.Value("float32")
    kinds = {"lq": image, "gt": image, "raw": datasets.Value("binary"), "f": number}
    kinds |= {"caption": datasets.Value("string"), "blur": datasets.List(number)}
    return datasets.Dataset.from_dict(columns, features=datasets.Features(kinds))


@pytest.fixture(scope="module")
def copies(table, tmp_path_factory) -> dict[str, str]:
    """Local copies of the table in every form that is read."""
    folder = tmp_path_factory.mktemp("copies")
    parquet = folder / "pairs" / "data" / "test-00000-of-00001.parquet"
    parquet.parent.mkdir(parents=True)
    table.to_parquet(parquet)
    table.save_to_disk(folder / "saved")
    datasets.DatasetDict({"train": table, "test": table}).save_to_disk(folder / "splits")
    places = {"folder": folder / "pairs", "file": parquet}
    places |= {"saved": folder / "saved", "splits": folder / "splits"}
    return {form: str(place) for form, place in places.items()}


def opened(text: str) -> Dataset:
    spec = hub_spec(f"hub:{text}", TASK)
    (split,) = spec.splits
    return open_hub(split, **dict(spec.options))


@pytest.mark.parametrize("form", ["folder", "file", "saved", "splits"])
def test_every_form_gives_the_same_samples(copies, form):
    dataset = opened(f"{copies[form]},degraded=lq,target=gt")
    assert dataset.ids == ("s0", "s1", "s2")
    np.testing.assert_array_equal(dataset["s1"].degraded[0], as_float(pixels(1)))
    np.testing.assert_array_equal(dataset["s1"].target[0], as_float(pixels(11)))
    same = opened(f"{copies['saved']},degraded=lq,target=gt")
    assert dataset.content_hash == same.content_hash


def test_the_hash_is_that_of_the_same_images_in_files(copies, tmp_path):
    scenes = []
    for k in range(COUNT):
        paths = [tmp_path / f"{name}-{k}.png" for name in ("lq", "gt")]
        for path, seed in zip(paths, (k, k + 10), strict=True):
            path.write_bytes(encoded(pixels(seed)))
        scenes.append(SceneFiles(f"s{k}", (paths[0],), (paths[1],)))
    files = scenes_dataset("files", "test", scenes)
    assert files.content_hash == opened(f"{copies['folder']},degraded=lq,target=gt").content_hash


def test_a_folder_of_images_is_read_from_its_files(tmp_path):
    place = tmp_path / "plain" / "test"
    place.mkdir(parents=True)
    for k in range(COUNT):
        (place / f"{k}.png").write_bytes(encoded(pixels(k)))
    dataset = opened(f"{place.parent},degraded=image")
    assert dataset.ids == ("0", "1", "2")
    whole = dataset.content_hash
    assert dataset["2"].target is None
    (place / "2.png").write_bytes(encoded(pixels(30)))
    assert opened(f"{place.parent},degraded=image").content_hash != whole


def test_two_columns_are_two_views_and_numbers_are_put_together(copies):
    dataset = opened(f"{copies['saved']},degraded=lq+gt,target=gt+raw,condition=f+blur,id=caption")
    sample = dataset["b"]
    assert dataset.ids == ("a", "b", "c")
    assert sample.degraded.shape == sample.target.shape == (2, 3, 16, 20)
    np.testing.assert_array_equal(sample.target[1], as_float(pixels(21)))
    np.testing.assert_array_equal(sample.condition, np.array([2.8, 0.5, 1.0], np.float32))


def test_rows_without_names_of_files_are_numbered(copies):
    assert opened(f"{copies['saved']},degraded=raw").ids == ("0", "1", "2")


def test_images_of_a_table_are_hashed_once(copies, monkeypatch):
    text = f"{copies['folder']},degraded=lq,target=raw"
    whole = opened(text).content_hash
    monkeypatch.setattr("restorebench.data.tables.rows.sample_of", None)  # cannot be called
    assert opened(text).content_hash == whole


def test_another_table_under_the_same_fingerprint_is_hashed_anew(table, tmp_path):
    for name, rows in (("own", [0, 1, 2]), ("other", [2, 1, 0])):
        table.select(rows).flatten_indices().save_to_disk(tmp_path / name)
    text = f"{tmp_path / 'own'},degraded=lq,id=caption"
    whole = opened(text).content_hash
    (arrow,) = (tmp_path / "other").glob("*.arrow")
    arrow.replace(tmp_path / "own" / arrow.name)
    assert opened(text).content_hash != whole


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("degraded=hq,target=gt", r"no column 'hq' \(degraded=hq\); its columns are lq \(image\)"),
        ("target=gt", r"write degraded=COLUMN; its columns are lq \(image\), gt \(image\), raw"),
        ("degraded=caption", r"'caption' of .* holds string, not images; .*caption \(string\)"),
        ("degraded=lq,target=f", r"'f' of .* holds float32, not images"),
        ("degraded=lq,mask=lq+gt", r"mask=lq\+gt of .* names 2 columns"),
        ("degraded=lq,split=val", r"has no split 'val'; it has train, test"),
    ],
)
def test_what_a_table_does_not_have_is_named_with_what_it_has(copies, options, says):
    with pytest.raises(OptionError, match=says):
        opened(f"{copies['splits']},{options}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hub:", "names no data set; write such as hub:ORG/NAME"),
        ("hub:split=test", "names no data set"),
        ("hub:a/b,degarded=lq", "did you mean 'degraded'"),
        ("hub:a/b,degraded=", "degraded in .* is empty"),
        ("hub:a/b,scale=two", "scale is 'two'"),
        ("hub:a/b,scale=0", "scale is '0'"),
        ("hub:a/b,split=x,split=y", "split in .* is there twice"),
    ],
)
def test_texts_that_are_not_understood(text, says):
    with pytest.raises(OptionError, match=says):
        parse_hub(text)


def test_a_spec_says_what_it_is_without_opening_anything():
    spec = hub_spec("hub:some-lab/Haze_Pairs,split=validation,degraded=lq,target=gt", TASK)
    assert (spec.name, spec.task, spec.splits) == ("haze-pairs", "dehaze", ("validation",))
    assert hub_spec("hub:a/b,name=mine", TASK).name == "mine"


def test_the_scale_is_one_unless_the_task_resizes():
    larger = replace(TASK, resizes=True)
    scales = [
        parse_hub(dict(hub_spec(text, task).options)["source"]).scale
        for text in ("hub:a/b", "hub:a/b,scale=4")
        for task in (TASK, larger)
    ]
    assert scales == [1, None, 4, 4]


@pytest.mark.filterwarnings("ignore:grey.png of grey")
def test_an_image_of_another_kind_has_the_strict_readers_words(tmp_path):
    grey = io.BytesIO()
    Image.fromarray(pixels(0)[0]).save(grey, "PNG")
    file = {"bytes": grey.getvalue(), "path": "grey.png"}
    columns = {"degraded": [file], "target": [file]}
    kinds = dict.fromkeys(columns, datasets.Image())
    datasets.Dataset.from_dict(columns, datasets.Features(kinds)).save_to_disk(tmp_path / "own")
    with pytest.raises(ImageError, match=r"grey\.png of grey is grey .*; convert it to 8-bit RGB"):
        opened(str(tmp_path / "own"))["grey"]


def cached_copy(copies: dict[str, str], name: str) -> Path:
    """Let `datasets` believe that it has loaded a data set from the Hub before."""
    opened(f"{copies['folder']},degraded=lq")
    cache = Path(datasets.config.HF_DATASETS_CACHE)
    (arrow,) = cache.glob("pairs/*/*/*/pairs-test.arrow")
    copy = cache / name.replace("/", "___") / "default" / "0.0.0" / "0123"
    shutil.copytree(arrow.parent, copy)
    (copy / arrow.name).rename(copy / f"{name.rpartition('/')[2]}-test.arrow")
    return copy


def test_without_a_connection_the_copy_of_an_earlier_use_is_taken(copies, monkeypatch):
    copy = cached_copy(copies, "lab/haze")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub_table, "_PATIENCE", 0.5)
    began = time.monotonic()
    try:
        dataset = opened("lab/haze,degraded=lq,target=gt")
        assert dataset.ids == ("s0", "s1", "s2")
    finally:
        shutil.rmtree(copy.parents[2])
    assert time.monotonic() - began < 10
    assert datasets.config.HF_HUB_OFFLINE is False


def test_without_a_copy_and_a_connection_it_says_so():
    with pytest.raises(OptionError, match=r"lab/nothing cannot be loaded \(.*Hub"):
        opened("lab/nothing,degraded=lq")


@pytest.mark.parametrize("place", ["./nothing", "a/b/c", "a b", "~/nothing.parquet"])
def test_what_is_no_folder_and_no_name_of_the_hub_does_not_exist(place):
    with pytest.raises(OptionError, match=f"{place} does not exist, and no data set of the Hub"):
        opened(f"{place},degraded=lq")
