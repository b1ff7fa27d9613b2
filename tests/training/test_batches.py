"""Batches: functions of the step, with the geometry of their images intact."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.data.colour import as_float
from restorebench.errors import OptionError, SampleError
from restorebench.plugins import suite
from restorebench.restorers.upsample import bicubic
from restorebench.training.data.augment import augment, crop
from restorebench.training.data.batches import Batches
from restorebench.training.data.cache import prepare
from restorebench.training.data.split import training_split

ALL = ["horizontal", "vertical", "transpose"]


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_batch_is_a_function_of_its_step(recipe, images):
    made = recipe(batch=4, data={"augment": ALL})
    one, other = Batches(images(), made), Batches(images(), made)
    one(3, range(4))
    a, b = one(7, range(4)), other(7, range(4))
    assert a.ids == b.ids
    assert torch.equal(a.mu, b.mu)
    assert torch.equal(a.normal(a.mu), b.normal(b.mu))


def test_a_part_of_a_batch_is_that_part(recipe, images):
    batches = Batches(images(), recipe(batch=4, data={"augment": ALL}))
    whole, part = batches(5, range(4)), batches(5, [2, 3])
    assert whole.ids[2:] == part.ids
    assert torch.equal(whole.x0[2:], part.x0)
    assert torch.equal(whole.normal(whole.x0)[2:], part.normal(part.x0))


def test_every_pass_takes_each_image_once(recipe, images):
    batches = Batches(images(), recipe(batch=2))
    order = [name for step in range(6) for name in batches.ids(step)]
    passes = [order[:6], order[6:]]
    assert [sorted(names) for names in passes] == [sorted(batches.split.ids)] * 2
    assert passes[0] != passes[1]


def test_a_run_may_take_the_first_images_only(recipe, images):
    batches = Batches(images(), recipe(batch=4, data={"max_samples": 2}))
    assert {*batches.ids(0), *batches.ids(1)} == {*batches.split.ids[:2]}


def test_a_run_may_take_more_scenes_than_the_split_has(recipe, toys):
    """The same first ones, then others; what is scored stays as it is."""
    split = training_split(toys, recipe(data={"scenes": 9}).data)
    own = training_split(toys, recipe().data)
    assert (len(split), split.ids[: len(own)]) == (9, own.ids)
    targets = {split[name].target.tobytes() for name in split.ids}
    assert len(targets) == 9
    for scored in ("val", "test"):
        others = toys.datasets.load("blotches")(scored)
        assert not targets & {sample.target.tobytes() for sample in others}


def test_scenes_that_a_data_set_does_not_make_are_refused(recipe, toys):
    made = recipe(data={"name": "stereo-blotches", "scenes": 9})
    with pytest.raises(OptionError, match=r"stereo-blotches/train has 6 samples.*makes no more"):
        training_split(toys, made.data)


def test_seeds_differ(recipe, images):
    a, b = (Batches(images(), recipe(seed=seed))(0, [0]) for seed in (0, 1))
    assert not torch.equal(a.normal(a.mu), b.normal(b.mu))


def test_images_are_stored_exactly_and_opened_again(toys, images, tmp_path):
    stored, dataset = images(), toys.datasets.load("blotches")("train")
    assert stored.degraded[0].dtype == np.uint8
    for k, sample in enumerate(dataset):
        np.testing.assert_array_equal(as_float(stored.degraded[k]), sample.degraded)
        np.testing.assert_array_equal(as_float(stored.targets[k]), sample.target)
    assert stored.content_hash == dataset.content_hash
    assert prepare(suite(), dataset, tmp_path / "blotches-bicubic", "bicubic").ids == stored.ids


def test_values_between_the_levels_are_kept(toys, images):
    """PyTorch's bicubic is not rounded, and leaves [0, 1]."""
    assert images("stereo-blotches", "bicubic-0.75").degraded[0].dtype == np.float32


def test_small_views_are_enlarged_as_for_the_network(toys, images):
    sample = next(iter(toys.datasets.load("stereo-blotches")("train")))
    stored = images("stereo-blotches")
    np.testing.assert_array_equal(as_float(stored.degraded[0]), bicubic(sample.degraded, 2))
    assert (stored.scale, stored.ratio) == (2, 1)


def test_a_patch_covers_the_same_place_in_both_images():
    target = np.arange(40 * 56).reshape(1, 1, 40, 56)
    for seed in range(5):
        small, large = crop((target[..., ::2, ::2], target), 16, 2, 2, rng(seed))
        np.testing.assert_array_equal(small, large[..., ::2, ::2])


def test_a_patch_of_enlarged_images_keeps_their_phase():
    columns = np.broadcast_to(np.arange(56) % 4, (1, 1, 40, 56))
    for seed in range(5):
        _, cut = crop((columns, columns), 16, 1, 4, rng(seed))
        assert cut[0, 0, 0, 0] == 0


def test_a_patch_that_does_not_fit_is_refused(recipe, images):
    batches = Batches(images(), recipe(data={"patch": 64}))
    with pytest.raises(OptionError, match=r"data\.patch is 64, the images are 56×40"):
        batches(0, [0])


def test_turns_are_the_same_for_both_images_and_reach_all_eight():
    image = np.arange(16).reshape(1, 1, 4, 4)
    seen = set()
    for seed in range(60):
        a, b = augment((image, 10 * image), ALL, rng(seed))
        np.testing.assert_array_equal(10 * a, b)
        seen.add(a.tobytes())
    assert len(seen) == 8


def test_mirroring_a_stereo_pair_exchanges_its_views():
    """A point at column x in the left view is at x − d, d ≥ 0, in the right one; mirrored too."""
    left, right = np.zeros((2, 1, 1, 8))
    left[..., 5], right[..., 3] = 1, 1
    pair = np.stack([left, right])
    mirrored = next(
        a
        for a, _ in (augment((pair, pair), ["horizontal"], rng(s)) for s in range(9))
        if not np.array_equal(a, pair)
    )
    assert mirrored[0].argmax() - mirrored[1].argmax() == 2


def test_stereo_pairs_are_not_turned(recipe, images):
    made = recipe(data={"name": "stereo-blotches", "augment": ["transpose"]})
    with pytest.raises(OptionError, match="stereo pair"):
        Batches(images("stereo-blotches"), made)


def test_exchange_gives_the_target_for_the_input():
    pair = (np.zeros((1, 1, 2, 2)), np.ones((1, 1, 2, 2)))
    first = [float(augment(pair, ["exchange"], rng(s))[0].max()) for s in range(20)]
    assert set(first) == {0.0, 1.0}


def test_the_condition_goes_with_its_sample(recipe, toys, images):
    batches = Batches(images(), recipe(data={"condition": [0]}))
    batch, dataset = batches(0, [0, 1]), toys.datasets.load("blotches")("train")
    expected = [[float(dataset[name].condition[0])] for name in batch.ids]
    assert batch.condition.tolist() == expected


def test_a_condition_that_samples_lack_is_refused(recipe, images):
    with pytest.raises(OptionError, match="samples have 2 numbers"):
        Batches(images(), recipe(data={"condition": [5]}))


def test_samples_without_targets_are_refused(blotches, tmp_path):
    dataset = blotches.plain("train")
    blind = type(dataset)(
        "blind", "train", dataset.ids, lambda name: dataset[name].without_target()
    )
    with pytest.raises(SampleError, match="no target to train on"):
        prepare(suite(), blind, tmp_path / "blind", None)
