"""The state of a checkout is read without running what its configuration names."""

from __future__ import annotations

import subprocess

import pytest

from restorebench.harness.provenance import git_state

TRAPS = {
    "core.fsmonitor": "touch {ran}; false",
    "filter.x.clean": "touch {ran}; cat",
    "filter.x=y.process": "touch {ran}",
    "core.hooksPath": "{folder}/hooks",
}


def git(folder, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a").write_text("a")
    git(folder, "add", "a")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one")
    return folder


def test_commit_and_changes(checkout, tmp_path):
    before = git_state(checkout)
    assert len(before["commit"]) == 40
    assert before["dirty"] is False
    (checkout / "a").write_text("b")
    assert git_state(checkout) == before | {"dirty": True}
    assert git_state(tmp_path) is None


def test_nothing_that_a_checkout_configures_is_run(checkout, tmp_path):
    ran = tmp_path / "ran"
    for name, value in TRAPS.items():
        git(checkout, "config", name, value.format(ran=ran, folder=checkout))
    (checkout / "hooks").mkdir()
    hook = checkout / "hooks" / "post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    (checkout / ".git/info/attributes").write_text("* filter=x\n")
    (checkout / "a").write_text("a")  # its time has changed, so that git compares its content
    assert git_state(checkout)["dirty"] is True  # the folder of hooks
    assert not ran.exists()
    git(checkout, "status")
    assert ran.exists()
