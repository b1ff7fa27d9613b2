"""The data sets are deterministic, 8-bit, hazy, and their splits are disjoint."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio as psnr

from restorebench.data.colour import through_8bit, to_srgb
from restorebench.data.dataset import Dataset
from restorebench.data.hashing import input_hash, target_hash
from restorebench.data.scenes import scene
from restorebench.types import Sample
from restorebench_dehaze.datasets import photos, scenes

SPLITS = ("train", "val", "test")
BOTH = pytest.mark.parametrize("load", [scenes, photos])
Load = Callable[[str], Dataset]


def first(dataset: Dataset) -> Sample:
    return dataset[dataset.ids[0]]


def identity_psnr(sample: Sample) -> float:
    assert sample.target is not None
    return float(psnr(sample.target, sample.degraded, data_range=1.0))


def test_scenes_have_their_counts_and_size() -> None:
    assert [len(scenes(split)) for split in SPLITS] == [64, 8, 12]
    assert first(scenes("val")).target_shape == (1, 3, 256, 384)


def test_photographs_are_at_most_512_pixels() -> None:
    assert all(max(sample.target_shape) <= 512 for sample in photos("test"))
    assert len(photos("test")) == 4


@BOTH
def test_samples_are_8_bit_pairs_without_hints(load: Load) -> None:
    sample = first(load("val"))
    assert sample.target is not None
    np.testing.assert_array_equal(sample.degraded, through_8bit(sample.degraded))
    np.testing.assert_array_equal(sample.target, through_8bit(sample.target))
    assert sample.depth is None
    assert sample.mask is None
    assert sample.condition.size == 0


def test_the_target_is_the_scene_without_haze() -> None:
    sample = first(scenes("val"))
    assert sample.target is not None
    clear = through_8bit(to_srgb(scene(sample.id, 256, 384).composite()))
    np.testing.assert_array_equal(sample.target[0], clear)


@BOTH
def test_a_sample_has_the_same_pixels_each_time(load: Load) -> None:
    one, other = first(load("val")), first(load("val"))
    assert (input_hash(one), target_hash(one)) == (input_hash(other), target_hash(other))


def test_content_hash_is_the_same_in_another_process() -> None:
    code = "from restorebench_dehaze.datasets import photos; print(photos('val').content_hash)"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert other.stdout.strip() == photos("val").content_hash


def test_splits_share_no_scene_id() -> None:
    for one, other in itertools.combinations(SPLITS, 2):
        assert not set(scenes(one).ids) & set(scenes(other).ids)
        assert not set(photos(one).ids) & set(photos(other).ids)


@pytest.mark.slow
def test_no_two_samples_of_any_split_share_a_target() -> None:
    some = [d[i] for d in map(scenes, SPLITS) for i in d.ids[:3]]
    every = [*some, *(s for split in SPLITS for s in photos(split))]
    assert len({target_hash(sample) for sample in every}) == len(every)


@pytest.mark.slow
def test_no_two_scenes_of_any_split_share_a_target() -> None:
    hashes = [target_hash(sample) for split in SPLITS for sample in scenes(split)]
    assert len(set(hashes)) == 64 + 8 + 12


@pytest.mark.slow
def test_haze_is_as_dense_as_that_of_the_challenge() -> None:
    values = [identity_psnr(sample) for sample in scenes("val")]
    assert 9 <= min(values) <= max(values) <= 18
    assert max(values) - min(values) > 3
