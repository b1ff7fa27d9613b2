"""Guides: maps that a network reads beside the degraded image, in training and afterwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from restorebench.backbones.cost import cost_of
from restorebench.checkpoints import parts
from restorebench.checkpoints.file import Checkpoint, save
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.data.dataset import Dataset
from restorebench.errors import ImageError, OptionError, SampleError, UnknownNameError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.guides import guide_channels, guide_maps
from restorebench.restorers.initial import InitialRestorer
from restorebench.restorers.regression import Regression
from restorebench.restorers.upsample import bicubic, nearest
from restorebench.training.data.augment import augment, crop
from restorebench.training.data.batches import Batches
from restorebench.training.data.cache import prepare
from restorebench.training.library import read_recipe, recipe_names
from restorebench.training.networks import make_networks
from restorebench.types import Sample

PLAIN = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1], "guides": 1}
REGRESSION = {**PLAIN, "timed": False, "degraded": False, "residual": True}
SHADOW = Context("shadow")
IRSDE = {"path": "irsde", "head": "data", "grid": "trailing", "steps": 3, "solver": "ancestral"}


@pytest.fixture
def sample():
    rng = np.random.default_rng(3)
    pixels = rng.uniform(0, 1, (1, 3, 12, 16)).astype(np.float32)
    mask = (rng.uniform(size=(1, 12, 16)) > 0.5).astype(np.float32)
    return Sample("a", pixels, mask=mask, depth=1 + 3 * mask)


@pytest.fixture
def stored(tmp_path):
    """The path of a checkpoint with random weights."""

    def write(**values):
        setup = Setup.from_dict(values)
        torch.manual_seed(0)
        network = parts.backbone(suite(), setup.backbone)
        for value in network.parameters():
            torch.nn.init.normal_(value, std=0.1)
        save(tmp_path / "w.safetensors", Checkpoint.of(setup, network, None), suite())
        return str(tmp_path / "w.safetensors")

    return write


def test_guides_stand_one_behind_the_other(sample):
    maps = guide_maps(suite(), ["nearness", "mask"], sample)
    assert (maps.dtype, maps.shape) == (np.float32, (2, 12, 16))
    np.testing.assert_array_equal(maps[0], 1 / sample.depth[0])
    np.testing.assert_array_equal(maps[1], sample.mask[0])
    assert guide_channels(suite(), ["nearness", "mask"]) == 2


def test_a_sample_without_what_a_guide_needs_is_named(sample):
    with pytest.raises(SampleError, match="'a' has no mask"):
        guide_maps(suite(), ["mask"], replace(sample, mask=None))
    with pytest.raises(SampleError, match="'a' has no depth"):
        guide_maps(suite(), ["nearness"], replace(sample, depth=None))
    with pytest.raises(UnknownNameError, match="did you mean 'mask'"):
        guide_maps(suite(), ["masks"], sample)


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"backbone": REGRESSION}, Regression), ({"backbone": PLAIN, **IRSDE}, Diffusion)],
)
def test_the_mask_changes_the_answer_and_nothing_else_does(stored, sample, values, kind):
    restorer = kind(stored(**values, guides=["mask"]), suite=suite())
    answers = [
        restorer.restore(asked, Context("toy")).image
        for asked in (sample, replace(sample, depth=None), replace(sample, mask=1 - sample.mask))
    ]
    assert np.array_equal(answers[0], answers[1])
    assert not np.allclose(answers[0], answers[2])


@pytest.mark.parametrize("guides", [[], ["mask", "nearness"]])
def test_guides_that_the_network_does_not_read_are_refused(stored, guides):
    with pytest.raises(OptionError, match=r"reads 1 channels of guides.*backbone\.guides="):
        Regression(stored(backbone=REGRESSION, guides=guides), suite=suite())


def test_a_network_gets_its_guides_after_the_image():
    network = parts.backbone(suite(), Choice.read(PLAIN, "backbone"))
    x = torch.rand(1, 3, 8, 8)
    out = network(x, torch.cat([x, torch.rand(1, 1, 8, 8)], 1), 0.5)
    assert out.shape == x.shape
    with pytest.raises(ImageError, match="with 1 channels of guides"):
        network(x, x, 0.5)
    without = parts.backbone(suite(), Choice.read({**PLAIN, "guides": 0}, "backbone"))
    extra = cost_of(network, 8, 8).macs - cost_of(without, 8, 8).macs
    assert extra == 8 * 8 * 4 * 9  # a channel more for each of the first layer's kernels


def test_guides_are_cut_and_turned_with_the_image():
    rows = np.arange(24.0)[:, None] * np.ones((1, 3, 1, 24))
    names = ["horizontal", "vertical", "transpose", "exchange"]
    for seed in range(8):
        rng = np.random.default_rng(seed)
        images = augment(crop((rows, rows + 1, rows[:, :1]), 16, 1, 1, rng), names, rng)
        lower = np.minimum(images[0], images[1])  # exchanged or not
        np.testing.assert_array_equal(images[2], lower[:, :1])


def short(*samples: Sample) -> Dataset:
    """A data set of a few samples."""
    made = {sample.id: sample for sample in samples}
    return Dataset("shadow-scenes", "val", tuple(made), made.__getitem__)


def test_training_reads_them_from_the_samples(tmp_path, sample):
    lit = replace(sample, target=1 - sample.degraded)
    split = prepare(suite(), short(lit), tmp_path / "cache", None, guides=["mask", "nearness"])
    recipe = read_recipe("shadow-regression-compact", {"batch": 2, "data.patch": 8})
    batch = Batches(split, recipe)(0, [0, 1])
    assert batch.guides.shape == (2, 1, 2, 8, 8)
    mask, nearness = batch.guides[:, 0].unbind(1)
    torch.testing.assert_close(nearness, 1 / (1 + 3 * mask))
    torch.testing.assert_close(batch.x0, 1 - batch.mu)


def darkened(size=(12, 16)):
    """A sample of the shadow task whose lower half is in shadow."""
    rng = np.random.default_rng(5)
    pixels = rng.uniform(0.2, 1, (1, 3, *size)).astype(np.float32)
    mask = np.zeros((1, *size), np.float32)
    mask[:, size[0] // 2 :] = 1
    degraded = np.where(mask > 0, 0.5 * pixels, pixels).astype(np.float32)
    return Sample("dark", degraded, pixels, mask=mask)


def test_a_network_goes_on_where_another_restorer_ends(stored):
    """With weights of 0 a residual network gives back what it is given."""
    weights = stored(
        backbone={**REGRESSION, "guides": 3}, guides=["input"], initial="colour-transfer"
    )
    restorer, sample = Regression(weights, suite=suite()), darkened()
    for value in restorer.model.backbone.parameters():
        value.data.zero_()
    first = (
        suite().restorers.load("colour-transfer")().restore(sample.without_target(), SHADOW).image
    )
    answer = restorer.restore(sample.without_target(), SHADOW).image
    np.testing.assert_allclose(answer, first, atol=1e-6)
    assert np.abs(answer - sample.degraded).max() > 0.1


def test_what_comes_first_is_counted_and_known_by_its_own_weights(stored, monkeypatch):
    """A network after a network takes the calls of both, and is another if the first one is."""
    network = Regression(stored(backbone=REGRESSION, guides=["mask"]), suite=suite())
    later = stored(backbone={**REGRESSION, "guides": 3}, guides=["input"], initial="identity")
    second, sample = Regression(later, suite=suite()), darkened().without_target()
    alone = second.restore(sample, SHADOW)
    before = second.fingerprint(sample.id, 1)
    monkeypatch.setattr(second.initial, "_restorer", network, raising=False)
    both, first = second.restore(sample, SHADOW), network.restore(sample, SHADOW)
    assert (alone.nfe, both.nfe) == (1, 2)
    assert both.macs == alone.macs + first.macs
    assert both.parameters == alone.parameters + first.parameters
    assert second.fingerprint(sample.id, 1) != before


def test_training_starts_where_the_network_will(tmp_path):
    sample = darkened()
    first = InitialRestorer(suite(), "colour-transfer", "shadow")
    split = prepare(suite(), short(sample), tmp_path, None, guides=["input"], initial=first)
    assert not np.array_equal(split.degraded[0], sample.degraded)
    np.testing.assert_array_equal(split.degraded[0], first(sample).image)
    np.testing.assert_array_equal(split.guides[0], sample.degraded)


def test_what_comes_first_is_known_and_of_a_size_that_fits(sample):
    with pytest.raises(UnknownNameError, match="did you mean 'colour-transfer'"):
        InitialRestorer(suite(), "color-transfer")
    with pytest.raises(OptionError, match="initial is ''"):
        Setup(initial="")
    with pytest.raises(SampleError, match="needs an image of its size"):
        InitialRestorer(suite(), "bicubic", "toy")(replace(sample, scale=2, target=None))


def test_what_comes_first_may_enlarge(sample):
    small = replace(sample, scale=2, target=None)
    first = InitialRestorer(suite(), "bicubic", "toy")(small, 2, "nearest").image
    np.testing.assert_array_equal(first, bicubic(small.degraded, 2))
    kept = InitialRestorer(suite(), "identity", "toy")(small, 2, "nearest").image
    np.testing.assert_array_equal(kept, nearest(small.degraded, 2))


@pytest.mark.parametrize("name", [n for n in recipe_names() if n.startswith(("shadow", "bokeh"))])
def test_recipes_give_what_their_networks_read(name):
    recipe = read_recipe(name)
    options = recipe.backbone if isinstance(recipe.backbone, dict) else {}
    assert guide_channels(suite(), recipe.data.guides) == options.get("guides", 0)


def test_training_refuses_guides_that_do_not_fit():
    with pytest.raises(OptionError, match=r"set backbone\.guides=0"):
        make_networks(suite(), read_recipe("shadow-regression-compact", {"data.guides": []}))


def test_circles_of_confusion_are_those_of_the_lenses():
    sample = suite().datasets.load("bokeh-scenes")("val")["val-0000"]
    source, target = guide_maps(suite(), ["circles-of-confusion"], sample)
    ratio = sample.condition[0] / sample.condition[1]  # of the f-numbers
    np.testing.assert_allclose(target, ratio * source, rtol=1e-4, atol=1e-6)
    focus, disparity = sample.condition[3:]
    expected = disparity / sample.condition[1] * (1 - focus / sample.depth[0]) / 10
    np.testing.assert_allclose(target, expected, rtol=1e-3, atol=1e-4)


def affine(**changes):
    options = {**REGRESSION, "guides": 0, "affine": True, **changes}
    return parts.backbone(suite(), Choice.read(options, "backbone"))


def test_an_affine_network_scales_the_image_and_adds_to_it():
    network = affine(residual=False)
    x = torch.rand(2, 3, 9, 7)
    with torch.no_grad():
        network.ending.weight.zero_()
        network.ending.bias.copy_(torch.tensor([2.0, 3, 4, 0.1, 0.2, 0.3]))
    expected = x * torch.tensor([2.0, 3, 4])[:, None, None]
    expected = expected + torch.tensor([0.1, 0.2, 0.3])[:, None, None]
    torch.testing.assert_close(network(x), expected)


def test_the_degraded_image_is_scaled_not_the_state():
    network = affine(residual=False, degraded=True, timed=True, guides=1)
    mu = torch.rand(1, 1, 4, 8, 8)  # a guide behind the image
    with torch.no_grad():
        network.ending.weight.zero_()
        network.ending.bias.copy_(torch.tensor([1.0, 1, 1, 0, 0, 0]))
    torch.testing.assert_close(network(torch.rand(1, 1, 3, 8, 8), mu, 0.3), mu[:, :, :3])


def test_a_network_that_enlarges_is_not_affine():
    with pytest.raises(OptionError, match="affine"):
        affine(upscale=2)
