"""The folder of a run belongs to it alone; what is damaged in it is named, or made again."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from restorebench.errors import OptionError, TrainingError
from restorebench.training.run_folder import RunFolder


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
