"""Scenes in files are one table: read on demand, hashed once, the same after every round trip."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.data.cache_folder import cache_folder
from restorebench.data.colour import as_float
from restorebench.data.images import write_image
from restorebench.data.layouts.fields.masks import write_mask
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.tables import rows
from restorebench.data.tables.file_memory import changed_unseen
from restorebench.data.tables.opening import scenes_dataset
from restorebench.data.tables.rows import sample_of
from restorebench.data.tables.table import table_of
from restorebench.errors import ChangedDataError, ImageError, ImageWarning

NAMES = ("1", "2", "10")


def pixels(seed: int, height: int = 24, width: int = 32) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, height, width), dtype=np.uint8)


@pytest.fixture
def scenes(tmp_path) -> list[SceneFiles]:
    """Three scenes, the first of which alone has a mask and depth."""
    made = []
    for place, name in enumerate(NAMES):
        degraded, target = tmp_path / f"hazy/{name}.png", tmp_path / f"gt/{name}.png"
        write_image(degraded, pixels(place))
        write_image(target, pixels(place + 100))
        made.append(SceneFiles(name, (degraded,), (target,), condition=(1.8, 0.1)))
    mask, depth = tmp_path / "mask/1.png", tmp_path / "depth/1.npy"
    write_mask(mask, np.eye(24, 32, dtype=np.float32)[None])
    depth.parent.mkdir()
    np.save(depth, np.full((24, 32), 2.5, np.float32))
    made[0] = replace(made[0], mask=mask, depth=depth)
    return made


def open_scenes(scenes: list[SceneFiles], **facts):
    return scenes_dataset("mine", "test", scenes, **facts)


def test_samples_are_what_the_files_hold(scenes):
    dataset = open_scenes(scenes)
    assert dataset.ids == NAMES
    first, second = dataset["1"], dataset["2"]
    np.testing.assert_array_equal(first.degraded[0], as_float(pixels(0)))
    np.testing.assert_array_equal(second.target[0], as_float(pixels(101)))
    np.testing.assert_array_equal(first.condition, np.array([1.8, 0.1], np.float32))
    assert first.mask.sum() == 24
    assert (first.depth == 2.5).all()
    assert (second.mask, second.depth, second.scale) == (None, None, 1)


def test_two_views_are_two_columns(scenes, tmp_path):
    right = tmp_path / "right.png"
    write_image(right, pixels(7))
    views = [replace(s, degraded=(*s.degraded, right), target=(*s.target, right)) for s in scenes]
    table = table_of(views)
    assert {"degraded_right", "target_right"} < set(table.column_names)
    sample = sample_of(table[1])
    assert sample.degraded.shape == (2, 3, 24, 32)
    np.testing.assert_array_equal(sample.target[1], as_float(pixels(7)))
    write_image(right, pixels(7, width=30))
    with pytest.raises(ImageError, match=r"2\.png is 32×24 and .*right\.png is 30×24; two views"):
        sample_of(table[1])


def test_the_scale_is_that_of_the_sizes_or_as_stated(scenes):
    write_image(scenes[0].target[0], pixels(5, 48, 64))
    assert open_scenes(scenes)["1"].scale == 2
    with pytest.raises(ImageError, match=r"gt/1\.png is 64×48.*32×24; expected the same size"):
        open_scenes(scenes, scale=1)["1"]
    write_image(scenes[1].target[0], pixels(5, 49, 64))
    with pytest.raises(ImageError, match="never resized"):
        open_scenes(scenes)["2"]


def test_inputs_of_another_kind_are_converted_with_a_note_and_targets_are_refused(scenes):
    grey = Image.fromarray(pixels(0)[0])
    grey.save(scenes[0].degraded[0])
    grey.save(scenes[1].degraded[0])
    dataset = open_scenes(scenes)
    with pytest.warns(ImageWarning, match=r"hazy/1\.png: it is grey, converted to RGB") as said:
        sample, _ = dataset["1"], dataset["2"]
    assert len(said) == 1  # of the kind
    assert (sample.degraded[0, 0] == sample.degraded[0, 1]).all()
    assert "1.png: it is grey, converted to RGB" in sample.meta["notes"]
    grey.save(scenes[1].target[0])
    with pytest.raises(ImageError, match=r"gt/2\.png is grey"):
        dataset["2"]


def test_the_table_is_kept_in_the_arrow_cache(scenes):
    first, again = table_of(scenes), table_of(scenes)
    (file,) = first.cache_files
    assert file == again.cache_files[0]
    assert Path(file["filename"]).parent == cache_folder() / "tables"
    assert table_of(scenes[:2]).cache_files != first.cache_files


def test_the_table_stays_in_memory_where_nothing_can_be_written(scenes, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RESTOREBENCH_CACHE", str(tmp_path / "file"))
    assert table_of(scenes)["id"][:] == list(NAMES)
    assert len(open_scenes(scenes).content_hash) == 32


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The names of the files that are read."""
    found: list[str] = []
    honest = rows.read_image

    def counting(source, name):
        found.append(Path(name).name)
        return honest(source, name)

    monkeypatch.setattr(rows, "read_image", counting)
    return found


