"""Checkpoints without training: a network that knows the answer, and tiny random ones."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.checkpoints import parts
from restorebench.checkpoints.file import Checkpoint, save
from restorebench.checkpoints.setup import Setup
from restorebench.plugins import Suite, inline
from restorebench.types import Sample

SUITE = Suite()


@pytest.fixture
def oracles(monkeypatch):
    """Core and a plugin with the backbone 'oracle'."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return Suite([inline(importlib.import_module("oracle_plugin"), "oracle")])


@pytest.fixture
def stored(tmp_path):
    """Write a checkpoint with random weights for a setup of `suite`; its path."""

    def write(name="w.safetensors", seed=0, suite=SUITE, **values) -> str:
        setup = Setup.from_dict(values)
        torch.manual_seed(seed)
        networks = [
            None if choice is None else build(suite, choice)
            for choice, build in (
                (setup.backbone, parts.backbone),
                (setup.compressor, parts.compressor),
            )
        ]
        for network in filter(None, networks):
            for value in network.parameters():
                if value.ndim:
                    torch.nn.init.normal_(value, std=0.1)
        save(tmp_path / name, Checkpoint.of(setup, *networks), suite)
        return str(tmp_path / name)

    return write


TINY = {"name": "nafnet", "width": 4, "encoder": [1], "middle": 1, "decoder": [1]}
# random networks say x0: read as noise, what they say would grow 200 times
IRSDE = {"path": "irsde", "head": "data", "grid": "trailing", "steps": 4, "solver": "ancestral"}


@pytest.fixture
def tiny(stored):
    """The path of a checkpoint of a tiny random NAFNet on IR-SDE, in four steps."""

    def write(backbone=(), **values) -> str:
        return stored(**{"backbone": {**TINY, **dict(backbone)}, **IRSDE, **values})

    return write


@pytest.fixture
def sample():
    """A random sample of `views` views."""

    def make(name="a", views=1, size=(13, 17), condition=(), scale=1) -> Sample:
        rng = np.random.default_rng(len(name) + sum(map(ord, name)))
        pixels = rng.uniform(0, 1, (views, 3, *size)).astype(np.float32)
        return Sample(name, pixels, condition=np.array(condition, np.float32), scale=scale)

    return make
