"""Fill the generated parts of paths.md and solvers.md, and draw their figures.

    python docs/make_engine_docs.py            # tables and figures (needs restorebench[plots])
    python docs/make_engine_docs.py --tables   # tables only

A generated part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path as File
from typing import TYPE_CHECKING

from restorebench.builtin_lazy import PATHS, SOLVERS
from restorebench.paths.heads import HEADS, IRSDE_ML, NOISE
from restorebench.paths.irsde import irsde
from restorebench.paths.path import Path
from restorebench.registry import resolve
from restorebench.solvers.grids import reference, uniform_lambda, uniform_t
from restorebench.solvers.onestep import ancestral
from restorebench.solvers.stepping import Solver
from restorebench.testing.exact import (
    gaussian,
    mixture_error,
    propagated,
    reread,
    sampled_error,
    wasserstein,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOCS = File(__file__).parent
COUNTS = (5, 8, 10, 12, 15, 20, 25, 50, 100)
DELTA, STD = 0.1, 0.05
MODES, MODE_STD = (-0.15, 0.15), 0.03
ORDERS = {"euler-maruyama": 1, "euler-ode": 1, "ancestral": 1, "ddim": 1, "heun": 2} | {
    "dpmpp-2m": 2,
    "dpmpp-2m-sde": 2,
    "dpm-2m": 2,
    "dpm-2m-sde": 2,
    "dpmpp-3m": 3,
    "unipc-2": 3,
}


def solvers() -> dict[str, Solver]:
    """All registered solvers."""
    return {spec.name: resolve(spec.target, spec.name) for spec in SOLVERS}


def path_table() -> str:
    """The table of all registered paths, with their defaults."""
    made: list[Path] = [resolve(spec.target, spec.name)() for spec in PATHS]
    header = ("path", "a", "b", "c", "a, b, c at t = 1", "T", "posterior κ", "source")
    return markdown(header, map(path_row, made))


def path_row(path: Path) -> tuple[str, ...]:
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


def hundred_steps() -> tuple[float, float]:
    """Errors of the posterior with all 100 steps of the path's own grid, on one and two modes."""
    path = irsde()
    times = reference(path, 100)
    one = wasserstein(ancestral, path, times, DELTA, STD)
    return one, sampled_error(ancestral, path, times, MODES, MODE_STD, pairs=15000)


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


def style(label: str, order: int) -> dict[str, object]:
    """The same look for a solver in every figure: a colour of its own, dashes for first order."""
    names = [spec.name for spec in SOLVERS]
    if label not in names:
        return {"color": "black", "ls": ":", "lw": 1.6}
    colour = f"C{names.index(label)}" if names.index(label) < 10 else "black"
    wide = {1: 1.3, 2: 1.5, 3: 2.6}[order]
    return {"color": colour, "ls": "--" if order == 1 else "-", "lw": wide}


def draw_errors(
    file: str, title: str, ylabel: str, curves: Mapping[str, list[float]], bound: float
) -> None:
    """Errors over network calls as a PNG; `bound` is that of a hundred ancestral steps."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.4, 4.4), layout="constrained")
    for label, values in sorted(curves.items(), key=lambda curve: -curve[1][COUNTS.index(15)]):
        order = ORDERS.get(label, 1)
        name = f"{label} (order {order})" if label in ORDERS else label
        axes.plot(COUNTS, values, marker="o", ms=3, label=name, **style(label, order))
    axes.axhline(bound, color="0.4", lw=1.0, label=f"ancestral, all 100 steps: {bound:.2g}")
    axes.set(yscale="log", ylim=(2e-4, 10), ylabel=ylabel)
    finish(figure, axes, file, title)


def draw_spreads(file: str, title: str, curves: Mapping[str, list[float]]) -> None:
    """Sample over true standard deviation over network calls, as a PNG."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.4, 4.0), layout="constrained")
    looks = {"exact score": ("0.75", 6.0), "read as noise": ("C1", 1.8)}
    for label, values in curves.items():
        colour, wide = looks.get(label, ("C0", 1.8))  # the head's lies on that of the exact score
        axes.plot(COUNTS, values, marker="o", ms=3.5, lw=wide, color=colour, label=label)
    axes.axhline(1.0, color="0.4", lw=0.9)
    for key, above in (("read as noise", 7), ("read by irsde-ml", -16)):
        said, place = f"{curves[key][-1] - 1:+.1%}", (COUNTS[-1], curves[key][-1])
        axes.annotate(said, place, (0, above), textcoords="offset points", fontsize=9, ha="right")
    axes.set(ylim=(0.8, 1.2), ylabel="standard deviation of the samples / true")
    finish(figure, axes, file, title)


def finish(figure: Figure, axes: Axes, file: str, title: str) -> None:
    """What the figures share: the axis of network calls, a legend beside it, the file."""
    from matplotlib import pyplot as plt

    axes.set(xscale="log", xlabel="network calls", title=title)
    axes.set_xticks(COUNTS, [str(n) for n in COUNTS])
    axes.minorticks_off()
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8.5, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(DOCS / "figures" / file, dpi=110, metadata={"Software": None})
    plt.close(figure)


def figures() -> None:
    """The images of solvers.md."""
    one, two = "IR-SDE with the exact score, one mode", "IR-SDE with the exact score, two modes"
    bounds = hundred_steps()
    w2, w1 = "W₂ distance to the data / s", "W₁ distance to the data / s"
    draw_errors("solvers-gaussian.png", one, w2, gaussian_errors(), bounds[0])
    draw_errors("solvers-modes.png", two, w1, mode_errors(), bounds[1])
    title = "A network that minimises IR-SDE's objective, sampled by unipc-2"
    draw_spreads("irsde-ml-spread.png", title, spreads())


def main() -> None:
    """Write the documents, and the figures unless only tables are asked for."""
    for name in ("paths.md", "solvers.md"):
        file = DOCS / name
        file.write_text(filled(file.read_text("utf-8")), "utf-8")
    if "--tables" not in sys.argv:
        figures()


if __name__ == "__main__":
    main()
