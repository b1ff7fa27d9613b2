"""A window of an image file holds what the whole image holds there, and is as strict."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.data.crops import Box, DecodedImages, read_crop
from restorebench.data.images import read_image, write_image
from restorebench.data.inputs import read_input
from restorebench.errors import ImageError

PIXELS = np.random.default_rng(2).integers(0, 256, (3, 40, 56), dtype=np.uint8)
BOX = Box(top=7, left=11, height=20, width=30)
WINDOW = np.s_[:, 7:27, 11:41]


@pytest.fixture
def decoded(tmp_path: Path) -> DecodedImages:
    return DecodedImages(tmp_path / "decoded")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_a_window_is_that_of_the_whole_image(
    tmp_path: Path, decoded: DecodedImages, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    Image.fromarray(np.ascontiguousarray(PIXELS.transpose(1, 2, 0))).save(path)
    whole = read_image(path)
    for crop in (read_crop(path, BOX), read_crop(path.read_bytes(), BOX), decoded.crop(path, BOX)):
        assert crop.dtype == np.uint8
        assert crop.flags.c_contiguous
        np.testing.assert_array_equal(crop, whole[WINDOW])
    np.testing.assert_array_equal(decoded.image(path), whole)


def test_an_image_is_decoded_once_until_it_changes(tmp_path: Path, decoded: DecodedImages) -> None:
    path = tmp_path / "a.png"
    write_image(path, PIXELS)
    decoded.crop(path, BOX)
    time, size = path.stat().st_mtime_ns, path.stat().st_size
    path.write_bytes(bytes(size))
    os.utime(path, ns=(time, time))
    np.testing.assert_array_equal(decoded.crop(path, BOX), PIXELS[WINDOW])
    write_image(path, 255 - PIXELS)
    np.testing.assert_array_equal(decoded.crop(path, BOX), 255 - PIXELS[WINDOW])
    np.testing.assert_array_equal(decoded.crop(path, BOX), read_crop(path, BOX))


def test_a_window_is_mapped_and_may_be_written_to(tmp_path: Path, decoded: DecodedImages) -> None:
    write_image(tmp_path / "a.png", PIXELS)
    for box in (BOX, Box(0, 0, 1, 1), Box(0, 0, 40, 56)):
        decoded.crop(tmp_path / "a.png", box)[:] = 0
    assert isinstance(decoded.image(tmp_path / "a.png").base, np.memmap)
    np.testing.assert_array_equal(decoded.image(tmp_path / "a.png"), PIXELS)


def test_inputs_keep_their_precision(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(PIXELS[0].astype(np.uint16) * 257 + 3).save(path)
    lenient = DecodedImages(tmp_path / "decoded", lenient=True)
    np.testing.assert_array_equal(lenient.crop(path, BOX), read_input(path).pixels[WINDOW])
    for strict in (DecodedImages(tmp_path / "decoded").crop, read_crop):
        with pytest.raises(ImageError, match=r"a\.png is 16 or 32 bit grey"):
            strict(path, BOX)


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, 0, 0, 5), (30, 0, 11, 5), (0, 50, 5, 7)])
def test_a_window_lies_in_its_image(
    tmp_path: Path, decoded: DecodedImages, box: tuple[int, int, int, int]
) -> None:
    write_image(tmp_path / "a.png", PIXELS)
    for crop in (decoded.crop, read_crop):
        with pytest.raises(ImageError, match=r"a\.png is 56×40; a window of .* does not lie in it"):
            crop(tmp_path / "a.png", Box(*box))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, decoded: DecodedImages) -> None:
    for crop in (decoded.crop, read_crop):
        with pytest.raises(ImageError, match=r"b\.png does not exist"):
            crop(tmp_path / "b.png", BOX)
