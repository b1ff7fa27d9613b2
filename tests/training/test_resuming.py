"""A run that was ended is taken up as if nothing had happened, or goes on to more steps."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.errors import ChangedDataError, TrainingError
from restorebench.training.run_folder import RunFolder

SCRIPT = Path(__file__).parent / "killed.py"


def interrupted(at: int):
    """A callback that ends a run after a step, as abruptly as an exception can."""

    def listen(progress) -> None:
        if progress.step == at:
            raise InterruptedError

    return listen


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
