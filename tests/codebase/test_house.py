"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = sorted([*ROOT.glob("core/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")])
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")])
KINDS = {".py", ".md", ".toml", ".txt", ".ini", ".cfg", ".yml", ".yaml", ".json", ".csv", ".sh"}
HIDDEN = {".git", ".venv", ".tox", "build", "dist", "results", "node_modules"}
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:work|farm|home|root)/[\w.]",
    "how the work was organised": r"/tmp/(?:dev|bash)|\b[Ii]ssue [A]\b",
    "a package registry's host": r"pyp[i]\.org|pythonhoste[d]|registry\.npm[j]s",
    "a to-do": r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b",
    "a stub": r"raise NotImplemented[E]rror",
}


def texts() -> Iterator[Path]:
    """The text files of the checkout that belong to the project."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(p in HIDDEN or (p.startswith(".") and p.endswith("cache")) for p in parts)
        if path.suffix in KINDS and path.is_file() and not hidden:
            yield path


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public classes and functions, and the public methods of public classes."""
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name[0] != "_"]
    bodies = [tree.body, *(n.body for n in classes)]
    for node in (node for body in bodies for node in body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def overrides(node: ast.AST) -> bool:
    """Whether it says that its description stands elsewhere."""
    names = [ast.unparse(d) for d in getattr(node, "decorator_list", [])]
    return any(n.endswith((".setter", "overload", "override")) for n in names)


@pytest.mark.parametrize("path", [*PRODUCT, *TESTS], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_has_at_most_450_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


def test_most_files_are_short() -> None:
    lengths = sorted(len(p.read_text(encoding="utf-8").splitlines()) for p in PRODUCT)
    assert lengths[len(lengths) // 2] <= 120
    assert lengths[len(lengths) * 9 // 10] <= 300


def test_most_functions_are_short() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PRODUCT]
    functions = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    lengths = sorted(_body_length(function) for function in functions)
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 30


def _body_length(function: ast.FunctionDef) -> int:
    """Lines without signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


@pytest.mark.parametrize("path", PRODUCT, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [n.name for n in public(tree) if not ast.get_docstring(n) and not overrides(n)]
    assert bare == []
    assert ast.get_docstring(tree), "a module says what it holds"


@pytest.mark.parametrize("path", PRODUCT, ids=lambda p: str(p.relative_to(ROOT)))
def test_annotations_are_complete_and_cost_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    bare = [f.name for f in functions if f.returns is None or _has_bare_argument(f)]
    assert bare == []
    if functions:
        assert "from __future__ import annotations" in source


def _has_bare_argument(function: ast.FunctionDef) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return any(a and a.annotation is None and a.arg not in {"self", "cls"} for a in arguments)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_in_the_project_mentions(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_test_can_fail(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")
    ]
    idle = [test.name for test in tests if not _asserts(test)]
    assert idle == []


def _asserts(test: ast.FunctionDef) -> bool:
    source = ast.unparse(test)
    return any(isinstance(n, ast.Assert) for n in ast.walk(test)) or bool(
        re.search(r"pytest\.(raises|warns)|assert_|benchmark\(", source)
    )
