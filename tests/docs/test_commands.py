"""Every command and file of every page is run in order, but for what page_rules.toml names."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RULES = tomllib.loads((HERE / "page_rules.toml").read_text(encoding="utf-8"))
PAGES = ["docs/tutorial.md"]


@pytest.fixture(scope="module")
def page_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield importlib.import_module("page_blocks")


@pytest.fixture
def stage(tmp_path, warm_start):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        module = importlib.import_module("page_stage")
    folder, site = tmp_path / "work", tmp_path / "site"
    folder.mkdir()
    return module.Stage(folder, site, warm_start)


def run_by(command):
    """The command as the test runs it; None where a rule says that it is not run."""
    text, _, comment = command.partition("  #")
    for rule in RULES["not_run"]:
        if re.search(rule["command"], text) and not re.search(rule.get("except", "^$"), text):
            return None, comment
    for rule in RULES["smaller"]:
        if re.search(rule["command"], text.strip()):
            return f"{text.strip()} {rule['add']}", comment
    return text.strip(), comment


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page, page_blocks, stage):
    for block in page_blocks.blocks(ROOT / page):
        if block.file:
            function = re.search(r"replaces def (\w+)", block.note)
            stage.write(block.file, block.text, function and function[1])
        elif block.is_shell:
            for written in block.commands():
                command, comment = run_by(written)
                if command is None:
                    continue
                done = stage.run(command)
                failed = done.returncode != 0
                assert failed == ("fails" in comment), f"{command}\n{done.stdout}{done.stderr}"
