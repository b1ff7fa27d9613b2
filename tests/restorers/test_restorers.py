"""Diffusion and regression as restorers: options, tasks, fingerprints, the harness."""

from __future__ import annotations

import sys
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.data.colour import as_float, quantise
from restorebench.data.resize import imresize
from restorebench.errors import CheckpointError, OptionError, SampleError
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline, suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.model import Model
from restorebench.restorers.plan.plan import WHOLE, Limits, Size
from restorebench.restorers.regression import Regression
from restorebench.restorers.upsample import enlarged
from restorebench.restorers.weights import FromWeights

CONTEXT = Context("test", seed=1)
REGRESSION = {"degraded": False, "timed": False, "residual": True}


def test_a_restoration_is_a_function_of_seed_task_sample_and_draw(tiny, sample):
    restorer = Diffusion(tiny(), suite=suite())
    image = restorer.restore(sample(), CONTEXT).image
    assert np.array_equal(image, restorer.restore(sample(), CONTEXT).image)
    for other in (Context("test", seed=2), Context("other", seed=1), Context("test", 1, draw=1)):
        assert not np.array_equal(image, restorer.restore(sample(), other).image)


def test_options_change_the_setup_in_the_file(tiny, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("steps = 7\n[solver]\nname = 'ddim'\neta = 0.5\n[path]\nmax_sigma = 25\n")
    setup = Diffusion(tiny(), config=str(config), steps=9, suite=suite()).setup
    assert (setup.steps, setup.solver.options) == (9, {"eta": 0.5})
    assert setup.path.options == {"max_sigma": 25}


def test_a_mean_of_samples_is_their_mean_and_costs_them_all(tiny, sample):
    weights = tiny()
    one, three = (
        Diffusion(weights, mean_of=k, suite=suite()).restore(sample(), CONTEXT) for k in (1, 3)
    )
    assert (one.nfe, three.nfe, three.macs) == (4, 12, 3 * one.macs)
    assert not np.array_equal(one.image, three.image)


def test_a_mean_of_many_samples_keeps_their_sum_alone(tiny, sample, monkeypatch):
    """And the plan counts that sum: an image more, whatever their number."""
    weights, made, alive = tiny(), [], []

    def restore(self, *arguments, own=Model.restore, **more):
        alive.append(sum(image() is not None for image in made))
        output = own(self, *arguments, **more)
        made.append(weakref.ref(output.images))
        return output

    one, many = (Diffusion(weights, mean_of=k, suite=suite()) for k in (1, 5))
    monkeypatch.setattr(Model, "restore", restore)
    many.restore(sample(), CONTEXT)
    assert alive == [0] * 5
    size = Size(600, 400)
    more = many.costs(Limits()).bytes(size, WHOLE) - one.costs(Limits()).bytes(size, WHOLE)
    assert more == 12 * 600 * 400


def test_a_fingerprint_changes_with_weights_and_setup(tiny, sample):
    same = [Diffusion(tiny(), suite=suite()).fingerprint("a", 1) for _ in range(2)]
    assert same[0] == same[1]
    others = [
        Diffusion(tiny(name="b.safetensors", seed=1), suite=suite()),
        Diffusion(tiny(), steps=2, suite=suite()),
        Diffusion(tiny(), precision="bfloat16", suite=suite()),
    ]
    assert len({same[0], *(other.fingerprint("a", 1) for other in others)}) == 4


@pytest.mark.parametrize("method", ["bicubic", "bicubic-0.75", "nearest"])
def test_a_network_at_full_size_is_given_the_enlarged_input(tiny, sample, method):
    restorer = Diffusion(tiny(scale=4, enlarge=method), suite=suite())
    given = sample(scale=4, size=(5, 6))
    batch = restorer.inputs(given, CONTEXT).images
    assert batch.shape == (1, 1, 3, 20, 24)
    assert torch.equal(batch[0], torch.from_numpy(enlarged(given.degraded, 4, method)))
    assert restorer.restore(given, CONTEXT).image.shape == given.target_shape


def test_enlarging_is_that_of_the_reference_row():
    image = np.random.default_rng(0).uniform(0, 1, (2, 3, 6, 7)).astype(np.float32)
    expected = as_float(imresize(quantise(image), (12, 14)))
    assert np.array_equal(enlarged(image, 2, "bicubic"), expected)
    assert np.array_equal(enlarged(image, 2, "nearest")[..., ::2, 1::2], image)


def test_a_regression_answers_in_one_call(stored, sample):
    weights = stored(backbone={"name": "nafnet", "size": "compact-regression", "width": 4})
    restored = Regression(weights, suite=suite()).restore(sample(), CONTEXT)
    assert restored.image.shape == (1, 3, 13, 17)
    assert (restored.nfe, restored.parameters > 0, restored.macs > 0) == (1, True, True)


def test_a_regression_that_enlarges_is_given_the_input_as_it_is(stored, sample):
    column = {"name": "nafnet", "size": "nafssr-t-x4", "width": 4, "middle": 1}
    restorer, given = (
        Regression(stored(backbone=column), suite=suite()),
        sample(views=2, scale=4),
    )
    assert restorer.inputs(given, CONTEXT).images.shape[-2:] == given.degraded.shape[-2:]
    assert restorer.restore(given, CONTEXT).image.shape == given.target_shape
    with pytest.raises(SampleError, match="enlarged 2 times; the network enlarges 4 times"):
        restorer.restore(sample(views=2, scale=2), CONTEXT)


def test_a_condition_is_read_by_place(tiny, sample):
    restorer = Diffusion(tiny({"condition_dim": 2}, condition=[4, 0]), suite=suite())
    condition = restorer.inputs(sample(condition=(1, 2, 3, 4, 5)), CONTEXT).condition
    assert condition.tolist() == [[5, 1]]
    none = Diffusion(tiny(condition=[]), suite=suite()).inputs(sample(condition=(1, 2)), CONTEXT)
    assert none.condition is None


@pytest.mark.parametrize(
    ("backbone", "given", "says"),
    [
        ({}, {"views": 2}, "'a' has 2 views, the network takes 1; .* of another task"),
        ({}, {"condition": (1,)}, "condition of 1 numbers, the network takes 0"),
        ({"condition_dim": 3}, {}, "condition of 0 numbers, the network takes 3"),
        ({"views": 2, "fusion": "quarter"}, {}, "one view, the network takes 2"),
    ],
)
def test_samples_of_another_task_are_refused(tiny, sample, backbone, given, says):
    restorer = Diffusion(tiny(backbone), suite=suite())
    with pytest.raises(SampleError, match=says):
        restorer.restore(sample(**given), CONTEXT)


@pytest.mark.parametrize(("given", "states"), [((), "none"), ((1, 2), "only the first 2")])
def test_numbers_that_a_sample_lacks_are_named(tiny, sample, given, states):
    restorer = Diffusion(tiny({"condition_dim": 2}, condition=[4, 0]), suite=suite())
    says = f"the network reads number 5, 1 of the task's condition; sample 'a' states {states}"
    with pytest.raises(SampleError, match=says):
        restorer.restore(sample(condition=given), CONTEXT)


def test_samples_of_another_scale_are_refused(tiny, sample):
    with pytest.raises(SampleError, match="enlarged 2 times; these weights are for 4 times"):
        Diffusion(tiny(scale=4), suite=suite()).restore(sample(scale=2), CONTEXT)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda tiny: Diffusion(suite=suite()),
            "'diffusion' needs a file of weights: weights=FILE",
        ),
        (lambda tiny: Diffusion("gone.safetensors", suite=suite()), "does not exist"),
        (
            lambda tiny: Diffusion(tiny(), precision="half", suite=suite()),
            "precision is 'half'; there are float32",
        ),
        (lambda tiny: Diffusion(tiny(), mean_of=0, suite=suite()), "mean_of is 0"),
        (lambda tiny: Diffusion(tiny(), steps=0, suite=suite()), "steps is 0"),
        (lambda tiny: Diffusion(tiny(), head="x", suite=suite()), "unknown head 'x'"),
        (lambda tiny: Regression(tiny(), suite=suite()), "use 'diffusion'"),
        (lambda tiny: Diffusion(tiny(REGRESSION, path=None), suite=suite()), "use 'regression'"),
        (lambda tiny: Regression(tiny(path=None), suite=suite()), "conditioned on the time"),
    ],
)
def test_files_and_options_that_do_not_fit(tiny, make, says):
    with pytest.raises((OptionError, CheckpointError), match=says):
        make(tiny)


