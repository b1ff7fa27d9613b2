"""The pages under docs/, and the code blocks in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def blocks() -> Callable[[Path], dict[str, str]]:
    """The code blocks of a page that begin with the path of a file, by that path."""
    return lambda page: dict(BLOCK.findall(page.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def files(blocks) -> dict[str, str]:
    """The files that adding-a-task.md has its reader write."""
    return blocks(DOCS / "adding-a-task.md")
