"""The verbs convert, restore, backbones and the listings, run in this process."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.data.images import read_image, write_image

DATA = Path(__file__).parents[1] / "vectors" / "engine"


@pytest.fixture
def call(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments, status=0):
        result = invoke(*arguments)
        assert result.exit_code == status, result.stderr
        return result

    return run


@pytest.fixture
def images(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("b", "a"):
        write_image(tmp_path / "in" / f"{name}.png", rng.integers(0, 256, (3, 9, 11), np.uint8))
    return tmp_path / "in"


def test_convert_writes_ours_and_says_what_it_assumes(call, tmp_path):
    with np.load(DATA / "net_nafnet_tiny.npz") as file:
        state = {k[3:]: torch.from_numpy(file[k]) for k in file.files if k.startswith("sd:")}
    torch.save(state, tmp_path / "old.pth")
    result = call("convert", "old.pth", "path.max_sigma=30", "-o", "new.safetensors")
    assert result.stdout == "new.safetensors\n"
    assert "path: irsde (schedule = cosine, T = 100, eps = 0.005" in result.stderr
    setup = load(tmp_path / "new.safetensors").setup
    assert setup.path.options["max_sigma"] == 30
    again = call("convert", "old.pth", "-o", "new.safetensors", status=2)
    assert "exists; replace it with --overwrite" in again.stderr
    call("convert", "old.pth", "-o", "new.safetensors", "--overwrite")
    assert load(tmp_path / "new.safetensors").setup.path.options["max_sigma"] == 50


def test_restore_takes_a_release_and_says_what_it_assumes(call, images, tmp_path):
    with np.load(DATA / "net_original_nafnet_local_tiny.npz") as file:
        state = {k[3:]: torch.from_numpy(file[k]) for k in file.files if k.startswith("sd:")}
    torch.save({"params": state}, tmp_path / "old.pth")
    result = call("restore", "-w", "old.pth", images, "out")
    assert "old.pth does not say how it is used; assumed: one call" in result.stderr
    assert result.stdout == "out: 2 restored\n"


def test_restore_writes_every_image_and_goes_on_where_it_was(call, tiny, images, tmp_path):
    weights = tiny()
    result = call("restore", "--weights", weights, images, "out")
    assert result.stdout == "out: 2 restored\n"
    first = read_image(tmp_path / "out" / "a.png")
    assert first.shape == (3, 9, 11)
    (tmp_path / "out" / "b.png").unlink()
    again = call("restore", "-w", weights, images, "out")
    assert again.stdout == "out: 1 restored, 1 already there\n"
    assert np.array_equal(read_image(tmp_path / "out" / "a.png"), first)
    call("restore", "-w", weights, images, "out", "--seed", 9, "--overwrite")
    assert not np.array_equal(read_image(tmp_path / "out" / "a.png"), first)


def test_restore_with_a_config_and_a_trajectory_of_each(call, tiny, images, tmp_path):
    (tmp_path / "c.json").write_text('{"solver": {"name": "ddim", "eta": 0.2}, "steps": 3}')
    strip = tmp_path / "way" / "strip.png"
    call("restore", "-w", tiny(), "-c", "c.json", images, "out", "--save-trajectory", strip)
    assert sorted(path.name for path in strip.parent.iterdir()) == ["strip-a.png", "strip-b.png"]


def test_a_damaged_image_is_reported_and_the_others_are_restored(call, tiny, images, tmp_path):
    (images / "b.png").write_bytes(b"no image")
    result = call("restore", "-w", tiny(), images, "out", status=1)
    assert "error: b: ImageError:" in result.stderr
    assert result.stdout == "out: 1 restored, 1 failed\n"
    assert (tmp_path / "out" / "a.png").exists()


def test_options_choose_how_restore_samples(call, tiny, images, tmp_path):
    weights, said = tiny(), ("--steps", 3, "--solver", "unipc-2", "--head", "data")
    call("restore", "-w", weights, images, "t", *said, "--grid", "uniform-t")
    call("restore", "-w", weights, images, "lambda", *said, "--grid", "uniform-lambda")
    differ = [read_image(tmp_path / folder / "a.png") for folder in ("t", "lambda")]
    assert not np.array_equal(*differ)


@pytest.mark.parametrize("given", ["1.5,-2", "lens.csv"])
def test_restore_with_conditions_for_all_or_for_each(call, tiny, images, tmp_path, given):
    (tmp_path / "lens.csv").write_text("a,1.5,-2\nb, 3, 4\n")
    weights = tiny({"condition_dim": 2})
    call("restore", "-w", weights, images, "out", "--condition", given)
    assert (tmp_path / "out" / "b.png").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--condition", "f/2"), "expected numbers with commas, or a CSV file"),
        (("--condition", "lens.csv"), "lens.csv has no line of numbers for 'a'"),
        (("--save-trajectory", "a.mp4"), "cannot be saved as '.mp4'"),
        (("--solver", "unipc"), "did you mean 'unipc-2'"),
        (("--grid", "uniform-lamda"), "unknown time grid 'uniform-lamda'"),
        (("--head", "nois"), "unknown head 'nois'; there are noise"),
        (("--config", "c.toml"), "no key stepps; did you mean 'steps'"),
    ],
)
def test_restore_refuses_before_it_restores(call, tiny, images, tmp_path, more, says):
    (tmp_path / "lens.csv").write_text("b,1\n")
    (tmp_path / "c.toml").write_text("stepps = 4\n")
    result = call("restore", "-w", tiny(), images, "out", *more, status=2)
    assert says in result.stderr
    assert not (tmp_path / "out").exists()


def test_restore_takes_a_regression_and_larger_outputs(call, stored, images, tmp_path):
    backbone = {"name": "nafnet", "size": "compact-regression", "width": 4}
    weights = stored(backbone=backbone)
    call("restore", "-w", weights, images, "out", "--scale", 2)
    assert read_image(tmp_path / "out" / "a.png").shape == (3, 18, 22)
    result = call("restore", "-w", weights, images, "out", "--steps", 3, status=2)
    assert "takes no --steps" in result.stderr


def test_backbones_are_counted(call):
    """Refusion's NAFNet: 76,608,387 parameters, 63.18 GMACs at 256² (Luo et al., CVPRW 2023)."""
    (refusion,) = json.loads(call("backbones", "nafnet/refusion", "--json").stdout)
    assert refusion["parameters"] == 76_608_387
    assert refusion["macs"] == pytest.approx(63.18e9, rel=1e-3)


