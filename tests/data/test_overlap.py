"""Copies are found in another size or quality; other scenes are not taken for copies."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
import skimage.data
from PIL import Image

from restorebench import Sample
from restorebench.data.colour import as_float
from restorebench.data.dataset import Dataset
from restorebench.data.images import write_image
from restorebench.data.layouts.scene_files import SceneFiles
from restorebench.data.overlap import fingerprints as module
from restorebench.data.overlap.fingerprints import fingerprints
from restorebench.data.overlap.looks import NEAR, looks
from restorebench.data.overlap.overlap import overlap
from restorebench.data.tables.opening import scenes_dataset

NAMES = ("astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "hubble_deep_field")


@pytest.fixture(scope="module")
def photographs() -> dict[str, Image.Image]:
    found = {}
    for name in NAMES:
        found[name] = Image.fromarray(getattr(skimage.data, name)())
        found[name].thumbnail((320, 320))
    return found


def bits(image: Image.Image) -> np.ndarray:
    return looks(np.asarray(image.convert("RGB")).transpose(2, 0, 1))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def resized(image: Image.Image, factor: float) -> Image.Image:
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Image.Resampling.BICUBIC)


COPIES = {
    "JPEG 90": lambda image: jpeg(image, 90),
    "JPEG 20": lambda image: jpeg(image, 20),
    "half the size": lambda image: resized(image, 0.5),
    "a quarter": lambda image: resized(image, 0.25),
    "twice the size": lambda image: resized(image, 2),
    "small JPEG": lambda image: jpeg(resized(image, 0.5), 50),
    "brighter": lambda image: image.point(lambda level: min(255, int(level * 1.1))),
}


@pytest.mark.parametrize("how", COPIES)
def test_copies_look_the_same(photographs, how):
    differ = {
        n: (bits(image) != bits(COPIES[how](image))).mean() for n, image in photographs.items()
    }
    assert max(differ.values()) <= NEAR / 2, differ


def test_other_scenes_do_not(photographs):
    made = {name: bits(image) for name, image in photographs.items()}
    differ = {pair: (made[pair[0]] != made[pair[1]]).mean() for pair in combinations(made, 2)}
    assert min(differ.values()) > 2 * NEAR, differ


def test_an_image_of_one_grey_has_no_looks():
    flat = np.full((3, 40, 40), 90, np.uint8)
    assert looks(flat) is None
    assert looks(flat + np.random.default_rng(0).integers(0, 2, flat.shape, np.uint8)) is None


def dataset(name: str, images: dict[str, Image.Image], **more) -> Dataset:
    def make(sample_id: str) -> Sample:
        target = as_float(np.asarray(images[sample_id].convert("RGB")).transpose(2, 0, 1))[None]
        return Sample(sample_id, np.float32(0.5) * target, target)

    return Dataset(name, "test", tuple(images), make, **more)


def shared(a: Dataset, b: Dataset) -> list[tuple[str, ...]]:
    found = overlap(list(fingerprints(a)), list(fingerprints(b)))
    return [(m.a.sample, m.a.field, m.b.sample, m.b.field, m.exact) for m in found]


def test_each_pair_of_samples_is_listed_once_by_its_most_similar_images(photographs):
    a = dataset("a", photographs)
    copy = {"same": photographs["coffee"], "small": jpeg(resized(photographs["rocket"], 0.5), 80)}
    b = dataset("b", copy)
    (coffee, rocket) = shared(a, b)
    assert coffee == ("coffee", "degraded", "same", "degraded", True)
    assert (rocket[0], rocket[2], rocket[4]) == ("rocket", "small", False)
    assert shared(b, dataset("c", {"other": photographs["chelsea"]})) == []


def test_a_target_is_found_as_a_degraded_image_and_in_a_second_view(photographs):
    coffee = as_float(np.asarray(photographs["coffee"]).transpose(2, 0, 1))
    pair = Sample("pair", np.stack([coffee[::-1], coffee]))
    views = Dataset("views", "test", ("pair",), lambda _: pair)
    (found,) = shared(dataset("a", {"coffee": photographs["coffee"]}), views)
    assert found == ("coffee", "target", "pair", "degraded (right)", True)


def test_flat_images_are_shared_by_their_pixels_alone():
    grey = [Image.new("RGB", (40, 40), (level,) * 3) for level in (90, 91)]
    a, b = dataset("a", {"x": grey[0]}), dataset("b", {"y": grey[0], "z": grey[1]})
    assert [(found[0], found[2]) for found in shared(a, b)] == [("x", "y")]


def test_the_looks_of_files_are_kept(photographs, tmp_path, monkeypatch):
    scenes = []
    for name in NAMES[:2]:
        path = tmp_path / f"{name}.png"
        write_image(path, np.asarray(photographs[name].convert("RGB")).transpose(2, 0, 1))
        scenes.append(SceneFiles(name, (path,)))
    first = list(fingerprints(scenes_dataset("files", "test", scenes)))
    monkeypatch.setattr(module, "looks", None)  # cannot be called
    again = list(fingerprints(scenes_dataset("files", "test", scenes)))
    assert [one[:3] for one in again] == [one[:3] for one in first]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.looks, other.looks)


def test_thousands_are_compared_at_once():
    rng = np.random.default_rng(0)
    many = [
        module.Fingerprint(f"{k}", "target", f"{k}", rng.random(144) > 0.5) for k in range(3000)
    ]
    copy = many[7].looks.copy()
    copy[:10] ^= True
    (found,) = overlap(many, [module.Fingerprint("copy", "target", "-", copy)])
    assert (found.a.sample, round(found.distance * 144)) == ("7", 10)