def test_files_are_hashed_once(scenes, reads):
    whole = open_scenes(scenes).content_hash
    assert reads == ["1.png", "2.png", "10.png"]
    assert open_scenes(scenes).content_hash == whole
    assert len(reads) == 3
    write_image(scenes[1].target[0], pixels(50))
    assert open_scenes(scenes).content_hash != whole
    assert reads[3:] == ["2.png"]


def test_an_interrupted_reading_goes_on_where_it_stopped(scenes, reads, monkeypatch):
    monkeypatch.setattr("restorebench.data.dataset._KEPT_AT_ONCE", 2)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_scenes(scenes).identify_all(progress=stop)
    whole = open_scenes(scenes).content_hash
    assert reads == ["1.png", "2.png", "10.png"]
    assert open_scenes(scenes).content_hash == whole


def test_other_numbers_and_scales_are_other_samples(scenes):
    whole = open_scenes(scenes).content_hash
    other = [replace(scene, condition=(1.8, 0.2)) for scene in scenes]
    assert open_scenes(other).content_hash != whole


def changed_in_place(path: Path) -> None:
    """Other pixels in a file of the same size and time, as a copying tool may leave them."""
    before = path.stat()
    Image.fromarray(pixels(1)[0] // 255).save(path)
    image = np.zeros((24, 32, 3), np.uint8)
    Image.fromarray(image).save(path)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes(before.st_size - size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_that_was_changed_unseen_is_refused_and_found_by_a_check(scenes):
    dataset = open_scenes(scenes)
    assert dataset.content_hash
    assert changed_unseen(dataset) == []
    changed_in_place(scenes[2].target[0])
    again = open_scenes(scenes)
    assert again.content_hash == dataset.content_hash  # as remembered
    with pytest.raises(ChangedDataError, match=r"another '10'.*datasets check"):
        again["10"]
    seen = []
    assert changed_unseen(again, lambda: seen.append(0)) == ["10"]
    assert len(seen) == 3
    repaired = open_scenes(scenes)
    assert repaired.content_hash != dataset.content_hash
    assert repaired["10"].target.max() == 0


def test_a_damaged_cache_of_hashes_is_begun_again(scenes):
    whole = open_scenes(scenes).content_hash
    path = cache_folder() / "hashes.sqlite"
    path.write_bytes(b"not a database" * 100)
    assert open_scenes(scenes).content_hash == whole
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM hashes").fetchone() == (3,)


def test_a_file_that_is_gone_is_named(scenes):
    dataset = open_scenes(scenes)
    scenes[1].degraded[0].unlink()
    with pytest.raises(ImageError, match=r"hazy/2\.png does not exist"):
        _ = dataset.content_hash


def test_ten_thousand_images_are_listed_in_a_second():
    scenes = [
        SceneFiles(f"{k}", (Path(f"/lq/{k}.png"),), (Path(f"/gt/{k}.png"),)) for k in range(5000)
    ]
    table_of(scenes)
    began = time.process_time()
    dataset = open_scenes(scenes)
    assert len(dataset.ids) == len(table_of(scenes)) == 5000
    assert time.process_time() - began < 1


def test_a_file_whose_name_is_not_utf_8_is_named() -> None:
    scene = SceneFiles("a", (Path("in/b\udce9.png"),))
    with pytest.raises(ImageError, match=r"in/b\\xe9\.png: the file's name is not UTF-8"):
        table_of([scene])
