"""The table of all paths that the documentation shows, computed from the paths themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from restorebench.builtin_paths import PATHS
from restorebench.paths.heads import HEADS
from restorebench.paths.path import Path
from restorebench.registry import resolve
from restorebench.specs import LazySpec

HEADER = ("path", "a", "b", "c", "a, b, c at t = 1", "T", "posterior κ", "source")


def paths(specs: Iterable[LazySpec] = PATHS) -> tuple[Path, ...]:
    """Each path with its default options."""
    return tuple(resolve(spec.target, f"the path {spec.name!r}")() for spec in specs)


def row(path: Path) -> tuple[str, ...]:
    """One line: names, formulas, and the values at the end."""
    end = ", ".join(f"{value:.3g}" for value in path.at(1.0))
    steps = str(path.steps) if path.steps else "—"
    return (f"`{path.name}`", *path.formulas, end, steps, path.posterior, path.citation)


def head_rows(path: Path, t: float) -> list[tuple[str, ...]]:
    """(p_x, p_μ, p_ε) of each head on `path` at `t`."""
    numbers = {name: head.coefficients(path, t) for name, head in HEADS.items()}
    return [(f"`{name}`", *(f"{p:.4g}" for p in three)) for name, three in numbers.items()]


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A GitHub table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def path_table() -> str:
    """The table of all registered paths, with their defaults."""
    return markdown(HEADER, [row(path) for path in paths()])
