"""`compact`: every other command says the same before and after."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def stored(call):
    restorers = ("--restorer", "brighten", "--restorer", "identity")
    assert call("run", *restorers, "--results", "store").exit_code == 0


COMMANDS = {
    "leaderboard": ("leaderboard", "--format", "json"),
    "page": ("leaderboard", "--format", "html"),
    "plan": ("plan", "--task", "dark", "--json"),
    "compare": ("compare", "brighten", "identity", "--json"),
}


def test_every_command_says_the_same(call, stored):
    def outputs() -> dict[str, tuple[str, str]]:
        done = {n: call(*words, "--results", "store") for n, words in COMMANDS.items()}
        return {name: (one.stdout, one.stderr) for name, one in done.items()}

    before = outputs()
    done = json.loads(call("compact", "--results", "store", "--json").stdout)
    assert done["records"] > 0
    assert outputs() == before
    again = call("run", "--restorer", "brighten", "--results", "store")
    assert "3 restored, 3 from the store" in again.stderr
    assert call("compact", "--results", "store").stdout == "0 records compacted\n"


def test_a_folder_without_records(call):
    done = call("compact", "--results", "nowhere")
    assert done.exit_code == 2
    assert "there is no folder nowhere" in done.stderr
