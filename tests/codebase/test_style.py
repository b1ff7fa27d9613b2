"""The rules of style that a machine can check; each test lists the files that break one."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("core/src/**/*.py", "plugins/*/src/**/*.py", "examples/*/src/**/*.py")
PRODUCT = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
CHECKS = ("tests/**/*.py", "plugins/*/tests/**/*.py", "examples/*/tests/**/*.py")
TESTS = sorted(path for pattern in CHECKS for path in ROOT.glob(pattern))
KINDS = {".py", ".md", ".toml", ".txt", ".ini", ".cfg", ".yml", ".yaml", ".json", ".csv", ".sh"}
HIDDEN = {".git", ".venv", ".tox", "build", "dist", "results", "node_modules"}
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:work|farm|home|root)/[\w.]",
    "how the work was organised": r"/tmp/(?:dev|bash)|\b[Ii]ssue [A]\b",
    "a package registry's host": r"pyp[i]\.org|pythonhoste[d]|registry\.npm[j]s",
    "a to-do": r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b",
    "a stub": r"raise NotImplemented[E]rror",
}


def name(path: Path) -> str:
    """The path from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(text(path))


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef)]


@cache
def texts() -> list[Path]:
    """The text files of the checkout that belong to the project."""
    found = []
    for folder, below, files in os.walk(ROOT):
        below[:] = [b for b in below if b not in HIDDEN and not (b[0] == "." and b[-5:] == "cache")]
        found += [Path(folder, file) for file in files if Path(file).suffix in KINDS]
    return found


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


def test_a_file_has_at_most_450_lines() -> None:
    assert [name(p) for p in (*PRODUCT, *TESTS) if len(text(p).splitlines()) > 450] == []


def test_most_files_are_short() -> None:
    lengths = sorted(len(text(path).splitlines()) for path in PRODUCT)
    assert lengths[len(lengths) // 2] <= 120
    assert lengths[len(lengths) * 9 // 10] <= 300


def test_most_functions_are_short() -> None:
    lengths = sorted(_body_length(function) for path in PRODUCT for function in functions(path))
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 30


def _body_length(function: ast.FunctionDef) -> int:
    """Lines without signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def test_modules_and_public_names_have_docstrings() -> None:
    bare = [
        f"{name(path)}: {getattr(node, 'name', 'the module')}"
        for path in PRODUCT
        for node in (syntax(path), *public(syntax(path)))
        if not ast.get_docstring(node) and not overrides(node)
    ]
    assert bare == []


def test_annotations_are_complete() -> None:
    bare = [
        f"{name(path)}: {function.name}"
        for path in PRODUCT
        for function in functions(path)
        if function.returns is None or _has_bare_argument(function)
    ]
    assert bare == []


def test_annotations_are_not_evaluated() -> None:
    postponed = "from __future__ import annotations"
    assert [name(p) for p in PRODUCT if functions(p) and postponed not in text(p)] == []


def _has_bare_argument(function: ast.FunctionDef) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return any(a and a.annotation is None and a.arg not in {"self", "cls"} for a in arguments)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_in_the_project_mentions(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in texts()
        if pattern.search(text(path))
        for number, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_test_can_fail() -> None:
    idle = [
        f"{name(path)}: {function.name}"
        for path in TESTS
        for function in functions(path)
        if function.name.startswith("test_") and not _asserts(path, function)
    ]
    assert idle == []


def _asserts(path: Path, test: ast.FunctionDef) -> bool:
    lines = text(path).splitlines()[test.lineno - 1 : test.end_lineno]
    return any(isinstance(n, ast.Assert) for n in ast.walk(test)) or bool(
        re.search(r"pytest\.(raises|warns)|assert_|benchmark\(", "\n".join(lines))
    )
