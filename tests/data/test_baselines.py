"""Bicubic and Folder: a reference row, and images that were restored elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from restorebench import Sample
from restorebench.data.colour import as_float, quantise
from restorebench.data.images import write_image
from restorebench.data.resize import imresize
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context, Fingerprinted
from restorebench.restorers.bicubic import Bicubic
from restorebench.restorers.folder import Folder
from restorebench.types import Pixels

CONTEXT = Context("toy")


def sample(views: int = 1, scale: int = 1) -> Sample:
    rng = np.random.default_rng(9)
    return Sample("test-0004", rng.random((views, 3, 8, 10), np.float32), scale=scale)


def random_pixels(views: int, height: int = 8, width: int = 10) -> Pixels:
    return np.random.default_rng(10).integers(0, 256, (views, 3, height, width), dtype=np.uint8)


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_bicubic_is_imresize_of_each_8_bit_view(scale: int) -> None:
    question = sample(views=2, scale=scale)
    image = Bicubic().restore(question, CONTEXT).image
    assert image.shape == question.target_shape
    assert image.dtype == np.float32
    right = imresize(quantise(question.degraded[1]), (8 * scale, 10 * scale))
    np.testing.assert_array_equal(quantise(image[1]), right)


def test_bicubic_stays_in_range_at_hard_edges() -> None:
    hard = np.zeros((1, 3, 4, 4), np.float32)
    hard[..., 2:] = 1
    image = Bicubic().restore(Sample("edge", hard, scale=4), CONTEXT).image
    assert (image.min(), image.max()) == (0, 1)


@pytest.mark.parametrize("suffix", [".png", ".PNG"])
def test_folder_finds_one_view_by_the_samples_id(tmp_path: Path, suffix: str) -> None:
    expected = random_pixels(1)
    write_image(tmp_path / f"test-0004{suffix}", expected[0])
    write_image(tmp_path / "test-0005.png", 255 - expected[0])
    answer = Folder(str(tmp_path)).restore(sample(), CONTEXT)
    np.testing.assert_array_equal(answer.image, as_float(expected))


@pytest.mark.parametrize(
    "names",
    [
        ("test-0004_L", "test-0004_R"),
        ("test-0004_left", "test-0004_right"),
        ("test-0004_0", "test-0004_1"),
        ("test-0004/hr0", "test-0004/hr1"),
    ],
)
def test_folder_finds_two_views_left_first(tmp_path: Path, names: tuple[str, str]) -> None:
    expected = random_pixels(2, 16, 20)
    for name, view in zip(names, expected, strict=True):
        write_image(tmp_path / f"{name}.png", view)
    answer = Folder(str(tmp_path)).restore(sample(views=2, scale=2), CONTEXT)
    np.testing.assert_array_equal(answer.image, as_float(expected))


def test_an_absent_image_is_named_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=rf"'test-0004' in {tmp_path}.*test-0004 with.*\.png"):
        Folder(str(tmp_path)).restore(sample(), CONTEXT)


def test_one_view_of_two_is_not_enough(tmp_path: Path) -> None:
    write_image(tmp_path / "test-0004_L.png", random_pixels(1)[0])
    with pytest.raises(ImageError, match=r"test-0004_R.*; only test-0004_L\.png is there"):
        Folder(str(tmp_path)).restore(sample(views=2), CONTEXT)


def test_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    write_image(tmp_path / "test-0004.png", random_pixels(1)[0])
    with pytest.raises(ImageError, match=r"test-0004\.png is 10×8 .*needs 20×16"):
        Folder(str(tmp_path)).restore(sample(scale=2), CONTEXT)


def test_two_files_for_one_sample_are_refused(tmp_path: Path) -> None:
    write_image(tmp_path / "test-0004.png", random_pixels(1)[0])
    (tmp_path / "test-0004.jpg").write_bytes(b"-")
    with pytest.raises(ImageError, match="which is meant"):
        Folder(str(tmp_path)).restore(sample(), CONTEXT)


def test_the_fingerprint_follows_the_files_of_the_sample_only(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    assert isinstance(folder, Fingerprinted)
    absent = folder.fingerprint(sample().id, 1)
    write_image(tmp_path / "test-0004.png", random_pixels(1)[0])
    first = folder.fingerprint(sample().id, 1)
    write_image(tmp_path / "test-0005.png", random_pixels(1)[0])
    assert folder.fingerprint(sample().id, 1) == first != absent
    write_image(tmp_path / "test-0004.png", 255 - random_pixels(1)[0])
    assert folder.fingerprint(sample().id, 1) not in {first, absent}


@pytest.mark.parametrize(
    ("path", "reason"),
    [("", "path=DIR"), ("absent", "does not exist"), ("a.zip", "is a file.*unpack")],
)
def test_the_path_must_be_a_folder(tmp_path: Path, path: str, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(OptionError, match=reason):
        Folder(str(tmp_path / path) if path else "")
