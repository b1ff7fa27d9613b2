"""A data set is the same after every way through Hugging Face `datasets`."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from restorebench import Sample
from restorebench.data.dataset import Dataset
from restorebench.data.hashing import Identity, identify
from restorebench.data.images import write_image
from restorebench.data.layouts.fields.masks import write_mask
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables.export import export
from restorebench.data.tables.hub import open_hub
from restorebench.data.tables.opening import scenes_dataset
from restorebench.data.tables.rows import sample_of
from restorebench.data.tables.table import table_of
from restorebench.errors import OptionError, SampleError

datasets = pytest.importorskip("datasets")
SHAPE = (20, 24)


def pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, *SHAPE), dtype=np.uint8)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> list[SceneFiles]:
    """Two views, a mask and depth of some, numbers of all; names with folders and accents."""
    folder, made = tmp_path_factory.mktemp("files"), []
    for place, name in enumerate(("a/1", "a/2", "café")):
        views = [folder / f"{field}/{name}_{view}.png" for field in ("lq", "gt") for view in "LR"]
        for k, path in enumerate(views):
            write_image(path, pixels(10 * place + k))
        mask, depth = folder / f"mask/{name}.png", folder / f"depth/{name}.npy"
        write_mask(mask, np.tri(*SHAPE, dtype=np.float32)[None])
        depth.parent.mkdir(parents=True, exist_ok=True)
        np.save(depth, np.full(SHAPE, 0.1 + place, np.float32))
        maps = {"mask": mask, "depth": depth} if place != 1 else {}
        numbers = (1.8, 0.1 + place)
        made.append(SceneFiles(name, tuple(views[:2]), tuple(views[2:]), **maps, condition=numbers))
    return made


@pytest.fixture(scope="module")
def dataset(scenes) -> Dataset:
    return scenes_dataset("files", "test", scenes, scale=1)


def identities(dataset: Dataset) -> dict[str, Identity]:
    return {name: dataset.identity(name) for name in dataset.ids}


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_files_to_a_table_on_disk_and_back(dataset, tmp_path, form):
    done: list[int] = []
    export(dataset, tmp_path / "own", form, lambda: done.append(1))
    assert len(done) == len(dataset)
    back = open_hub("test", source=f"hub:{tmp_path / 'own'}", name="own")
    assert back.ids == dataset.ids
    assert identities(back) == identities(dataset)
    assert back.content_hash == dataset.content_hash


@pytest.fixture(scope="module")
def exported(dataset, tmp_path_factory):
    """The folder as it would be uploaded to the Hub."""
    folder = tmp_path_factory.mktemp("exported")
    export(dataset, folder)
    return folder


def same(rows, dataset: Dataset) -> bool:
    found = {row["id"]: identify(sample_of(row)) for row in rows}
    return found == identities(dataset)


def undecoded(table):
    for name in ("degraded", "degraded_right", "target", "target_right", "mask"):
        table = table.cast_column(name, datasets.Image(decode=False))
    return table


def test_load_dataset_gives_the_same_rows_whole_and_streamed(exported, dataset):
    whole = datasets.load_dataset(str(exported), split="test")
    streamed = datasets.load_dataset(str(exported), split="test", streaming=True)
    assert same(undecoded(whole), dataset)
    assert same(undecoded(streamed), dataset)
    assert same(undecoded(whole).to_iterable_dataset(), dataset)


def test_others_see_images(exported):
    row = datasets.load_dataset(str(exported), split="test")[0]
    np.testing.assert_array_equal(np.asarray(row["degraded"]).transpose(2, 0, 1), pixels(0))


def test_map_and_select_leave_the_rest_as_it_is(scenes, dataset):
    table = table_of(scenes, scale=1).map(lambda row: {"length": len(row["id"])})
    assert same(table, dataset)
    assert table["length"][:] == [3, 3, 4]
    last = table.select([2])[0]
    assert identify(sample_of(last)) == dataset.identity("café")


def test_a_mapped_table_is_found_again(scenes):
    first, again = (table_of(scenes).map(length_of) for _ in range(2))
    assert first.cache_files == again.cache_files


def length_of(row):
    return {"length": len(row["id"])}


@pytest.mark.filterwarnings("ignore:.*it is floating point")
def test_a_generated_data_set_is_encoded_without_loss(tmp_path):
    rng = np.random.default_rng(0)
    fine = rng.random((1, 3, *SHAPE), dtype=np.float32)

    def make(name: str) -> Sample:
        target = fine.repeat(2, -1).repeat(2, -2)
        mask, depth = np.eye(*SHAPE, dtype=np.float32)[None], np.ones((1, *SHAPE), np.float32)
        return Sample(name, fine, target, np.array([0.1], np.float32), mask, depth, 2)

    made = Dataset("made", "val", ("x", "y"), make)
    export(made, tmp_path)
    back = open_hub("val", source=f"hub:{tmp_path},split=val", name="made")
    assert back.content_hash == made.content_hash
    np.testing.assert_array_equal(back["x"].degraded, fine)  # more than 8 bit
    assert astuple(back.identity("y")) == astuple(made.identity("y"))


def test_what_cannot_be_written_exactly_is_refused(tmp_path):
    soft = np.full((1, *SHAPE), 0.3, np.float32)
    image = np.zeros((1, 3, *SHAPE), np.float32)
    made = Dataset("soft", "test", ("x",), lambda name: Sample(name, image, mask=soft))
    with pytest.raises(SampleError, match="mask of 'x' has values between the levels of 8 bit"):
        export(made, tmp_path / "soft")


def test_a_split_that_is_there_is_not_written_over(exported, dataset):
    with pytest.raises(OptionError, match="holds test already"):
        export(dataset, exported)
    assert [path.name for path in (exported / "data").iterdir()] == ["test-00000-of-00001.parquet"]
