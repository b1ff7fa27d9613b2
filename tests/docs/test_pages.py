"""What the pages say is so: links lead somewhere, generated parts are current, commands exist."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from restorebench.cli.app import app
from restorebench.plugins import suite

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "core/README.md",
        "plugins/*/README.md",
        "examples/*/*.md",
    )
    for page in ROOT.glob(pattern)
)
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_index_has_every_page():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in ROOT.glob("docs/*.md")} - {"index.md"}
    assert pages <= set(LINK.findall(index))


def commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Page and words of each line in a code block that begins with `program`."""
    for page in PAGES:
        for block in FENCED.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                words = line.removeprefix("$ ").partition("#")[0].replace(";", " |").split()
                if words and Path(words[0]).name == program:
                    yield page.name, words[1:]


def parameters(verb: Any) -> list[Any]:
    """Those of a verb, and of the verbs below it."""
    return [*verb.params, *(p for v in getattr(verb, "commands", {}).values() for p in v.params)]


def test_every_restorebench_command_of_the_pages_exists():
    verbs = get_command(app).commands
    for page, words in commands("restorebench"):
        named = [w for i, w in enumerate(words) if i == 0 or words[i - 1] == "|"]
        named = [w for w in named if w != "restorebench"]  # a second command in the line
        assert set(named) <= set(verbs), page
        known = {name for verb in named for p in parameters(verbs[verb]) for name in p.opts}
        assert {w.partition("=")[0] for w in words if w.startswith("--")} <= known, page


def test_every_pytest_option_of_the_pages_exists():
    command = [sys.executable, "-m", "pytest", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    for page, words in commands("pytest"):
        for option in (w.partition("=")[0] for w in words if w.startswith("--")):
            assert re.search(rf"{re.escape(option)}\b", said), (page, option)


@pytest.mark.parametrize("maker", ["make_protocols", "make_layouts"])
def test_the_tables_are_those_of_the_registry(maker):
    spec = importlib.util.spec_from_file_location(maker, ROOT / "docs" / f"{maker}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = module.PAGE.read_text(encoding="utf-8")
    assert module.current(suite()) == page, f"run `python docs/{maker}.py`"
