"""What a restorer gives by mistake: named in words, or warned of where it may be meant."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.errors import ImageError
from restorebench.restorers.check import check_restoration
from restorebench.restorers.doubts import Doubts
from restorebench.types import Restoration, Sample

IMAGE = np.random.default_rng(0).random((1, 3, 20, 30), dtype=np.float32)
IMAGE[:, 0] *= 0.2  # so that channels can be told apart
SAMPLE = Sample("a", IMAGE)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (None, "is None; give a NumPy array, float32"),
        (IMAGE.tolist(), "is a list; give a NumPy array"),
        ({"image": IMAGE}, "is a dict; give a NumPy array"),
        (np.ma.masked_less(IMAGE, 0.5), "is a MaskedArray; give a NumPy array"),
        (torch.zeros(IMAGE.shape, requires_grad=True), r"is a Tensor; .*\.detach\(\).*\.numpy\(\)"),
        (torch.zeros(IMAGE.shape, dtype=torch.bfloat16), r"is a Tensor; .*\.float\(\)"),
        (IMAGE > 0.5, "has values of type bool; expected float32"),
        (IMAGE.astype(complex), "has values of type complex128; expected float32"),
        (IMAGE.astype(object), "has values of type object; expected float32"),
        (np.ones(IMAGE.shape, np.int64), "has values of type int64; expected float32"),
        (np.ones(IMAGE.shape, np.uint8), "uint8, as 8-bit images; .* divide by 255"),
        (IMAGE * 255, "as 8-bit images; .* divide by 255"),
        (IMAGE * np.float32(np.nan), "not finite"),
        (IMAGE[None], "one axis too many"),
        (IMAGE[0], "without its first axis"),
        (IMAGE.transpose(0, 2, 3, 1), "channels last"),
        (IMAGE[..., 1:], "29×20 pixels, not 30×20; images are never resized to fit"),
    ],
)
def test_what_is_no_image_is_said_in_words(image, says):
    with pytest.raises(ImageError, match=rf"the restoration of 'a' .*{says}"):
        check_restoration(Restoration(image), SAMPLE)


@pytest.mark.parametrize(
    ("output", "kind"), [(None, "None"), (IMAGE, "a ndarray"), ((), "a tuple")]
)
def test_what_is_no_restoration_is_said_in_words(output, kind):
    with pytest.raises(ImageError, match=rf"'a' is {kind}; return restorebench\.Restoration"):
        check_restoration(output, SAMPLE)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_every_float_is_an_image_and_what_leaves_the_range_is_clipped_later(kind):
    assert check_restoration(Restoration((IMAGE * 1.2 - 0.1).astype(kind)), SAMPLE) is None


@pytest.mark.parametrize(
    ("output", "says"),
    [
        (IMAGE[:, ::-1], "does it give BGR"),
        (IMAGE * 2 - 1, "(image + 1) / 2"),
        (IMAGE / 255, "divided by 255 twice"),
        *((output, None) for output in (IMAGE, IMAGE * 0.5, IMAGE * 0, 1 - IMAGE, IMAGE - 0.1)),
        (IMAGE[..., ::2], None),
    ],
)
def test_outputs_that_are_hardly_meant_are_warned_of_once(output, says, caplog):
    doubts = Doubts()
    for name in ("x", "x", "y"):
        doubts.check(name, output, SAMPLE)
    assert [r.message.split(" on ")[0] for r in caplog.records] == ["x", "y"] * bool(says)
    assert all(says in r.message for r in caplog.records)
