"""`doctor`: what works here, what is missing, and what the default benchmark cannot do without."""

from __future__ import annotations

import builtins
import json

import pytest

from restorebench import RestorerSpec, hookimpl
from restorebench.plugins import inline

HEAVY = ("torch", "torchvision", "scipy", "skimage", "pandas", "lpips", "timm")


class Rotten:
    @hookimpl
    def restorebench_restorers(self):
        return [RestorerSpec(name="rotten", summary="No", target="no_such_module:It")]


def states(findings):
    return {finding["name"]: finding["state"] for finding in findings}


@pytest.fixture
def without(monkeypatch):
    """Make the imports of some packages fail, as a library that is not there does."""

    def these(*packages):
        real = builtins.__import__

        def broken(name, *rest, **more):
            if name.partition(".")[0] in packages:
                raise OSError("libcudart.so.12: cannot open shared object file")
            return real(name, *rest, **more)

        monkeypatch.setattr(builtins, "__import__", broken)

    return these


def test_a_healthy_installation_is_checked_without_importing_what_is_heavy(
    call, monkeypatch, tmp_path, without
):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("restorebench.metrics.lpips.trunks.find_spec", lambda name: None)
    without(*HEAVY)
    result = call("doctor", "--json")
    assert result.exit_code == 0
    findings = json.loads(result.stdout)
    assert {states(findings)[name] for name in ("torch", "build", "torchvision")} == {"ok"}
    (alex,) = (finding for finding in findings if finding["name"] == "LPIPS trunk alex")
    assert alex["state"] == "missing"
    assert "alexnet-owt-7be5be79.pth" in alex["detail"]
    assert str(tmp_path / "hub" / "checkpoints") in alex["detail"]
    assert findings[-1]["state"] == "unchecked"
    assert "restorebench doctor --deep" in findings[-1]["detail"]


def test_damaged_weights_and_code_that_is_not_there_are_broken(
    call, install, squares, monkeypatch, tmp_path
):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "alexnet-owt-7be5be79.pth").write_bytes(b"not this")
    install(inline(squares, "squares"), inline(Rotten(), "rotten"))
    result = call("doctor", "--json")
    assert result.exit_code == 1
    found = states(json.loads(result.stdout))
    assert (found["LPIPS trunk alex"], found["restorer rotten"]) == ("broken", "broken")


def test_the_deep_form_imports_all_and_restores_an_image(call, install, squares):
    install(inline(squares, "squares"), inline(Rotten(), "rotten"))
    result = call("doctor", "--deep", "--json")
    findings = json.loads(result.stdout)
    assert (result.exit_code, states(findings)["restorer rotten"]) == (1, "broken")
    assert [f["name"] for f in findings if f["state"] == "broken"] == ["restorer rotten"]
    assert "unchecked" not in states(findings).values()
    assert findings[-1]["name"] == "brighten on cpu"
    assert "squares/test-0000 restored in" in findings[-1]["detail"]


def test_a_torch_that_cannot_be_imported_is_reported_not_fatal(call, without):
    without("torch")
    result = call("doctor", "--deep", "--json")
    assert result.exit_code == 1
    (torch,) = (
        f for f in json.loads(result.stdout) if (f["topic"], f["name"]) == ("imports", "torch")
    )
    assert (torch["state"], "libcudart" in torch["detail"]) == ("broken", True)


def test_the_table_has_all_topics_and_ends_with_what_was_not_tried(call):
    lines = call("doctor").stdout.splitlines()
    topics = ["system", "folder", "package", "extra", "torch", "weights", "plugin", "benchmark"]
    assert [line.split()[0] for line in lines if line[:1].strip()] == [*topics, "not"]
    assert "doctor --deep" in "".join(lines[-4:])
