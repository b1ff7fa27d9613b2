"""A student says at once what its teacher says after several calls, on the same path."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import Checkpoint, load, save, sha256
from restorebench.errors import OptionError
from restorebench.training.data.batches import Batches
from restorebench.training.networks import beginning_digest, make_networks
from restorebench.training.optim.objectives import make_loss
from restorebench.training.recipe import Recipe


@pytest.fixture
def teacher(toys, diffusion, tmp_path):
    """The name of a diffusion of the toy task whose weights were drawn."""
    recipe = diffusion()
    torch.manual_seed(7)
    network = make_networks(toys, recipe).backbone
    for value in network.parameters():
        torch.nn.init.normal_(value, std=0.1)
    save(tmp_path / "teacher.safetensors", Checkpoint.of(recipe.setup(1), network), toys)
    return f"diffusion:weights={tmp_path / 'teacher.safetensors'}"


@pytest.fixture
def student(diffusion, teacher):
    """A recipe for one that is called once."""

    def make(**changes) -> Recipe:
        own = {"kind": "distillation", "head": "residual", "teacher": teacher}
        objective = {**own, **changes.pop("objective", {})}
        return diffusion(objective=objective, sampler={"steps": 1}, **changes)

    return make


def test_it_begins_as_its_teacher(toys, student, teacher):
    recipe = student(objective={"teacher_steps": 1})
    networks = make_networks(toys, recipe)
    weights = networks.backbone.state_dict()
    assert weights.keys()
    assert all(value.abs().max() > 0 for value in weights.values())
    assert beginning_digest(toys, recipe) == sha256(teacher.partition("=")[2])


@pytest.mark.parametrize("steps", [1, 2])
def test_a_teacher_that_is_called_as_often_has_nothing_to_teach(toys, student, images, steps):
    """In one call both say the same; in two the teacher says something else."""
    recipe = student(objective={"teacher_steps": steps})
    networks = make_networks(toys, recipe)
    loss = make_loss(toys, recipe, networks.backbone, None)
    batch = Batches(images(), recipe)(0, [0, 1])
    found = loss.loss(batch, batch.normal(batch.x0), np.array([1.0, 1.0])).item()
    assert (found < 1e-6) == (steps == 1)


def test_the_times_are_those_of_its_own_sampler(toys, student):
    recipe = student()
    for steps, times in ((1, [1.0]), (2, [1.0, 0.5])):
        sampler = recipe.sampler.model_copy(update={"steps": steps, "grid": "uniform-t"})
        made = recipe.model_copy(update={"sampler": sampler})
        loss = make_loss(toys, made, make_networks(toys, made).backbone, None)
        np.testing.assert_allclose(loss.times, times)


@pytest.mark.slow
def test_it_learns(toys, student, updates):
    run = updates(student(steps=40, optimiser={"lr": 3e-3}, batch=4))
    losses = [run.update(step).loss for step in range(40)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_its_run_can_be_used_and_names_its_teacher(student, train, teacher, precision):
    made = train(student(steps=2, precision=precision)).final
    origin = load(made).origin
    assert origin["begin_sha256"] == sha256(teacher.partition("=")[2])


def test_a_student_has_the_path_and_network_of_its_teacher(toys, student, teacher):
    recipe = student(path={"name": "irsde", "max_sigma": 30})
    with pytest.raises(OptionError, match=r"has path .* a student follows the path"):
        make_loss(toys, recipe, make_networks(toys, recipe).backbone, None)
    with pytest.raises(OptionError, match="which is another one"):
        make_networks(toys, student(backbone={"name": "nafnet", "width": 8}))
    recipe = student(objective={"teacher": "identity"}, begin=teacher)
    with pytest.raises(OptionError, match="expected a diffusion on images"):
        make_loss(toys, recipe, make_networks(toys, recipe).backbone, None)


def test_a_teacher_belongs_to_distillation(diffusion, student):
    with pytest.raises(ValueError, match=r"needs objective\.teacher"):
        diffusion(objective={"kind": "distillation"}, path="irsde")
    with pytest.raises(ValueError, match="nothing else has one"):
        diffusion(objective={"kind": "diffusion", "teacher": "dehaze-diffusion"})
