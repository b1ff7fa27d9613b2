"""What part of the images a protocol looks at, and how it resizes them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from restorebench.data.opencv_resize import bilinear
from restorebench.data.photographs import photograph
from restorebench.data.resize import imresize
from restorebench.errors import ImageError, ProtocolError
from restorebench.metrics import Measure, score
from restorebench.metrics.measures import psnr
from restorebench.plugins import suite


def test_the_middle_of_the_image(noisy, value):
    x, y = noisy(30, 41)
    middle = (..., slice(9, 21), slice(12, 28))
    assert value(psnr(center=(12, 16)), x, y) == value(psnr(), x[middle], y[middle])
    inner = (..., slice(10, 20), slice(13, 27))
    assert value(psnr(center=(12, 16), crop=1), x, y) == value(psnr(), x[inner], y[inner])


def test_an_image_that_has_no_such_middle_misses_the_column(noisy, load):
    scores = score(suite().protocols.load("bokeh-real-tm-center512"), *noisy(40, 600), None, load)
    assert scores.values == {}
    assert set(scores.missing) == {"psnr", "ssim", "lpips"}
    assert "an image of 40×600 px is too small to crop" in scores.missing["psnr"]


def test_the_middle_512_of_a_larger_image_is_that_of_the_image_cut(noisy, value):
    x, y = noisy(520, 514)
    cut = (..., slice(4, 516), slice(1, 513))
    protocols = (suite().protocols.load(f"bokeh-real-tm{n}") for n in ("", "-center512"))
    whole, middle = (p.measures["ssim"] for p in protocols)
    assert value(middle, x, y) == value(whole, x[cut], y[cut])


def test_the_left_view_alone(noisy, load):
    x, y = noisy(40, 80, views=2)
    left = score(suite().protocols.load("stereo-left"), x, y, None, load)
    one = score(suite().protocols.load("stereo-lr-mean"), x[:1], y[:1], None, load)
    assert left.values == one.values


def test_matlabs_linear_kernel_is_pillows_within_a_level():
    # Pillow's is antialiased too; at the borders it leaves out what MATLAB mirrors.
    image = photograph("astronaut")
    ours = imresize(image, (256, 300), "linear").transpose(1, 2, 0).astype(int)
    theirs = Image.fromarray(image.transpose(1, 2, 0)).resize((300, 256), Image.Resampling.BILINEAR)
    assert np.abs(ours - np.asarray(theirs))[4:-4, 4:-4].max() <= 1


@pytest.mark.parametrize("size", [(256, 256), (256, 300), (301, 299), (512, 100)])
def test_opencvs_linear_resizing_is_opencvs(size):
    image = photograph("astronaut")
    ours = bilinear(image, size)
    theirs = cv2.resize(np.ascontiguousarray(image.transpose(1, 2, 0)), size[::-1])
    assert np.array_equal(ours.transpose(1, 2, 0), theirs)


def test_opencvs_linear_resizing_enlarges_within_a_level():
    image = photograph("astronaut")[:, :100, :120]
    ours = bilinear(image, (230, 255)).transpose(1, 2, 0).astype(int)
    theirs = cv2.resize(np.ascontiguousarray(image.transpose(1, 2, 0)), (255, 230))
    assert np.abs(ours - theirs).max() <= 1


def test_resizing_to_the_same_size_changes_nothing(noisy):
    image = noisy(20, 30)[0][0]
    assert np.array_equal(imresize(image, (20, 30), "linear"), image)
    assert np.array_equal(bilinear(image, (20, 30)), image)


@pytest.mark.parametrize(
    ("name", "kernel"), [("", "cubic"), ("-linear", "linear"), ("-opencv", "linear-opencv")]
)
def test_the_istd_protocols_differ_in_the_kernel_alone(name, kernel):
    protocol = suite().protocols.load(f"istd-legacy-256{name}")
    assert {m.kernel for m in protocol.measures.values()} == {kernel}
    assert {m.resize for m in protocol.measures.values()} == {(256, 256)}


def test_the_kernel_changes_the_number(value):
    target = photograph("astronaut")[None, :, 100:400, :400]
    shifted = np.roll(target, 1, axis=3)
    numbers = [
        value(psnr(resize=(100, 120), kernel=k), shifted, target)
        for k in ("cubic", "linear", "linear-opencv")
    ]
    assert min(np.diff(sorted(numbers))) > 0.1


def test_a_kernel_without_resizing_is_refused():
    with pytest.raises(ProtocolError, match="kernel means nothing where nothing is resized"):
        psnr(kernel="linear")


@pytest.mark.parametrize("size", [(0, 4), (4,), [4, 4]])
def test_a_middle_is_two_sizes(size):
    with pytest.raises(ProtocolError, match=r"center is .*; expected \(H, W\) or None"):
        Measure("psnr", "1", center=size)


def test_sizes_that_cannot_be_resized_are_errors():
    with pytest.raises(ImageError):
        bilinear(np.zeros((3, 4, 4), np.uint8), (0, 4))
