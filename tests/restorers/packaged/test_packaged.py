"""A package that brings weights, as anybody's may: what it gives, and says where it cannot."""

from __future__ import annotations

import sys
import zipfile

import numpy as np
import pytest
import torch

from restorebench import RestorerSpec, Sample, hookimpl
from restorebench.checkpoints import parts
from restorebench.checkpoints.file import Checkpoint, save, sha256
from restorebench.checkpoints.setup import Setup
from restorebench.errors import CheckpointError, ChecksumError, OptionError, PluginError
from restorebench.plugins import Suite, inline, suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.packaged import Packaged, packaged
from restorebench.restorers.regression import Regression

TINY = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1]}
ONE_CALL = {"backbone": {**TINY, "timed": False, "degraded": False}}
SAMPLED = {"backbone": TINY, "path": "irsde", "head": "data", "solver": "ancestral", "steps": 2}
SAMPLE = Sample("a", np.full((1, 3, 16, 16), 0.5, np.float32))


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Put weights into the package restorebench_mine, with a card; the `Packaged` of them."""
    folder = tmp_path / "site" / "restorebench_mine"
    (folder / "weights").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.delitem(sys.modules, "restorebench_mine", raising=False)

    def make(name="mine", seed=0, **setup) -> Packaged:
        setup = Setup.from_dict(setup or ONE_CALL)
        torch.manual_seed(seed)
        network = parts.backbone(suite(), setup.backbone)
        for value in network.parameters():
            torch.nn.init.normal_(value, std=0.1)
        file = folder / "weights" / f"{name}.safetensors"
        save(file, Checkpoint.of(setup, network), suite())
        file.with_suffix(".md").write_text(f"# {name}\n\n{sha256(file)}\n")
        return Packaged("restorebench_mine", name)

    yield make
    sys.modules.pop("restorebench_mine", None)


def test_what_the_file_holds_decides_which_restorer_it_is(write):
    assert isinstance(write("a")(suite=suite()), Regression)
    assert isinstance(write("b", **SAMPLED)(suite=suite()), Diffusion)
    restored = write("a")(suite=suite()).restore(SAMPLE, Context("any"))
    assert restored.image.shape == SAMPLE.target_shape
    assert restored.nfe == 1


def test_options_are_the_callers_before_its_own(write):
    model = write("b", **SAMPLED)
    assert model(steps=5, mean_of=2, suite=suite()).setup.steps == 5
    mean = model.mean()
    assert (
        mean(suite=suite()).mean_of,
        mean(mean_of=2, suite=suite()).mean_of,
        model(suite=suite()).mean_of,
    ) == (4, 2, 1)
    assert mean(suite=suite()).restore(SAMPLE, Context("any")).nfe == 8
    with pytest.raises(OptionError, match="brings its weights"):
        model(weights="mine.safetensors", suite=suite())


def test_the_fingerprint_is_of_the_bytes_of_the_file(write):
    first = write(seed=0)(suite=suite()).fingerprint(SAMPLE.id, 1)
    assert write(seed=0)(suite=suite()).fingerprint(SAMPLE.id, 1) == first
    assert write(seed=1)(suite=suite()).fingerprint(SAMPLE.id, 1) != first


def test_the_card_lies_beside_the_weights(write):
    model = write()
    assert model.card.startswith("# mine\n")
    assert model.path.name == "mine.safetensors"
    model.path.with_suffix(".md").unlink()
    with pytest.raises(CheckpointError, match="no model card 'mine'"):
        model.card  # noqa: B018
    assert isinstance(model(suite=suite()), Regression)  # a card is for people


def test_an_absent_file_is_named_with_those_that_are_there(write):
    write("mine-regression")
    with pytest.raises(CheckpointError, match=r"no weights 'mine-regresion'.*'mine-regression'"):
        Packaged("restorebench_mine", "mine-regresion")(suite=suite())
    with pytest.raises(PluginError, match="no package 'restorebench_nobody'"):
        Packaged("restorebench_nobody", "x")(suite=suite())


@pytest.mark.parametrize("damage", ["cut off", "empty", "a pointer"])
def test_a_damaged_file_says_so(write, damage):
    model = write()
    raw = model.path.read_bytes()
    pointer = b"version https://git-lfs.github.com/spec/v1\n"
    model.path.write_bytes({"cut off": raw[:-100], "empty": b"", "a pointer": pointer}[damage])
    with pytest.raises(CheckpointError, match=r"'mine' in restorebench_mine are damaged.*again"):
        model(suite=suite())


def test_a_card_of_another_file_says_so(write):
    model = write(seed=0)
    card = model.card
    write(seed=1)
    model.path.with_suffix(".md").write_text(card)
    with pytest.raises(ChecksumError, match="does not name the hash"):
        model(suite=suite())


def test_weights_are_read_from_an_archive(write, tmp_path, monkeypatch):
    site = write().path.parents[2]
    archive = tmp_path / "site.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in sorted(site.rglob("*")):
            zipped.write(path, path.relative_to(site))
    monkeypatch.setattr(sys, "path", [str(archive), *[p for p in sys.path if p != str(site)]])
    monkeypatch.delitem(sys.modules, "restorebench_mine", raising=False)
    model = Packaged("restorebench_mine", "mine")
    assert isinstance(model(suite=suite()), Regression)
    assert model.card.startswith("# mine")
    with pytest.raises(CheckpointError, match="inside an archive"):
        model.path  # noqa: B018


def test_a_suite_knows_which_of_its_restorers_bring_weights(monkeypatch):
    class Plugin:
        model = Packaged("restorebench_mine", "mine")

        @hookimpl
        def restorebench_restorers(self):
            targets = {"mine": "mine_models:model", "gone": "mine_models:gone"}
            return [RestorerSpec(name=n, summary="x", target=t) for n, t in targets.items()]

    monkeypatch.setitem(sys.modules, "mine_models", Plugin)
    assert packaged(Suite([inline(Plugin(), "mine")])) == {"mine": Plugin.model}
