"""The code of the default benchmark: whether it is there, by its sources; nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.cli.doctor.finding import Finding

if TYPE_CHECKING:
    from restorebench.plugins import Suite


def examine(found: Suite) -> Iterator[Finding]:
    """Whether each target's module is there, can be read as Python, and has the target."""
    for registry in (found.protocols, found.metrics, found.datasets, found.restorers):
        specs = [spec for spec in registry if getattr(spec, "default", True)]
        problems = {spec.name: problem(spec.target) for spec in specs}
        for name in (name for name in problems if problems[name]):
            where = f"{registry.kind} {name}"
            yield Finding("benchmark", where, "broken", problems[name])
        if not any(problems.values()):
            detail = f"the code of all {len(specs)} is there"
            yield Finding("benchmark", f"{registry.kind}s", "ok", detail)


def problem(target: str) -> str:
    """Why ``"module:object"`` could not be imported, as far as its source shows it, or ``""``."""
    module, _, name = target.partition(":")
    spec = found_module(module)
    if spec is None:
        return f"there is no module {module!r}"
    if spec.origin is None or not spec.origin.endswith(".py"):
        return ""  # compiled, or inside an archive
    tree = _parsed(spec.origin)
    if isinstance(tree, str):
        return tree
    for line, needed in _imports(tree):
        if _top(needed) is None:
            return f"{spec.origin}:{line} imports {needed}, which is not installed"
    if _bound(tree).isdisjoint({name.partition(".")[0], "*", "__getattr__"}):
        return f"{spec.origin} has no {name!r}"
    return ""


@cache
def found_module(module: str) -> ModuleSpec | None:
    """Where a module is, without importing the packages around it, as `find_spec` would."""
    first, *rest = module.split(".")
    spec, name = _top(first), first
    for part in rest:
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, spec.submodule_search_locations)
    return spec


@cache
def _top(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name.partition(".")[0])
    except (ImportError, ValueError):  # half imported
        return None


@cache
def _parsed(origin: str) -> ast.Module | str:
    try:
        return ast.parse(Path(origin).read_bytes(), origin)
    except (OSError, SyntaxError, ValueError) as error:
        return f"{origin} cannot be read as Python: {error}"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What the module imports as soon as it is imported itself, with the line."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


@cache
def _bound(tree: ast.Module) -> set[str]:
    """The names that a module binds at its top, also in blocks; ``*`` where some are another's."""
    names: set[str] = set()
    for node in tree.body:
        names.update(_names(node))
    return names


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((a.asname or a.name).partition(".")[0] for a in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
    elif isinstance(node, ast.Name):
        yield node.id
    else:
        for child in ast.iter_child_nodes(node):
            yield from _names(child)
