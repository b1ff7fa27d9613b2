"""Every code block of every page is run, or page_rules.toml says by name why it is not."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RULES = tomllib.loads((HERE / "page_rules.toml").read_text(encoding="utf-8"))
PATTERNS = ("*.md", "docs/**/*.md", "core/*.md", "plugins/*/*.md", "examples/*/*.md")
PAGES = sorted(str(p.relative_to(ROOT)) for pattern in PATTERNS for p in ROOT.glob(pattern))
OF_COMMANDS = ("not_run", "fails", "smaller")
RAN = set()
"""Commands that a page ran: `restorebench run` of another page with the same words is left out."""
PROGRAMS = {"restorebench", "pytest", "python", "pip", "cd"}


@pytest.fixture(scope="module", autouse=True)
def beside():
    """The modules of this folder can be imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield
        for name in [name for name in sys.modules if name.startswith("page_")]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def blocks(beside):
    """The blocks of a page."""
    read = importlib.import_module("page_blocks").blocks
    return lambda page: read(ROOT / page)


def rule(kind, key, text):
    """The first rule of a kind whose pattern fits."""
    for number, found in enumerate(RULES[kind]):
        if re.search(found[key], text) and not re.search(found.get("except", "^$"), text):
            return number, found
    return None, None


def shown(page, block):
    """The number of the rule by which a block is shown alone."""
    for number, found in enumerate(RULES["shown"]):
        if re.fullmatch(found["page"], page) and re.match(found["begins"], block.text):
            return number
    return None


def elsewhere(page, block):
    """The number of the rule by which another test runs a block."""
    for number, found in enumerate(RULES["elsewhere"]):
        if re.fullmatch(found["page"], page) and block.language in found["languages"]:
            return number
    return None


def parted(written):
    """A command and its comment."""
    command, _, comment = re.sub(r" +", " ", written).partition(" #")
    return command.strip(), comment.strip()


def test_no_block_escapes(blocks):
    """Each is run here or elsewhere or shown by a rule, and each rule has something to say."""
    used = {kind: set() for kind in ("elsewhere", "shown", *OF_COMMANDS)}
    for page in PAGES:
        for block in blocks(page):
            where = f"{page}, line {block.line}"
            if (number := shown(page, block)) is not None:
                used["shown"].add(number)
            elif (number := elsewhere(page, block)) is not None:
                used["elsewhere"].add(number)
            elif block.is_shell:
                for written in block.commands():
                    command, _ = parted(written)
                    kinds = {kind: rule(kind, "command", command)[0] for kind in OF_COMMANDS}
                    for kind, found in kinds.items():
                        used[kind] |= set() if found is None else {found}
                    known = command.split()[0] in PROGRAMS or kinds["not_run"] is not None
                    assert known, f"{where}: {command}"
            else:
                assert block.file or block.language == "python", where
    unused = {k: [RULES[k][n] for n in range(len(RULES[k])) if n not in v] for k, v in used.items()}
    assert not any(unused.values()), unused


@pytest.mark.parametrize("found", RULES["elsewhere"], ids=lambda found: found["page"])
def test_the_other_test_is_there(found):
    assert (ROOT / found["test"]).is_file()


@pytest.fixture(scope="module")
def world(beside, warm_start, tmp_path_factory):
    """A furnished folder with a store."""
    folder = tmp_path_factory.mktemp("world")
    importlib.import_module("page_world").furnish(folder)
    stage = importlib.import_module("page_stage").Stage(folder, folder / "site", warm_start)
    for command in RULES["prepare"]:
        done = stage.run(command)
        assert done.returncode == 0, done.stderr
    shutil.copytree(folder / "restorebench-results", folder / "DIR")
    return folder


@pytest.fixture
def stage(world, tmp_path, warm_start):
    """A reader's copy of it."""
    folder = tmp_path / "work"
    shutil.copytree(world, folder)
    return importlib.import_module("page_stage").Stage(folder, tmp_path / "site", warm_start)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page, blocks, stage):
    for block in blocks(page):
        if shown(page, block) is not None or elsewhere(page, block) is not None:
            continue
        if block.file:
            function = re.search(r"replaces def (\w+)", block.note)
            stage.write(block.file, block.text, function and function[1])
        elif block.language == "python":
            done = stage.python(block.text)
            assert done.returncode == 0, done.stderr
        else:
            for written in block.commands():
                run(stage, *parted(written))


def run(stage, command, comment):
    """Run a command at its size; it fails where its comment says so."""
    if rule("not_run", "command", command)[0] is not None:
        return
    command = smaller(command)
    if command.startswith("restorebench run ") and command in RAN:
        return
    done = stage.run(command)
    fails = comment.startswith("fails") or rule("fails", "command", command)[0] is not None
    assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}{done.stderr}"
    RAN.add(command)


def smaller(command):
    """The command at the size of a test; the first restorer is the one that does least."""
    _, found = rule("smaller", "command", command)
    stereo = re.search(r"stereo|kitti", command)
    added = found["add"].format(first="bicubic" if stereo else "identity") if found else ""
    return f"{command} {added}".strip()
