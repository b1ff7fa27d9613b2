"""`restore` in pieces: the same images, its plan printed first, and what happens without memory."""

from __future__ import annotations

import importlib
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import read_image, write_image
from restorebench.plugins import Suite, inline
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.plan import planned
from restorebench.restorers.plan.choose import Budget
from restorebench.restorers.plan.plan import Limits, Plan, Size
from restorebench.restorers.regression import Regression
from restorebench.solvers import state

SUITE = Suite()


@pytest.fixture
def call(invoke, tmp_path, monkeypatch):
    """Run `restore` on a folder with one image of 70×60."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    pixels = np.random.default_rng(0).integers(0, 256, (3, 60, 70), np.uint8)
    write_image(tmp_path / "in" / "a.png", pixels)

    def run(path, *options, out="out", status=0):
        done = invoke("restore", "-w", path, "in", out, *options)
        assert done.exit_code == status, done.stderr
        return done

    return run


def apart(restorer, sample, plan: Plan) -> float:
    """The largest difference of an image in pieces from the whole one."""
    whole, cut = (restorer.restore(sample, Context("t", plan=p)).image for p in (Plan(), plan))
    return float(np.abs(whole - cut).max())


def test_the_plan_is_printed_and_the_image_is_the_same(call, weights, tmp_path):
    path = weights()
    call(path, out="whole")
    done = call(path, "--tile", 32)
    says = "0.0042 MP, 5 strips of 32², exact statistics, about 1 s\n"
    assert done.stderr.startswith(says)
    whole, cut = (read_image(tmp_path / out / "a.png").astype(int) for out in ("whole", "out"))
    assert np.abs(whole - cut).max() <= 1, "8-bit levels on either side of a rounding"


@pytest.mark.parametrize(
    ("name", "deep"),
    [
        *(("regression", deep) for deep in range(3)),
        *(("diffusion", deep) for deep in (0, 2)),
        ("two views", 0),
        *(("latent diffusion", deep) for deep in (0, 1)),
        ("latents of a network that has no tiles", 0),
        ("restormer", 0),
        ("unet diffusion", 0),
    ],
)
def test_exact_statistics_are_those_of_the_whole_image(weights, sample, name, deep):
    make = Regression if name in {"regression", "restormer"} else Diffusion
    views = 1 + (name == "two views")
    restorer, given = make(weights(name), suite=SUITE), sample(size=(60, 70), views=views)
    given = replace(given, mask=given.degraded[0, :1])
    plans = restorer.costs(Limits(tile=16)).plans(Size(60, 70, views))
    plan = [plan for plan in plans if not plan.state][deep]
    assert (plan.tile, plan.recomputed) == (16, deep)
    assert apart(restorer, given, plan) < 1e-5


@pytest.mark.parametrize("name", ["regression", "diffusion", "latent diffusion"])
def test_frozen_statistics_are_exact_after_a_pass_for_each_block(weights, sample, name):
    restorer = (Regression if name == "regression" else Diffusion)(weights(name), suite=SUITE)
    given = sample(size=(60, 70))
    given = replace(given, mask=given.degraded[0, :1])
    none, five = (Plan(16, "frozen", passes) for passes in (0, 5))  # the network has five blocks
    assert apart(restorer, given, five) < 1e-5 < apart(restorer, given, none)


def test_a_state_on_disk_gives_the_same_bits(weights, sample, monkeypatch):
    monkeypatch.setattr(state, "AT_ONCE", 3000)
    restorer = Diffusion(weights("diffusion"), solver="heun", steps=3, suite=SUITE)
    given = sample(size=(60, 70))
    given = replace(given, mask=given.degraded[0, :1])
    memory, disk, *_ = restorer.costs(Limits(tile=16)).plans(Size(60, 70))
    assert disk == replace(memory, state=7 * given.degraded.nbytes)
    assert disk.identity == memory.identity
    images = [restorer.restore(given, Context("t", plan=plan)).image for plan in (memory, disk)]
    np.testing.assert_array_equal(*images)


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["heun", "unipc-2"])
def test_a_state_on_disk_leaves_what_a_solver_without_memory_takes(weights, monkeypatch, solver):
    monkeypatch.setattr(state, "AT_ONCE", 3000)
    path, size = weights("diffusion"), Size(300, 400)

    def taken(**options):
        costs = Diffusion(path, steps=4, suite=SUITE, **options).costs(Limits(tile=64))
        return [costs.bytes(size, plan) for plan in costs.plans(size)[:2]]

    image = 4 * 3 * size.pixels
    (memory, disk), (_, least) = taken(solver=solver), taken()
    assert disk == pytest.approx(least, abs=image / 4)
    assert memory > disk + image


def test_solvers_that_do_not_say_what_they_keep_have_it_in_memory(weights, sample, monkeypatch):
    restorer, given = Diffusion(weights("unguided"), suite=SUITE), sample(size=(16, 16))
    expected = restorer.restore(given, Context("t")).image
    process = restorer.model.process
    own = process.solver

    def without_state(path, predict, x, mu, times, noise, *, callback=None):
        return own(path, predict, x, mu, times, noise, callback=callback)

    monkeypatch.setattr(process, "solver", without_state)
    plans = restorer.costs(Limits(tile=16)).plans(Size(60, 70))
    assert [plan.state for plan in plans] == [0, 0, 0]
    np.testing.assert_array_equal(restorer.restore(given, Context("t")).image, expected)


def test_where_the_state_is_is_printed_and_a_full_disk_is_said_before(
    call, weights, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(state, "AT_ONCE", 3000)
    path, size = weights("unguided"), Size(60, 70)
    costs = Diffusion(path, suite=SUITE).costs(Limits(tile=32))
    plans = costs.plans(size)[:2]
    need = costs.bytes(size, plans[1])
    assert need < costs.bytes(size, plans[0])
    monkeypatch.setattr(type(costs), "plans", lambda *_: plans)
    monkeypatch.setattr(planned, "budget", lambda *_: Budget(need, disk=1 << 20))
    done = call(path, "--tile", 32, "--memory", "1GiB")
    assert f"exact statistics, solver state on disk, 0 MiB in {tmp_path}, about" in done.stderr
    monkeypatch.setattr(planned, "budget", lambda *_: Budget(need, disk=0))
    done = call(path, "--tile", 32, "--memory", "1GiB", out="full", status=1)
    said = (
        f"or keep the solver's state on disk: it takes 0 MiB, and {tmp_path}, the folder for temp"
    )
    assert said in done.stderr


@pytest.mark.parametrize("name", ["diffusion", "latent diffusion"])
def test_the_state_and_the_compressor_are_counted(weights, name):
    costs, size = Diffusion(weights(name), suite=SUITE).costs(Limits(tile=128)), Size(600, 800)
    (cut, *_), image = costs.plans(size), 4 * 3 * size.pixels
    assert costs.bytes(size, Plan()) > costs.bytes(size, cut) > costs.bytes(size, Plan()) / 20
    larger = costs.bytes(Size(1200, 800), cut) - costs.bytes(size, cut)
    assert larger > 2 * image, "the image, and at least what is made of it"


def test_tiles_are_an_option_too(weights, sample):
    path, given = weights(), sample(size=(60, 70))
    restorer = Regression(path, tile=16, statistics="local", suite=SUITE)
    own = restorer.restore(given, Context("t")).image
    other = Regression(path, suite=SUITE)
    plan = Plan(16, "local")
    np.testing.assert_array_equal(own, other.restore(given, Context("t", plan=plan)).image)
    assert np.abs(own - other.restore(given, Context("t")).image).max() > 1e-4


def test_what_is_there_is_taken_whether_whole_or_in_tiles(call, weights):
    path = weights()
    call(path, "--tile", 32)
    assert call(path).stdout == "out: 1 restored\n", "a whole image is not made by tiles"
    assert "already there" in call(path, "--tile", 32).stdout, "but it will do for them"
    done = call(path, "--tile", 32, "--statistics", "frozen")
    assert done.stdout == "out: 1 restored\n", "which other statistics do not"
    assert "already there" in call(path, "--tile", 32, "--statistics", "frozen").stdout


def test_an_image_that_no_plan_fits_is_refused_with_the_figure_and_the_option(call, weights):
    done = call(weights(), "--memory", "1MiB", status=1)
    assert "70×60 pixels need 16" in done.stderr
    assert "MiB in the smallest pieces, 0 MiB may be used; give --memory " in done.stderr


def test_networks_without_tiles_are_named(call, weights):
    path = weights("dit")
    few = call(path, "--memory", "1MiB", status=1)
    assert re.search(r"70×60 pixels need \d+ MiB, 0 MiB may be used; give --memory \d+", few.stderr)
    assert "MiB or more; a DiT cannot be cut into tiles: its attention compares" in few.stderr
    assert "a DiT cannot be cut" in call(path, "--tile", 32, status=1).stderr
    assert call(path, "--tile", 128).stdout == "out: 1 restored\n", "it is no larger than a tile"


@pytest.mark.parametrize("text", ["3", "GiB", "0GiB", "3 EB", "-1GiB"])
def test_memory_is_a_size_with_its_unit(call, text):
    said = call("x", f"--memory={text}", status=2).stderr
    assert f"--memory is {text!r}; write a size with its unit, such as 3GiB" in said


@pytest.fixture
def greedy(monkeypatch, weights):
    """Weights of a network that runs out of memory on more than 1,200 pixels, for the commands."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    suite = Suite([inline(importlib.import_module("greedy_plugin"), "greedy")])
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    return lambda pixels: weights(
        "greedy", suite=suite, backbone={"name": "greedy", "pixels": pixels}
    )


def test_out_of_memory_halves_the_tile_says_so_and_goes_on(call, greedy, tmp_path):
    done = call(greedy(1200), out="cut")
    assert "a: out of memory whole; now 0.0042 MP, 4 tiles of 35², halo 1, exact" in done.stderr
    assert "a: out of memory in tiles of 35²; now 0.0042 MP, 20 tiles of 17²" in done.stderr
    assert call(greedy(1200), out="cut").stdout == "cut: 0 restored, 1 already there\n"
    call(greedy(10_000), out="whole")
    whole, cut = (read_image(tmp_path / out / "a.png").astype(int) for out in ("whole", "cut"))
    assert np.abs(whole - cut).max() <= 1


def test_where_no_tile_is_small_enough_the_size_is_said(call, greedy):
    done = call(greedy(10), status=1)
    assert "70×60 pixels do not fit into memory: 20.0 GiB more were needed at once" in done.stderr
