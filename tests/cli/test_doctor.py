"""`doctor`: what works here, what is missing, and what the default benchmark cannot do without."""

from __future__ import annotations

import builtins
import json

import pytest

from restorebench import RestorerSpec, hookimpl
from restorebench.plugins import inline


class Rotten:
    @hookimpl
    def restorebench_restorers(self):
        return [RestorerSpec(name="rotten", summary="No", target="no_such_module:It")]


def states(findings):
    return {finding["name"]: finding["state"] for finding in findings}


def test_a_healthy_installation(call, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("restorebench.metrics.lpips.trunks.find_spec", lambda name: None)
    result = call("doctor", "--json")
    assert result.exit_code == 0
    findings = json.loads(result.stdout)
    assert states(findings)["torch"] == "ok"
    assert states(findings)["torchvision"] == "ok"
    (alex,) = (finding for finding in findings if finding["name"] == "trunk alex")
    assert alex["state"] == "missing"
    assert "alexnet-owt-7be5be79.pth" in alex["detail"]
    assert str(tmp_path / "hub" / "checkpoints") in alex["detail"]


def test_a_trunk_with_the_wrong_content_is_broken(call, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "alexnet-owt-7be5be79.pth").write_bytes(b"not this")
    result = call("doctor", "--json")
    assert result.exit_code == 1
    assert states(json.loads(result.stdout))["trunk alex"] == "broken"


def test_code_that_does_not_load_is_broken(call, install, squares):
    install(inline(squares, "squares"), inline(Rotten(), "rotten"))
    result = call("doctor")
    assert result.exit_code == 1
    assert "✗ restorer rotten" in result.stdout


def test_a_broken_torch_is_reported_not_fatal(call, monkeypatch):
    real = builtins.__import__

    def without_torch(name, *rest, **more):
        if name.partition(".")[0] == "torch":
            raise OSError("libcudart.so.12: cannot open shared object file")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    result = call("doctor", "--json")
    assert result.exit_code == 1
    (torch,) = (f for f in json.loads(result.stdout) if f["name"] == "torch")
    assert (torch["state"], "libcudart" in torch["detail"]) == ("broken", True)


@pytest.mark.parametrize("topic", ["system", "package", "torch", "LPIPS", "plugin", "benchmark"])
def test_the_table_has_all_topics(call, topic):
    assert any(line.startswith(topic) for line in call("doctor").stdout.splitlines())
