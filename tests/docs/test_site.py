"""The site: its navigation has every page, its API every name, and it builds without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import restorebench

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def leaves(tree: object) -> Iterator[str]:
    """The pages of a navigation, in order."""
    if isinstance(tree, str):
        yield tree
    branches = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for branch in branches:
        yield from leaves(branch)


def test_the_navigation_has_every_page_once():
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    pages = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.glob("**/*.md"))
    assert sorted(leaves(config["nav"])) == pages


def test_the_api_has_every_public_name():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: restorebench\.(\w+)$", page, re.MULTILINE)
    assert sorted({*shown} - {"errors"}) == sorted(restorebench.__all__)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `tox -e site` builds it."""
    pytest.importorskip("mkdocs", reason="pip install -r requirements-docs.txt")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_it_builds_without_a_warning_and_fetches_nothing(site):
    """Links, anchors and names that lead nowhere are warnings, errors with `--strict`."""
    loaded = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["'](?:https?:)?//""")
    assert [p.name for p in site.glob("**/*.html") if loaded.search(p.read_text("utf-8"))] == []


@pytest.mark.slow
def test_links_to_the_code_lead_to_pages_that_show_it(site):
    page = (site / "architecture.html").read_text(encoding="utf-8")
    (link,) = set(re.findall(r'href="(source/\S+/harness/store\.py\.html)"', page))
    shown = re.sub(r"<[^>]+>", "", (site / link).read_text(encoding="utf-8"))
    assert "class Store" in shown


@pytest.mark.slow
def test_the_api_is_that_of_the_docstrings(site):
    page = re.sub(r"<[^>]+>", "", (site / "api.html").read_text(encoding="utf-8"))
    first = restorebench.evaluate.__doc__.partition("\n")[0]
    assert first in page
