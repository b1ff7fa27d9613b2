"""The documentation's generated tables are those that the code makes now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path as File

import pytest

from restorebench.builtin_lazy import PATHS, SOLVERS

DOCS = File(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_engine_docs", DOCS / "make_engine_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def part(document, name):
    text = (DOCS / document).read_text("utf-8")
    return re.search(f"<!-- begin {name} -->\n(.*?)\n<!-- end {name} -->", text, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("document", "name"), [("paths.md", "paths"), ("paths.md", "heads"), ("solvers.md", "solvers")]
)
def test_names_and_formulas(make, document, name) -> None:
    assert part(document, name) == make.PARTS[name]()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gaussian", "modes", "spreads"])
def test_measured_errors(make, name) -> None:
    assert part("solvers.md", name) == make.PARTS[name]()


def test_every_path_and_solver_is_in_its_document() -> None:
    for document, specs in (("paths.md", PATHS), ("solvers.md", SOLVERS)):
        text = (DOCS / document).read_text("utf-8")
        assert all(f"`{spec.name}`" in text for spec in specs)


def test_the_documented_new_path_works() -> None:
    code = re.search("```python\n(.*?)```", (DOCS / "paths.md").read_text("utf-8"), re.DOTALL)[1]
    scope = {}
    exec(code, scope)
    path = scope["cosine_flow"]()
    assert path.at(0.0) == (1.0, 0.0, 0.0)
    assert path.time_of_lam(path.lam(0.3)) == pytest.approx(0.3)
