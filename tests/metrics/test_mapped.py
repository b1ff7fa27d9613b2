"""Large images lie in files: their values, their scores, and what is written of them, are the same.

The limit is lowered, so that small images are large ones.
"""

from __future__ import annotations

import tempfile

import numpy as np
import pytest

from restorebench.data import mapped
from restorebench.data.colour import as_float, quantise
from restorebench.data.images import as_image, channels_first, read_image, write_image
from restorebench.data.layouts.pairing import Match
from restorebench.data.layouts.scenes import Scene
from restorebench.data.mapped import large_pixels, let_go
from restorebench.metrics import Protocol, score
from restorebench.metrics.lpips.trunks import TRUNKS
from restorebench.metrics.measures import lab_mae, lpips, psnr, ssim, ssim_skimage
from restorebench.plugins import suite

MEASURES = {
    "psnr": psnr(),
    "of_a_frame": psnr(crop=3, crop_left=2),
    "of_a_luminance": psnr(channels="y-bt601-limited"),
    "of_the_mask": psnr(region="mask"),
    "of_the_rest_zeroed": psnr(region="outside-mask", rest="zeroed"),
    "by_the_peak": psnr(peak="prediction-max"),
    "resized": psnr(resize=(20, 30)),
    "ssim": ssim(),
    "mirrored": ssim(padding="reflect"),
    "of_skimage": ssim_skimage(channels="y-yiq-full-8bit"),
    "averaged": ssim(downsample="auto-256"),
    "lab_mae": lab_mae(),
    **({"lpips": lpips()} if TRUNKS["alex"].absence() is None else {}),
}


@pytest.fixture
def is_large(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 0)


@pytest.mark.parametrize("size", [(37, 53), (257, 300), (301, 129)], ids=str)
def test_scores_are_the_same_numbers(size, is_large, noisy):
    x, y = noisy(*size)
    mask = (np.arange(size[0])[:, None] + np.arange(size[1]) < size[1]).astype(np.float32)[None]
    rule, load = Protocol("p", MEASURES), suite().metrics.load
    pair = [large_pixels(x.shape), large_pixels(x.shape)]
    for made, pixels in zip(pair, (x, y), strict=True):
        made[...] = pixels
        assert made.base is not None  # a file's
    assert score(rule, *pair, mask, load) == (expected := score(rule, x, y, mask, load))
    assert not expected.missing


@pytest.mark.parametrize("size", [(1, 1), (255, 3), (257, 2), (513, 31)], ids=str)
def test_images_are_read_and_written_as_they_are(size, is_large, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, *size), np.uint8)
    write_image(tmp_path / "a.png", pixels)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png", allocate=large_pixels), pixels)
    np.testing.assert_array_equal(channels_first(as_image(pixels)), pixels)
    scene = Scene("s", (tmp_path / "a.png",) * 2, ("a", "a"))
    found, _, mask = Match(scene, scene).read()
    np.testing.assert_array_equal(found, [pixels, pixels])
    assert mask is None
    floats, notes = scene.read_inputs()
    assert not notes
    assert floats.flags.c_contiguous
    np.testing.assert_array_equal(floats, as_float(np.stack([pixels, pixels])))
    np.testing.assert_array_equal(quantise(floats, large_pixels(floats.shape)), found)


def test_what_was_let_go_is_still_there(is_large):
    pixels = large_pixels((3, 100, 1000))
    pixels[...] = np.arange(1000) % 251
    let_go()
    assert (pixels == np.arange(1000) % 251).all()


def test_without_a_folder_for_files_they_are_in_memory(is_large, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    pixels = large_pixels((3, 4, 5))
    pixels[...] = 7
    assert pixels.base is None
    assert pixels.sum() == 420
