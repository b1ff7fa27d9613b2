"""Whole runs: they learn, survive kills, refuse what would spoil them, and end in weights."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.colour import quantise
from restorebench.data.images import read_image
from restorebench.errors import ChangedDataError, OptionError, TrainingError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.regression import Regression
from restorebench.training.distributed import ProcessGroup
from restorebench.training.networks import inherited, make_networks
from restorebench.training.run_folder import RunFolder

SCRIPT = Path(__file__).parent / "killed.py"
COMPRESSOR = {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 2}


def interrupted(at: int):
    """A callback that ends a run after a step, as abruptly as an exception can."""

    def listen(progress) -> None:
        if progress.step == at:
            raise InterruptedError

    return listen


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


@pytest.mark.parametrize(("kind", "precision"), [("recipe", "bfloat16"), ("diffusion", "float32")])
def test_a_run_that_is_taken_up_has_the_same_curve(kind, precision, request, train, curve):
    given = {"monitor": {"checkpoint_minutes": 0}, "accumulate": 2, "precision": precision}
    made = request.getfixturevalue(kind)(**given)
    whole = train(made, "whole")
    with pytest.raises(InterruptedError):
        train(made, "parts", interrupted(4))
    parts = train(made, "parts")
    assert curve(parts) == curve(whole)
    assert parts.path.joinpath("validation.csv").read_text() == (
        whole.path.joinpath("validation.csv").read_text()
    )
    for key, value in load(whole.final).backbone.items():
        assert torch.equal(load(parts.final).backbone[key], value)


def test_steps_after_the_last_save_are_taken_again(recipe, train, curve):
    made = recipe(monitor={"checkpoint_minutes": 60})
    with pytest.raises(InterruptedError):
        train(made, "parts", interrupted(4))
    assert curve(train(made, "parts")) == curve(train(made, "whole"))


def test_a_run_that_lacks_only_its_weights_is_finished(recipe, train):
    folder = train(recipe())
    before = (folder.path / "validation.csv").read_text(), folder.final.read_bytes()
    folder.final.unlink()
    train(recipe())
    assert ((folder.path / "validation.csv").read_text(), folder.final.read_bytes()) == before


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_run_is_not_taken_up_on_other_images(
    recipe, train, blotches, monkeypatch, tmp_path, split
):
    made, honest = recipe(monitor={"checkpoint_minutes": 0}), blotches._sample
    with pytest.raises(InterruptedError):
        train(made, "parts", interrupted(1))

    def changed(sample_id: str, *how):
        other = f"{split}-9" if sample_id == f"{split}-0" else sample_id
        return replace(honest(other, *how), id=sample_id)

    monkeypatch.setattr(blotches, "_sample", changed)
    shutil.rmtree(tmp_path / "parts" / "cache")
    with pytest.raises(ChangedDataError, match="begun on other images"):
        train(made, "parts")


@pytest.mark.slow
def test_a_kill_changes_nothing(recipe, train, curve, tmp_path):
    made = recipe(steps=60, monitor={"checkpoint_minutes": 0, "validate_every": 1000})
    (tmp_path / "recipe.json").write_text(made.model_dump_json())
    folder = RunFolder(tmp_path / "killed")
    command = [sys.executable, str(SCRIPT), str(tmp_path / "recipe.json"), str(folder.path)]
    process = subprocess.Popen(command)
    while not folder.state.exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < folder.load()["step"] < 60
    assert curve(train(made, "killed")) == curve(train(made, "whole"))


def test_a_finished_run_is_left_as_it_is(recipe, train):
    folder = train(recipe())
    before = folder.final.stat().st_mtime_ns
    assert train(recipe()).final.stat().st_mtime_ns == before
    assert not folder.cache.exists()


def test_another_run_is_not_overwritten(recipe, train):
    train(recipe())
    with pytest.raises(TrainingError, match=r"another run, which differs in recipe\.optimiser\.lr"):
        train(recipe(optimiser={"lr": 1.0}))


def test_a_run_that_never_got_anywhere_gives_its_folder_up(recipe, train):
    with pytest.raises(OptionError, match=r"data\.patch is 64"):
        train(recipe(data={"patch": 64}))
    assert train(recipe()).final.exists()


def test_a_folder_with_other_things_is_not_used(recipe, train, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.tex").touch()
    with pytest.raises(TrainingError, match="not empty and holds no run"):
        train(recipe())


def test_two_processes_do_not_share_a_folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    with (
        folder.claimed({"recipe": 1}),
        pytest.raises(TrainingError, match="another process"),
        RunFolder(folder.path).claimed({"recipe": 1}),
    ):
        pass


def test_a_damaged_state_is_named(tmp_path):
    folder = RunFolder(tmp_path)
    folder.state.write_bytes(b"no state")
    with pytest.raises(TrainingError, match=r"state\.pt is damaged"):
        folder.load()


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_state_with_a_flipped_bit_is_passed_over_for_the_one_before(tmp_path, caplog):
    folder = RunFolder(tmp_path)
    for step in range(3):
        folder.save({"step": step, "weights": torch.arange(1000.0) + step})
    assert folder.load()["step"] == 2
    flipped(folder.state)
    assert folder.load()["step"] == 1
    assert "state.pt is damaged" in caplog.text
    flipped(folder.path / "state-before.pt")
    with pytest.raises(TrainingError, match=r"state\.pt is damaged"):
        folder.load()


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\0"])
def test_a_damaged_description_of_a_run_is_named(tmp_path, text):
    folder = RunFolder(tmp_path)
    with folder.claimed({"recipe": {"steps": 1}}):
        pass
    (tmp_path / "run.json").write_text(text)
    with (
        pytest.raises(TrainingError, match=r"run\.json is damaged"),
        folder.claimed({"recipe": {"steps": 1}}),
    ):
        pass


def test_damaged_curves_are_named_and_damaged_images_made_again(recipe, train, tmp_path):
    whole = load(train(recipe(), "whole").final)
    with pytest.raises(InterruptedError):
        train(recipe(), callback=interrupted(2))
    (tmp_path / "run" / "cache" / "index.json").write_text("{")
    made = load(train(recipe()).final)
    assert all(torch.equal(v, made.backbone[k]) for k, v in whole.backbone.items())
    columns = (tmp_path / "run" / "log.csv").read_text().splitlines()[0]
    (tmp_path / "run" / "log.csv").write_text(f"{columns}\nx,1,1,1,1\n")
    with pytest.raises(TrainingError, match=r"log\.csv is damaged: 'x' is not a step"):
        train(recipe(steps=8), extend=True)


def test_a_finished_run_goes_on_to_more_steps(recipe, train, curve):
    folder = train(recipe(steps=4, schedule={"name": "constant"}))
    before = load(folder.final)
    with pytest.raises(TrainingError, match=r"holds this run of 4 steps, not 6; go on .*--steps 6"):
        train(recipe(schedule={"name": "constant"}))
    with pytest.raises(TrainingError, match="--steps 3 is fewer"):
        train(recipe(steps=3, schedule={"name": "constant"}), extend=True)
    train(recipe(schedule={"name": "constant"}), extend=True)
    after, whole = load(folder.final), load(train(recipe(schedule={"name": "constant"}), "b").final)
    assert (before.origin["steps"], after.origin["steps"]) == (4, 6)
    assert all(torch.equal(v, after.backbone[k]) for k, v in whole.backbone.items())
    assert curve(folder) == curve(RunFolder(folder.path.parent / "b"))


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


def test_latents_are_trained_in_two_stages(recipe, diffusion, train, toys):
    first = train(
        recipe(backbone=None, compressor=COMPRESSOR, objective={"kind": "latent-replacement"}),
        "compressor",
    )
    frozen = {"name": "unet", "weights": str(first.final)}
    tiny = {"name": "nafnet", "width": 4, "encoder": [1], "decoder": [1], "channels": 2}
    second = train(diffusion(compressor=frozen, backbone=tiny), "latent")
    trained, before = load(second.final).compressor, load(first.final).compressor
    assert all(torch.equal(trained[key], before[key]) for key in before)
    sample = next(iter(toys.datasets.load("blotches")("test")))
    restored = Diffusion(weights=str(second.final), suite=suite()).restore(
        sample.without_target(), Context("toy")
    )
    assert restored.image.shape == sample.target_shape


def test_a_vae_is_trained_like_the_rest(recipe, train):
    vae = {"name": "kl-vae", "size": "compact"}
    changes = {"compressor": vae, "objective": {"kind": "kl-vae"}, "steps": 1}
    folder = train(recipe(backbone=None, **changes))
    assert load(folder.final).setup.compressor.name == "kl-vae"


def test_a_latent_recipe_asks_for_its_compressor(diffusion):
    with pytest.raises(OptionError, match=r"compressor\.weights=FILE"):
        make_networks(suite(), diffusion(compressor=COMPRESSOR))
    with pytest.raises(OptionError, match=r"set backbone\.channels=12"):
        make_networks(suite(), diffusion(compressor="haar"))


def test_a_pair_of_views_is_trained_and_enlarged(diffusion, train, toys):
    tiny = {"name": "nafnet", "width": 4, "encoder": [1], "decoder": [1], "views": 2}
    data = {"name": "stereo-blotches", "augment": ["horizontal", "vertical"]}
    folder = train(diffusion(backbone={**tiny, "fusion": "quarter"}, data=data))
    sample = next(iter(toys.datasets.load("stereo-blotches")("test")))
    restored = Diffusion(weights=str(folder.final), suite=suite()).restore(
        sample.without_target(), Context("toy")
    )
    assert restored.image.shape == sample.target_shape


def test_places_are_dealt_out_once():
    dealt = [ProcessGroup(rank, 2).split(8, 2) for rank in (0, 1)]
    assert sorted(k for parts in dealt for part in parts for k in part) == list(range(8))
    with pytest.raises(OptionError, match="2 processes"):
        ProcessGroup(0, 2).split(3, 1)


def test_one_gpu_is_not_for_two_processes():
    with pytest.raises(OptionError, match="expected cuda: each takes the GPU of its LOCAL_RANK"):
        ProcessGroup(0, 2).device("cuda:1")


@pytest.mark.slow
def test_two_processes_train_as_one(recipe, train, curve, tmp_path):
    """By gloo; sums of gradients are rounded differently, and no more than that."""
    made = recipe(batch=8, accumulate=2, steps=8)
    (tmp_path / "recipe.json").write_text(made.model_dump_json())
    command = [sys.executable, str(SCRIPT), str(tmp_path / "recipe.json"), str(tmp_path / "two")]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    shared = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
    both = [subprocess.Popen(command, env={**shared, "RANK": rank}) for rank in ("0", "1")]
    assert [process.wait(300) for process in both] == [0, 0]
    two, one = RunFolder(tmp_path / "two"), train(made, "one")
    np.testing.assert_allclose(*(np.array(curve(run), float) for run in (two, one)), rtol=1e-4)
    ours, theirs = (load(run.final).backbone for run in (two, one))  # the average
    assert all(torch.allclose(ours[key], theirs[key], atol=1e-5) for key in theirs)
