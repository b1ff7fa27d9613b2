"""Files of weights: fetched on request alone, and checked by their hash."""

from __future__ import annotations

import hashlib

import pytest

from restorebench.errors import ChecksumError, MetricUnavailableError
from restorebench.metrics.hub_file import HubFile

CONTENT = b"weights of a network"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(monkeypatch, tmp_path):
    """A file that a server (a folder) has, and that is not in torch's hub folder."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    (tmp_path / "server.pth").write_bytes(CONTENT)
    url = (tmp_path / "server.pth").as_uri()
    return lambda sha256=SHA256[:8]: HubFile("metrics", "net.pth", url, sha256)


def test_it_is_missing_until_it_is_fetched(file, tmp_path):
    state, detail = file().status()
    assert state == "missing"
    assert detail.startswith(f"put {file().url} at ")
    path = file().fetch()
    assert path == tmp_path / "torch" / "hub" / "metrics" / "net.pth"
    assert path.read_bytes() == CONTENT
    assert file().status() == ("here", f"{path}, SHA-256 {SHA256[:16]}…")


def test_another_content_than_the_publishers_is_not_kept(file):
    with pytest.raises(MetricUnavailableError, match="invalid hash value"):
        file("0" * 8).fetch()
    assert not file().path().exists()


def test_a_damaged_file_is_said_to_be_so_and_not_used(file):
    file().fetch().write_bytes(CONTENT[:-1])
    state, detail = file().status()
    assert state == "damaged"
    assert f"its publisher states {SHA256[:8]}…; delete it and fetch it again" in detail
    with pytest.raises(ChecksumError):
        file().fetch()


def test_a_file_whose_publisher_states_no_hash_is_named_by_its_own(file):
    file("").fetch()
    assert file("").read_sha256() == SHA256


def test_a_server_that_cannot_be_reached_is_an_error_with_the_address(file, tmp_path):
    (tmp_path / "server.pth").unlink()
    with pytest.raises(MetricUnavailableError, match=r"net\.pth cannot be fetched: file://"):
        file().fetch()
