"""The two data sets: exact physics, the same pixels everywhere, no scene in two splits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from restorebench.data.hashing import input_hash, target_hash
from restorebench.data.scenes import Scene
from restorebench.types import Array, Sample
from restorebench_bokeh.condition import Condition
from restorebench_bokeh.datasets import MARGIN, bokeh_photos, bokeh_scenes
from restorebench_bokeh.depth_layers import planes
from restorebench_bokeh.metadata import LensPair

Val = Mapping[str, Sample]


def test_the_splits_have_their_sizes_and_share_no_id() -> None:
    splits = [bokeh_scenes(name).ids for name in ("train", "val", "test")]
    assert [len(ids) for ids in splits] == [64, 8, 12]
    assert len(set().union(*splits)) == 84
    photographs = [
        {i.rsplit("-", 1)[0] for i in bokeh_photos(s).ids} for s in ("train", "val", "test")
    ]
    assert len(set().union(*photographs)) == sum(map(len, photographs))


@pytest.mark.slow
def test_equal_indices_of_different_splits_are_different_pixels() -> None:
    first = [bokeh_scenes(s)[f"{s}-0000"] for s in ("train", "val", "test")]
    assert len({input_hash(sample) for sample in first}) == 3
    assert len({target_hash(sample) for sample in first}) == 3


@pytest.mark.slow
@pytest.mark.parametrize("dataset", [bokeh_scenes, bokeh_photos])
def test_no_pixels_of_one_split_occur_in_another(dataset) -> None:  # type: ignore[no-untyped-def]
    splits = [dataset(name) for name in ("train", "val", "test")]
    for digest in (input_hash, target_hash):
        hashes = [{digest(sample) for sample in split} for split in splits]
        assert len(set().union(*hashes)) == sum(map(len, splits))


def test_a_sample_carries_depth_condition_and_metadata_that_agree(val: Val) -> None:
    sample = val["val-0001"]
    condition = Condition.read(sample.condition, sample.id)
    pair = LensPair.parse(str(sample.meta["betd"]))
    assert sample.degraded.shape == (1, 3, 256, 384)
    assert sample.depth is not None
    assert np.float32(condition.focus_distance) in sample.depth
    assert (pair.source.f_number, pair.target.f_number) == pytest.approx(sample.condition[:2])
    assert pair.disparity == pytest.approx(condition.disparity, abs=0.005)


def test_what_is_in_focus_is_alike_in_source_and_target(val: Val) -> None:
    sample = val["val-0001"]
    assert sample.depth is not None
    assert sample.target is not None
    condition = Condition.read(sample.condition, sample.id)
    blur = condition.target_blur(sample.depth)[0]
    error = np.abs(sample.degraded - sample.target)[0].mean(axis=0)
    assert error[blur < 0.1].mean() < 0.3 * error[blur > 3.0].mean()


@pytest.mark.slow
def test_the_margin_holds_half_of_the_largest_blur() -> None:
    reaches = []
    for sample_id in ("test-0005", "test-0010"):
        sample = bokeh_scenes("test")[sample_id]
        condition = Condition.read(sample.condition, sample.id)
        assert sample.depth is not None
        reaches.append(float(condition.target_blur(sample.depth).max()) / 2)
    assert 5.0 < max(reaches) < MARGIN


@pytest.mark.slow
def test_both_directions_occur(val: Val) -> None:
    pairs = [LensPair.parse(str(val[i].meta["betd"])) for i in ("rocket-b", "rocket-c")]
    assert [p.source.f_number < p.target.f_number for p in pairs] == [False, True]


@pytest.mark.slow
def test_another_process_makes_the_same_pixels(val: Val) -> None:
    code = (
        "from restorebench_bokeh.datasets import bokeh_scenes as s, bokeh_photos as p\n"
        "from restorebench.data.hashing import input_hash as i, target_hash as t\n"
        "print(*[f(x) for x in (s('val')['val-0001'], p('val')['rocket-b']) for f in (i, t)])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    samples = val["val-0001"], val["rocket-b"]
    here = [f(sample) for sample in samples for f in (input_hash, target_hash)]
    assert run.stdout.split() == here


def photograph_in_planes(count: int = 6) -> tuple[Array, Scene]:
    light = np.random.default_rng(3).random((3, 24, 32), dtype=np.float32)
    depth = np.repeat(np.geomspace(20.0, 2.0, 24, dtype=np.float32)[None, :, None], 32, axis=2)
    return light, planes("made", light, depth, count, reach=4)


def test_planes_of_a_photograph_composite_to_the_photograph() -> None:
    light, scene = photograph_in_planes()
    np.testing.assert_array_equal(scene.composite(), light)
    depths = [layer.depth for layer in scene.layers]
    assert depths == sorted(depths, reverse=True)
    assert scene.layers[0].alpha.min() == 1.0


def test_a_plane_goes_on_behind_the_nearer_ones() -> None:
    _, scene = photograph_in_planes()
    middle, nearer = scene.layers[2], scene.layers[3]
    both = (middle.alpha > 0) & (nearer.alpha > 0)
    assert both.sum() == 4 * 32
    without_nearer = replace(scene, layers=scene.layers[:3]).composite()
    assert without_nearer[:, both[0]].min() > 0.0
