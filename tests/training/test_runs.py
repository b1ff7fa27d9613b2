"""Whole runs: what they write, and what they end in."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.colour import quantise
from restorebench.data.images import read_image
from restorebench.errors import TrainingError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.regression import Regression
from restorebench.training.networks import inherited, make_networks


def test_a_run_ends_in_weights_that_its_restorer_reads(recipe, train, toys):
    folder = train(recipe())
    sample = next(iter(toys.datasets.load("blotches")("test")))
    restored = Regression(weights=str(folder.final), suite=suite()).restore(
        sample.without_target(), Context("toy")
    )
    assert restored.image.shape == sample.target_shape
    assert {p.name for p in folder.images.iterdir()} == {"0000003.png", "0000006.png"}
    origin = load(folder.final).origin
    assert (origin["recipe"], origin["steps"]) == ("toy", 6)
    split = toys.datasets.load("blotches")("train")
    assert origin["data_hash"] == origin["trained_on"] == split.content_hash
    seen = TrainedOn.of(origin)
    assert all(seen.has_seen("", split.identity(name).target) for name in split.ids)


def test_a_run_passes_on_what_its_other_weights_were_trained_on(recipe, train, toys):
    folder = train(recipe(data={"max_samples": 2}))
    own = TrainedOn.of(load(folder.final).origin)
    assert len(own.targets) == 2
    named = f"regression:weights={folder.final}"
    assert inherited(toys, recipe(begin=named)) == own
    assert inherited(toys, recipe()) == TrainedOn()
    later = train(recipe(begin=named, steps=1, data={"train": "val"}), "later")
    both = TrainedOn.of(load(later.final).origin)
    val = toys.datasets.load("blotches")("val").content_hash
    assert both.splits == (val, *own.splits)
    assert both.targets > own.targets


def test_a_sheet_shows_input_restored_and_target(recipe, train, toys):
    folder = train(recipe(steps=1))
    (sheet,) = folder.images.iterdir()
    columns = np.split(read_image(sheet), [56, 60, 116, 120], axis=-1)
    sample = next(iter(toys.datasets.load("blotches")("val")))
    np.testing.assert_array_equal(columns[0], quantise(sample.degraded[0]))
    np.testing.assert_array_equal(columns[4], quantise(sample.target[0]))
    assert [column.shape[-1] for column in columns] == [56, 4, 56, 4, 56]


def test_what_is_exported_is_the_average(recipe, train):
    folder = train(recipe())
    state = folder.load()["updates"]
    ours = load(folder.final).backbone
    for key, value in state["ema"].items():
        assert torch.equal(ours[key], value)
    assert any(not torch.equal(ours[key], state["network"][key]) for key in ours)


def test_a_loss_of_nan_stops_before_it_spoils_the_weights(recipe, updates):
    trained = updates(recipe())
    trained.update(0)
    before = {key: value.clone() for key, value in trained.network.state_dict().items()}
    trained._loss = lambda batch: next(trained.network.parameters()).sum() * float("nan")
    with pytest.raises(TrainingError) as caught:
        trained.update(1)
    assert "at step 1 the loss is nan" in str(caught.value)
    assert all(name in str(caught.value) for name in trained.batches.ids(1))
    for key, value in trained.network.state_dict().items():
        assert torch.equal(value, before[key])


def test_parts_of_a_batch_add_up_to_it(recipe, updates):
    whole, parts = (updates(recipe(batch=4, accumulate=k)) for k in (1, 4))
    for step in range(3):
        a, b = whole.update(step), parts.update(step)
        np.testing.assert_allclose(a, b, rtol=1e-4)


def test_fresh_weights_are_a_function_of_the_seed(recipe):
    a, b, c = (make_networks(suite(), recipe(seed=seed)).trained.state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert any(not torch.equal(a[key], c[key]) for key in a)


def test_a_pair_of_views_is_trained_and_enlarged(diffusion, train, toys):
    tiny = {"name": "nafnet", "width": 4, "encoder": [1], "decoder": [1], "views": 2}
    data = {"name": "stereo-blotches", "augment": ["horizontal", "vertical"]}
    folder = train(diffusion(backbone={**tiny, "fusion": "quarter"}, data=data))
    sample = next(iter(toys.datasets.load("stereo-blotches")("test")))
    restored = Diffusion(weights=str(folder.final), suite=suite()).restore(
        sample.without_target(), Context("toy")
    )
    assert restored.image.shape == sample.target_shape
