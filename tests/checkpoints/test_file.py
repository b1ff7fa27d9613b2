"""Our own files: whole, readable, strict."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from restorebench.checkpoints.file import Checkpoint, load, save
from restorebench.checkpoints.setup import Choice, Setup
from restorebench.errors import CheckpointError
from restorebench.plugins import suite


@pytest.fixture
def saved(tiny, tmp_path):
    choice, network = tiny
    path = tmp_path / "tiny.safetensors"
    save(path, Checkpoint.of(Setup(backbone=choice, path=Choice("irsde")), network), suite())
    return path


def test_a_network_comes_back_with_the_same_answers(tiny, saved):
    _, network = tiny
    again, compressor = load(saved).networks(suite())
    x, mu = torch.rand(2, 1, 3, 9, 11)
    with torch.inference_mode():
        assert torch.equal(again(x, mu, 30.0), network(x, mu, 30.0))
    assert compressor is None


def test_the_configuration_is_written_out_in_full(saved):
    with safe_open(saved, framework="pt") as file:
        described = json.loads(file.metadata()["restorebench"])
    assert described["format"] == 2
    assert described["setup"]["backbone"]["encoder"] == [1, 2, 4]
    assert "size" not in described["setup"]["backbone"]


def test_building_a_network_leaves_the_global_generator_alone(saved):
    checkpoint = load(saved)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    checkpoint.networks(suite())
    assert torch.equal(torch.get_rng_state(), before)


def test_nothing_is_left_behind_where_writing_fails(tiny, tmp_path):
    choice, _ = tiny
    broken = Checkpoint(Setup(backbone=choice), {"a": "no tensor"})
    with pytest.raises(AttributeError):
        save(tmp_path / "broken.safetensors", broken, suite())
    assert list(tmp_path.iterdir()) == []


def rewritten(path, change):
    """The file at `path` with its description changed."""
    with safe_open(path, framework="pt") as file:
        described = json.loads(file.metadata()["restorebench"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    change(described)
    save_file(tensors, path, {"restorebench": json.dumps(described)})
    return path


@pytest.mark.parametrize(("found", "do"), [(1, "train or export it again"), (3, "install a newer")])
def test_another_format_is_refused_with_what_to_do(saved, found, do):
    path = rewritten(saved, lambda described: described.update(format=found))
    says = f"checkpoint format {found}; this restorebench reads 2; {do}"
    with pytest.raises(CheckpointError, match=says):
        load(path)


def test_a_setup_that_cannot_be_read_names_the_file(saved):
    path = rewritten(saved, lambda described: described["setup"].update(speed=9))
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors .* no key speed"):
        load(path)


def test_somebody_elses_safetensors_are_refused(tmp_path):
    save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(
        CheckpointError, match=r"not written by restorebench; .* 'restorebench convert'"
    ):
        load(tmp_path / "other.safetensors")


def test_damaged_and_absent_files_are_named(saved, tmp_path):
    saved.write_bytes(saved.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is cut off or damaged"):
        load(saved)
    with pytest.raises(
        CheckpointError, match=r"gone\.safetensors cannot be read: .* does not exist"
    ):
        load(tmp_path / "gone.safetensors")
    with pytest.raises(CheckpointError, match="it is a folder"):
        load(tmp_path)


def test_weights_that_do_not_fit_say_which(saved):
    checkpoint = load(saved)
    state = dict(checkpoint.backbone)
    state["extra"] = state.pop("intro.bias")
    state["ending.weight"] = torch.zeros(2, 2)
    with pytest.raises(CheckpointError) as caught:
        replace(checkpoint, backbone=state).networks(suite(), "w.safetensors")
    assert "w.safetensors does not fit the backbone that its setup names" in str(caught.value)
    for part in ("1 missing: intro.bias", "1 unexpected: extra"):
        assert part in str(caught.value)
    assert "1 of another shape: ending.weight (2, 2), expected (3, 4, 3, 3)" in str(caught.value)


def test_a_checkpoint_has_its_suffix(tiny, tmp_path):
    choice, network = tiny
    with pytest.raises(CheckpointError, match=r"name ends in \.safetensors"):
        save(tmp_path / "tiny.pth", Checkpoint.of(Setup(backbone=choice), network), suite())
