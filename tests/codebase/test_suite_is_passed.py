"""Below the entry points a suite is passed: nothing there looks up what is installed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "core" / "src", *sorted(ROOT.glob("plugins/*/src"))]
ENTRY_POINTS = {
    "restorebench/evaluation/run_models.py",
    "restorebench/harness/engines/worker.py",
    "restorebench/harness/isolation/worker.py",
    "restorebench/pytest_session/quality_run.py",
    "restorebench/submission/codabench/scoring_program.py",
}
"""The modules outside the command line that begin a program."""


def fetches_the_suite(tree: ast.AST) -> bool:
    """Whether code imports `suite` from `restorebench.plugins`, or reads it from the module."""
    return any(
        (
            isinstance(node, ast.ImportFrom)
            and node.module in {"restorebench.plugins", "restorebench.plugins.suites"}
            and any(alias.name in {"suite", "*"} for alias in node.names)
        )
        or (
            isinstance(node, ast.Attribute)
            and ast.unparse(node).endswith(("plugins.suite", "suites.suite"))
        )
        for node in ast.walk(tree)
    )


def modules() -> Iterator[tuple[str, ast.AST]]:
    for source in SOURCES:
        for path in source.rglob("*.py"):
            yield path.relative_to(source).as_posix(), ast.parse(path.read_text("utf-8"))


def test_only_entry_points_fetch_the_suite() -> None:
    free = ("restorebench/cli/", "restorebench/plugins/__init__.py")
    found = {name for name, tree in modules() if fetches_the_suite(tree)}
    assert {name for name in found if not name.startswith(free)} == ENTRY_POINTS


@pytest.mark.parametrize(
    "code",
    [
        "from restorebench.plugins import Suite, suite",
        "def later():\n    from restorebench.plugins import suite as installed",
        "from restorebench.plugins.suites import suite",
        "import restorebench.plugins\nrestorebench.plugins.suite().tasks",
        "from restorebench import plugins\nfound = plugins.suite()",
    ],
)
def test_every_way_to_fetch_it_is_seen(code: str) -> None:
    assert fetches_the_suite(ast.parse(code))
