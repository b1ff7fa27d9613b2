"""The rooms of core stand one above the other; nobody imports from a floor above."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "src" / "restorebench"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/src/*/__init__.py"))

FLOORS = (
    ("errors",),
    ("specs",),
    ("types",),
    ("registry",),
    ("hookspecs",),
    ("__init__",),  # the public names of the floors below
    (
        "builtin_metrics",
        "builtin_paths",
        "builtin_solvers",
        "builtin_backbones",
        "builtin_compressors",
    ),
    ("builtin",),  # what core provides: data like any plugin's, loaded by name
    ("plugins",),
    ("torchvision_guard",),
    ("data",),
    ("metrics",),
    ("paths",),
    ("solvers",),
    ("backbones",),
    ("compressors",),
    ("checkpoints",),
    ("restorers",),
    ("harness",),
    ("training",),
    ("leaderboard",),
    ("ablation",),
    ("submission",),
    ("cli", "__main__", "pytest_session"),
    ("pytest_plugin",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def module_name(path: Path, top: Path) -> str:
    parts = path.relative_to(top.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def at_import_time(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements that run on import: not those of functions, nor under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.stmt):
            yield node
        yield from at_import_time(node)


def imports(nodes: Iterator[ast.AST], modules: set[str]) -> Iterator[str]:
    """The modules that statements import, with `from package import module` resolved."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in modules else node.module


def graph(top: Path) -> dict[str, set[str]]:
    """Import-time edges between the modules of one package."""
    paths = {module_name(path, top): path for path in top.rglob("*.py")}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in paths.items()}
    return {
        name: {i for i in imports(at_import_time(tree), set(paths)) if i in paths}
        for name, tree in trees.items()
    }


def room(module: str) -> str:
    return next(iter(module.split(".")[1:]), "__init__")


CORE_GRAPH = graph(CORE)


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in CORE_GRAPH} <= set(FLOOR)


def test_a_room_imports_only_from_floors_below() -> None:
    upward = [
        f"{source} -> {target}"
        for source, targets in CORE_GRAPH.items()
        for target in targets
        if room(source) != room(target) and FLOOR[room(target)] >= FLOOR[room(source)]
    ]
    assert upward == []


def test_the_map_shows_every_room_on_its_floor() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", page, re.MULTILINE)
    shown = [name for _, names in rows for name in re.findall(r"`(\w+)`", names)]
    assert [int(floor) for floor, _ in rows] == list(range(1, len(rows) + 1))
    assert shown == [r for rooms in FLOORS for r in rooms if not r.startswith(("__", "builtin_"))]


def test_what_core_provides_is_imported_by_nobody() -> None:
    """It is data like any plugin's, loaded by name."""
    builtin = "restorebench.builtin"
    assert [module for module, targets in CORE_GRAPH.items() if builtin in targets] == []


@pytest.mark.parametrize("top", [CORE, *PLUGINS], ids=lambda top: top.name)
def test_there_are_no_import_cycles(top: Path) -> None:
    edges = graph(top)
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module not in done:
            for target in sorted(edges[module] - {module}):
                visit(target, (*trail, module))
            done.add(module)

    for module in edges:
        visit(module, ())
    assert done == set(edges)


@pytest.mark.parametrize("top", PLUGINS, ids=lambda top: top.name)
def test_plugins_use_public_names_of_core_and_nothing_of_each_other(top: Path) -> None:
    modules = set(CORE_GRAPH)
    offences = []
    for path in top.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            for name in imports(iter([node]), modules):
                names = [alias.name for alias in node.names]
                own = name.partition(".")[0]
                private = own == "restorebench" and any(
                    part.startswith("_") for part in [*name.split("."), *names]
                )
                other = own.startswith("restorebench_") and own != top.name
                if private or other:
                    offences.append(f"{path.name}: {name} ({', '.join(names)})")
    assert offences == []


@pytest.mark.parametrize("top", PLUGINS, ids=lambda top: top.name)
def test_a_plugins_front_page_imports_nothing_heavy(top: Path) -> None:
    tree = ast.parse((top / "__init__.py").read_text(encoding="utf-8"))
    loaded = set(imports(at_import_time(tree), set(CORE_GRAPH)))
    allowed = {"restorebench", "restorebench.hookspecs", "restorebench.specs"}
    assert {m for m in loaded if m.partition(".")[0] not in sys.stdlib_module_names} <= allowed


@pytest.mark.parametrize(
    ("code", "edges"),
    [
        ("import a.b", {"a.b"}),
        ("from a import b", {"a.b"}),
        ("from a import name", {"a"}),
        ("def f():\n    import a", set()),
        ("class C:\n    import a", {"a"}),
        ("try:\n    import a\nexcept ImportError:\n    import a.b", {"a", "a.b"}),
        ("if TYPE_CHECKING:\n    import a", set()),
    ],
)
def test_the_reading_of_imports_itself(code: str, edges: set[str]) -> None:
    assert set(imports(at_import_time(ast.parse(code)), {"a", "a.b"})) == edges