def test_a_compressor_alone_restores_nothing(stored):
    weights = stored(compressor={"name": "haar", "levels": 1}, path="irsde")
    with pytest.raises(CheckpointError, match="holds a compressor alone"):
        FromWeights(suite(), weights, "", {}, "float32")


def test_the_harness_runs_and_reuses_it(tiny, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "harness"))
    import toy_task

    suite = Suite([inline(toy_task, "toy")])
    selection = Selection(("toy",), restorers=(f"diffusion:weights={tiny()},steps=2,label=mine",))
    (cell,) = plan(suite, selection)
    first, again = (
        next(iter(Runner(suite, Store(tmp_path / "results")).run(cell))) for _ in range(2)
    )
    record = first.record
    assert (record.error, first.reused, again.reused) == (None, False, True)
    assert record.cost.nfe == 2
    assert record.cost.parameters > 0 < record.cost.macs
    assert len(record.fingerprint) == 32
    assert cell.restorer.label == "mine"
    assert np.isfinite(record.scores["psnr"])


def test_they_are_listed_without_torch():
    import subprocess

    code = (
        "import sys; from restorebench.plugins import suite; s = suite(); "
        "print(s.restorers['diffusion'].default, s.restorers['regression'].default, "
        "len(list(s.sdes)) >= 10, len(list(s.solvers)) >= 8, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True", "True", "False"]