def test_backbones_as_a_table_at_another_size(call):
    table = call("backbones", "[!d]*/compact-regression", "--size", "64x32").stdout
    for family in ("nafnet", "unet", "restormer"):
        assert family in table
    assert "refusion" not in table
    assert "at 64×32" in table
    assert max(map(len, table.splitlines())) <= 100


def test_backbones_that_there_are_not(call):
    assert "did you mean 'nafnet'" in call("backbones", "nafnt", status=2).stderr
    assert "no size matches nafnet/x*" in call("backbones", "nafnet/x*", status=2).stderr


@pytest.mark.parametrize("size", ["64", "0x64", "64x", "axb"])
def test_a_size_is_height_and_width(call, size):
    assert "expected HEIGHTxWIDTH" in call("backbones", "--size", size, status=2).stderr


@pytest.mark.parametrize(
    ("verb", "name"),
    [("sdes", "irsde"), ("solvers", "unipc-2"), ("compressors", "haar"), ("guides", "mask")],
)
def test_listings_of_the_engine(call, verb, name):
    entries = json.loads(call(verb, "--json").stdout)
    assert name in [entry["name"] for entry in entries]
    (entry,) = [entry for entry in entries if entry["name"] == name]
    assert entry["provider"]["distribution"] == "restorebench"
    assert name in call(verb).stdout


def test_restore_refuses_to_mix_the_images_of_two_checkpoints(call, tiny, images, tmp_path):
    call("restore", "-w", tiny(), images, "out")
    other = call("restore", "-w", tiny(name="other.safetensors", seed=1), images, "out", status=2)
    assert "out holds images that were made otherwise (weights: " in other.stderr
    (tmp_path / "w.safetensors").rename(tmp_path / "moved.safetensors")
    again = call("restore", "-w", "moved.safetensors", images, "out")
    assert again.stdout == "out: 0 restored, 2 already there\n"
