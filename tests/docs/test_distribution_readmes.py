"""The distributions' READMEs, which a package index shows without the repository around them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from restorebench.plugins import suite

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "core" / "README.md", *sorted(ROOT.glob("plugins/*/README.md"))]
TASKS = [path.parent.name for path in READMES[1:]]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_a_readme_stands_alone(readme):
    text = readme.read_text(encoding="utf-8")
    targets = re.findall(r"!?\[[^\]]*\]\(([^)]+)\)|<img[^>]+src=\"([^\"]+)", text)
    assert [t for t in targets if not re.match(r"https://|#", "".join(t))] == []
    name = tomllib.loads((readme.parent / "pyproject.toml").read_text("utf-8"))["project"]["name"]
    assert text.startswith(f"# {name}\n")
    assert re.search(r"^pip install restorebench-\w+ ", text, re.MULTILINE)
    assert "import restorebench as rb" in text


@pytest.mark.parametrize("task", TASKS)
def test_a_plugins_readme_names_all_that_it_provides(task):
    text = (ROOT / "plugins" / task / "README.md").read_text(encoding="utf-8")
    owner = f"restorebench-{task}"
    registries = (suite().tasks, suite().restorers, suite().protocols, suite().datasets)
    names = {n for r in registries for n in r.names() if str(r.provider(n)).startswith(owner)}
    names -= {n for n in suite().datasets.names() if not n.startswith(task)}  # public ones
    assert len(names) >= 5
    assert {name for name in names if f"`{name}`" not in text} == set()
