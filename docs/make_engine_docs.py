"""Fill the generated parts of paths.md and solvers.md, and draw their figures.

    python docs/make_engine_docs.py            # tables and figures (needs matplotlib)
    python docs/make_engine_docs.py --tables   # tables only

A generated part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path as File

from restorebench.builtin_solvers import SOLVERS
from restorebench.paths.heads import IRSDE_ML, NOISE
from restorebench.paths.ou import irsde
from restorebench.paths.table import head_rows, markdown, path_table
from restorebench.registry import resolve
from restorebench.solvers.exact import (
    gaussian,
    mixture_error,
    propagated,
    reread,
    wasserstein,
)
from restorebench.solvers.grids import reference, uniform_lambda, uniform_t
from restorebench.solvers.march import Solver
from restorebench.solvers.onestep import ancestral

DOCS = File(__file__).parent
COUNTS = (5, 8, 10, 12, 15, 20, 25, 50, 100)
DELTA, STD = 0.1, 0.05
MODES, MODE_STD = (-0.15, 0.15), 0.03


def solvers() -> dict[str, Solver]:
    """All registered solvers."""
    return {spec.name: resolve(spec.target, spec.name) for spec in SOLVERS}


@cache
def gaussian_errors() -> dict[str, list[float]]:
    """W₂/s of each solver at each of COUNTS, x0 | μ ~ N(μ + 0.1, 0.05²)."""
    path, errors = irsde(), {}
    for name, solver in solvers().items():
        grid = uniform_t if name.startswith("euler") else uniform_lambda
        nodes = [(n + 1) // 2 if name == "heun" else n for n in COUNTS]  # two calls a step
        errors[name] = [wasserstein(solver, path, grid(path, n), DELTA, STD) for n in nodes]
    naive = partial(ancestral, naive_stride=True)
    errors["ancestral, naive stride"] = [
        wasserstein(naive, path, reference(path, n), DELTA, STD) for n in COUNTS
    ]
    return errors


@cache
def mode_errors() -> dict[str, list[float]]:
    """W₁/s of the deterministic solvers at each of COUNTS on two modes."""
    path, names = irsde(), ("ddim", "dpm-2m", "dpmpp-2m", "dpmpp-3m", "unipc-2")
    return {
        name: [
            mixture_error(solvers()[name], path, uniform_lambda(path, n), MODES, MODE_STD)
            for n in COUNTS
        ]
        for name in names
    }


@cache
def spreads() -> dict[str, list[float]]:
    """Sample over true standard deviation with a network of the ML objective, at each of COUNTS."""
    path, exact = irsde(), gaussian(irsde(), DELTA, STD)
    heads = {"exact score": None, "read as noise": NOISE, "read by irsde-ml": IRSDE_ML}
    return {
        label: [
            propagated(
                solvers()["unipc-2"],
                path,
                uniform_lambda(path, n),
                DELTA,
                STD,
                0.0,
                reread(path, exact, IRSDE_ML, head) if head else None,
            )[1]
            / STD
            for n in COUNTS
        ]
        for label, head in heads.items()
    }


def error_table(errors: Mapping[str, list[float]], first: str = "solver", form: str = ".2g") -> str:
    """One row for each solver, a column for each number of network calls."""
    header = (first, *(f"{n}" for n in COUNTS))
    rows = [(name, *(format(e, form) for e in row)) for name, row in errors.items()]
    return markdown(header, rows)


def solver_table() -> str:
    """Names and summaries of the registered solvers."""
    return markdown(("solver", "what it is"), [(f"`{s.name}`", s.summary) for s in SOLVERS])


PARTS: Mapping[str, Callable[[], str]] = {
    "paths": path_table,
    "heads": lambda: markdown(("head", "p_x", "p_μ", "p_ε"), head_rows(irsde(), 0.5)),
    "solvers": solver_table,
    "gaussian": lambda: error_table(gaussian_errors()),
    "modes": lambda: error_table(mode_errors()),
    "spreads": lambda: error_table(spreads(), "output", ".3f"),
}


def filled(text: str) -> str:
    """`text` with each of its generated parts made anew."""
    for name in re.findall(r"<!-- begin (\w+) -->", text):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{PARTS[name]()}\n{end}{rest.partition(end)[2]}"
    return text


def draw(
    file: str, title: str, ylabel: str, curves: Mapping[str, list[float]], *, log: bool
) -> None:
    """Curves over the number of network calls, labelled at their ends, as a small PNG."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7.6, 3.8), layout="constrained")
    for i, (label, values) in enumerate(curves.items()):
        wide = 4.0 if label == "exact score" else 1.4  # another curve lies on it
        axes.plot(COUNTS, values, ("-", "--")[i // 10], marker="o", ms=3, lw=wide, label=label)
    axes.set(xscale="log", xlabel="network calls", ylabel=ylabel, title=title)
    axes.set_xticks(COUNTS, [str(n) for n in COUNTS])
    axes.minorticks_off()
    axes.set(**({"yscale": "log", "ylim": (1e-4, 10)} if log else {"ylim": (0.8, 1.2)}))
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(DOCS / "figures" / file, dpi=110, metadata={"Software": None})
    plt.close(figure)


def figures() -> None:
    """The pictures of solvers.md."""
    draw("solvers-gaussian.png", "One mode", "W₂ / s", gaussian_errors(), log=True)
    draw("solvers-modes.png", "Two modes", "W₁ / s", mode_errors(), log=True)
    title = "A network of IR-SDE's objective, UniPC-2"
    draw("irsde-ml-spread.png", title, "sample std / true std", spreads(), log=False)


def main() -> None:
    """Write the documents, and the figures unless only tables are asked for."""
    for name in ("paths.md", "solvers.md"):
        file = DOCS / name
        file.write_text(filled(file.read_text("utf-8")), "utf-8")
    if "--tables" not in sys.argv:
        figures()


if __name__ == "__main__":
    main()
