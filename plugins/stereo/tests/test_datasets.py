"""The stereo data sets: what a sample holds, and that its pixels never change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.dataset import Dataset
from restorebench.data.hashing import pixel_hash, target_hash
from restorebench.data.photographs import motorcycle
from restorebench.data.resize import imresize
from restorebench.types import Sample
from restorebench_stereo import datasets
from restorebench_stereo.photos import NAMES, real_pair

Make = Callable[[str], Dataset]

ALL = (datasets.scenes_x4, datasets.scenes_x2, datasets.photos_x4, datasets.photos_x2)


def first(make: Make, split: str = "val") -> Sample:
    dataset = make(split)
    return dataset[dataset.ids[0]]


@pytest.mark.parametrize("make", ALL)
def test_the_input_is_the_target_reduced_by_antialiased_bicubic(make: Make) -> None:
    sample = first(make)
    target = quantise(sample.target)
    height, width = (side // sample.scale for side in target.shape[-2:])
    np.testing.assert_array_equal(quantise(sample.degraded), imresize(target, (height, width)))


@pytest.mark.parametrize(("make", "scale"), [*zip(ALL, (4, 2, 4, 2), strict=True)])
def test_a_sample_has_two_views_and_neither_depth_nor_condition(make: Make, scale: int) -> None:
    sample = first(make)
    assert sample.scale == scale
    assert sample.degraded.shape[:2] == (2, 3)
    assert sample.depth is None
    assert sample.condition.size == 0


def test_scenes_are_384_wide_with_disparities_between_1_and_41_px() -> None:
    sample = first(datasets.scenes_x4)
    assert sample.target_shape == (2, 3, 256, 384)
    low, high = (sample.meta[f"disparity_{end}_px"] for end in ("min", "max"))
    assert 1.0 < low < 3.0
    assert 25.0 < high <= 41.0  # f·B / 1.5 m = 384 px · 0.16 m / 1.5 m


def test_both_scales_share_their_targets() -> None:
    assert target_hash(first(datasets.scenes_x4)) == target_hash(first(datasets.scenes_x2))
    assert target_hash(first(datasets.photos_x4)) == target_hash(first(datasets.photos_x2))


def test_counts_of_the_splits() -> None:
    counts = {split: len(datasets.scenes_x4(split)) for split in ("train", "val", "test")}
    assert counts == {"train": 64, "val": 8, "test": 12}


@pytest.mark.parametrize("make", [datasets.scenes_x4, datasets.photos_x4])
@pytest.mark.slow
def test_splits_share_no_image(make: Make) -> None:
    hashes = []
    for split in ("train", "val", "test"):
        dataset = make(split)
        for sample_id in dataset.ids[:2]:
            hashes += [pixel_hash(view) for view in quantise(dataset[sample_id].target)]
    assert len(hashes) == len(set(hashes)) >= 10


def test_only_the_motorcycle_is_called_a_real_pair_and_it_is_in_the_test_split() -> None:
    test = datasets.photos_x4("test")
    assert [s.id for s in test if s.meta["real_pair"]] == ["motorcycle"]
    assert "motorcycle" not in NAMES["train"] + NAMES["val"]


def test_the_real_pair_matches_along_rows_at_its_measured_disparity() -> None:
    left, right = real_pair().astype(np.float64)
    shot = motorcycle()
    d, valid = (a[0, : left.shape[1], : left.shape[2]] for a in (shot.disparity, shot.valid))
    columns = np.arange(left.shape[2]) - np.rint(d).astype(int)
    valid = valid & (columns >= 0)
    matched = np.take_along_axis(right, np.clip(columns, 0, None)[None], axis=2)
    error, unshifted = (np.abs(left - other)[:, valid].mean() for other in (matched, right))
    assert error < unshifted / 3


@pytest.mark.slow
def test_another_process_makes_the_same_pixels() -> None:
    code = (
        "from restorebench_stereo import datasets as d\n"
        "from restorebench.data.hashing import input_hash\n"
        "for make, i in ((d.scenes_x4, 'val-0000'), (d.photos_x2, 'rocket')):\n"
        "    print(input_hash(make('val')[i]))\n"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        for _ in range(2)
    ]
    lines = runs[0].stdout.split()
    assert lines == runs[1].stdout.split()
    assert len(set(lines)) == 2
