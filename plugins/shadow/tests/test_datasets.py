"""The data sets: pairs that agree with their masks, the same each time, splits apart."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice

import numpy as np
import pytest

from restorebench.data.colour import quantise, to_linear
from restorebench.data.hashing import input_hash, target_hash
from restorebench_shadow.datasets import shadow_photos, shadow_scenes

MAKERS = [shadow_scenes, shadow_photos]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def sample(request):
    return next(iter(request.param("val")))


def test_outside_the_mask_input_and_target_are_the_same(sample) -> None:
    lit = np.broadcast_to(sample.mask == 0, sample.degraded.shape)
    assert lit.mean() > 0.3
    np.testing.assert_array_equal(sample.degraded[lit], sample.target[lit])


def test_inside_the_mask_the_input_is_darker(sample) -> None:
    dark = sample.mask[0] > 0.9
    ratio = (
        to_linear(sample.degraded)[0, :, dark].mean() / to_linear(sample.target)[0, :, dark].mean()
    )
    assert 0.1 < ratio < 0.6


def test_the_shadow_is_bluish(sample) -> None:
    dark = np.broadcast_to(
        (sample.mask == 1) & (sample.target[0].min(axis=0) > 0.2), (1, *sample.mask.shape)
    )
    ratio = [
        np.median(
            to_linear(sample.degraded[:, c])[dark[0]] / to_linear(sample.target[:, c])[dark[0]]
        )
        for c in range(3)
    ]
    assert ratio[0] < ratio[2]


def test_the_mask_is_soft_and_of_256_levels(sample) -> None:
    assert np.any((sample.mask > 0.2) & (sample.mask < 0.8))
    np.testing.assert_array_equal(sample.mask, quantise(sample.mask) / np.float32(255))


@pytest.mark.slow
def test_the_shadow_covers_a_tenth_to_a_half_of_the_image() -> None:
    areas = [s.mask.mean() for make in MAKERS for s in islice(make("test"), 4)]
    assert all(0.1 < area < 0.5 for area in areas), areas


def test_sizes() -> None:
    assert shadow_scenes("test")["test-0000"].degraded.shape == (1, 3, 256, 384)
    assert [len(shadow_scenes(split)) for split in ("train", "val", "test")] == [64, 8, 12]
    # motorcycle is 500×741 in scikit-image
    assert shadow_photos("test")["motorcycle"].degraded.shape == (1, 3, 500, 512)


@pytest.mark.slow
def test_splits_share_no_scene() -> None:
    for make in MAKERS:
        hashes = [
            target_hash(s) for split in ("train", "val", "test") for s in islice(make(split), 2)
        ]
        assert len(set(hashes)) == len(hashes)


@pytest.mark.slow
def test_another_process_makes_the_same_pixels() -> None:
    code = (
        "from restorebench.data.hashing import *;from restorebench_shadow.datasets import *;"
        "s=shadow_scenes('test')['test-0001'];print(input_hash(s),target_hash(s))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = shadow_scenes("test")["test-0001"]
    assert ran.stdout.split() == [input_hash(here), target_hash(here)]
