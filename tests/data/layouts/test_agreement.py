"""Whatever reads a folder finds the same scenes in it, under the same names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from restorebench import Sample, TaskSpec, hookimpl
from restorebench.data.dataset import open_split
from restorebench.data.images import write_image
from restorebench.data.layouts.image_places import scenes_of
from restorebench.data.layouts.pairing import matches
from restorebench.data.layouts.sources import with_sources
from restorebench.plugins import Suite, inline
from restorebench.restorers.base import Context
from restorebench.restorers.folder import Folder
from restorebench.submission.reference.folder import FolderReference

SIZE = (8, 9)

KINDS = {
    "natural order": (1, ["10.png", "2.png", "1.png", "x10.png", "x9.png"]),
    "case": (1, ["Lena.png", "lena2.png"]),
    "suffixes": (1, ["a.PNG", "b.Png", "c.png"]),
    "dots and spaces": (1, ["a.b c.png", "0.8_0.2.png"]),
    "accents as typed": (1, [unicodedata.normalize("NFC", "café.png")]),
    "accents of macOS": (1, [unicodedata.normalize("NFD", "café.png")]),
    "folders": (1, ["GOPR2/1.png", "GOPR10/1.png", "deep/er/1.png", "masks/GOPR2_1.png"]),
    "litter": (1, ["1.png", "._1.png", ".hidden/2.png", "masks/1.png"]),
    "L R": (2, ["10_L.png", "10_R.png", "9_L.png", "9_R.png"]),
    "left right": (2, ["a_left.png", "a_right.png"]),
    "0 1": (2, ["a_0.png", "a_1.png"]),
    "hr0 hr1": (2, ["s1/hr0.png", "s1/hr1.png", "s10/hr0.png", "s10/hr1.png"]),
    "a folder a side": (2, ["left/a.png", "right/a.png", "left/b.png", "right/b.png"]),
}


class Tasks:
    """A task of one view, and one of two."""

    @hookimpl
    def restorebench_tasks(self) -> list[TaskSpec]:
        return [TaskSpec(name=f"views{n}", title="", summary="", views=n) for n in (1, 2)]


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """A folder ``gt`` of that kind beside the same as ``input``, and its views."""
    views, names = KINDS[request.param]
    for number, name in enumerate(names):
        for side in ("gt", "input"):
            path = tmp_path / "set" / side / name
            write_image(path.with_suffix(".png"), np.full((3, *SIZE), number, np.uint8))
            path.with_suffix(".png").rename(path)
    return tmp_path / "set" / "gt", views


@pytest.mark.filterwarnings("ignore:.* is its own reference")
def test_all_readers_agree(folder: tuple[Path, int]) -> None:
    place, views = folder
    suite = Suite([inline(Tasks(), "tasks")])
    ids = [scene.id for scene in scenes_of(place, views)]  # restore
    assert list(matches(place, place, views)) == ids  # score, identify
    reference = FolderReference(suite, place, f"views{views}")
    assert list(dict.fromkeys(image.sample for image in reference.expected)) == ids
    found, (name,) = with_sources(suite, [str(place.parent)], tasks=[f"views{views}"])
    dataset = open_split(found, name, "test")
    assert list(dataset.ids) == ids  # run, train, bundle
    restorer = Folder(str(place))
    for sample in dataset:
        assert sample.target is not None
        restored = restorer.restore(sample.without_target(), Context(f"views{views}"))
        np.testing.assert_array_equal(restored.image, sample.target)


def test_left_comes_first_everywhere(tmp_path: Path) -> None:
    for view, level in (("right", 9), ("left", 3)):
        write_image(tmp_path / f"a_{view}.png", np.full((3, *SIZE), level, np.uint8))
    pattern = tmp_path / "a_{view}.png"
    (scene,) = scenes_of(Path(str(pattern).replace("a_", "{id}_")), 2)
    assert [path.name for path in scene.files] == ["a_left.png", "a_right.png"]
    degraded = np.zeros((2, 3, *SIZE), np.float32)
    restored = Folder(str(tmp_path)).restore(Sample("a", degraded), Context("views2"))
    assert restored.image[0].max() == np.float32(3 / 255)
