"""The packages of core are layers; a package imports only from layers below its own."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "src" / "restorebench"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/src/*/__init__.py"))

LAYERS = (
    ("errors", "atomic", "console", "allocator", "threads"),
    ("specs", "csv_table"),
    ("types",),
    ("registry",),
    ("hookspecs", "strict_model", "layout_specs"),
    ("__init__",),  # the public names of the layers below
    ("builtin_metrics", "builtin_lazy", "builtin_outside"),
    ("builtin",),  # what core provides: data like any plugin's, loaded by name
    ("plugins",),
    ("torchvision_guard", "templates"),
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
    ("evaluation",),
    ("ablation",),
    ("submission",),
    ("testing", "scaffold"),
    ("cli", "pytest_session", "pytest_options"),
    ("pytest_plugin", "__main__"),
)
LAYER = {package: layer for layer, packages in enumerate(LAYERS) for package in packages}

SUBPACKAGES = {  # of each package, the lowest first
    "backbones": ("layers", "keys", "tiling"),
    "cli": ("restore", "datasets", "reports", "challenges", "training", "doctor"),
    "data": ("formats", "layouts", "tables", "overlap", "check"),
    "data.layouts": ("fields",),
    "harness": ("parquet", "isolation", "run", "engines"),
    "leaderboard": ("board", "records", "ranking", "methods", "compare", "render"),
    "metrics": ("lpips", "iqa", "fid", "identify"),
    "leaderboard.render": ("html",),
    "restorers": ("plan", "outside"),
    "testing": ("conformance",),
    "submission": ("archive", "readme", "reference", "codabench"),
    "training": ("data", "optim", "logs", "model_card"),
}


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


@cache
def graph(top: Path) -> dict[str, set[str]]:
    """Import-time edges between the modules of one package."""
    paths = {module_name(path, top): path for path in top.rglob("*.py")}
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in paths.items()}
    return {
        name: {i for i in imports(at_import_time(tree), set(paths)) if i in paths}
        for name, tree in trees.items()
    }


def package(module: str) -> str:
    return next(iter(module.split(".")[1:]), "__init__")


def subpackage(module: str, parent: str) -> str | None:
    """Of a module below `parent`, the sub-package; None for the modules of `parent` itself."""
    inside = module.removeprefix(f"restorebench.{parent}.")
    if inside == module or not (CORE / parent.replace(".", "/") / inside.split(".")[0]).is_dir():
        return None
    return inside.split(".")[0]


def test_every_package_has_its_layer() -> None:
    assert {package(module) for module in graph(CORE)} <= set(LAYER)


def test_a_package_imports_only_from_layers_below() -> None:
    upward = [
        f"{source} -> {target}"
        for source, targets in graph(CORE).items()
        for target in targets
        if package(source) != package(target) and LAYER[package(target)] >= LAYER[package(source)]
    ]
    assert upward == []


def test_every_subpackage_has_its_place() -> None:
    found = {path.parent.relative_to(CORE) for path in CORE.glob("*/**/__init__.py")}
    nested = {".".join(folder.parts) for folder in found if len(folder.parts) > 1}
    assert nested == {f"{parent}.{name}" for parent in SUBPACKAGES for name in SUBPACKAGES[parent]}


@pytest.mark.parametrize("parent", SUBPACKAGES)
def test_a_subpackage_imports_only_from_those_before_it(parent: str) -> None:
    """The modules beside them, such as ``leaderboard/rows.py``, may be used by all."""
    order = SUBPACKAGES[parent]
    upward = []
    for source, targets in graph(CORE).items():
        if (own := subpackage(source, parent)) is None:
            continue
        others = {subpackage(target, parent) for target in targets} - {None, own}
        upward += [f"{source} -> {o}" for o in others if order.index(o) > order.index(own)]
    assert upward == []


def test_the_map_shows_every_package_on_its_layer() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", page, re.MULTILINE)
    shown = [name for _, names in rows for name in re.findall(r"`(\w+)`", names)]
    assert [int(layer) for layer, _ in rows] == list(range(1, len(rows) + 1))
    assert shown == [p for layer in LAYERS for p in layer if not p.startswith(("__", "builtin_"))]


def test_what_core_provides_is_imported_by_nobody() -> None:
    """It is data like any plugin's, loaded by name."""
    builtin = "restorebench.builtin"
    assert [module for module, targets in graph(CORE).items() if builtin in targets] == []


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
    modules = set(graph(CORE))
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
    loaded = set(imports(at_import_time(tree), set(graph(CORE))))
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
