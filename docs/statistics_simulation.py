"""Whether the intervals and tie groups of leaderboards keep what they promise, by simulation.

    python docs/statistics_simulation.py            # tables of statistics.md, and its figures
    python docs/statistics_simulation.py --tables   # tables only, without matplotlib

Data sets are drawn from populations whose means are known. *Coverage* is how often the 95 %
interval holds the true mean; the *family-wise error* is how often any two rows of equal true mean
are told apart on one board of ten rows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from restorebench.leaderboard.board import Column
from restorebench.leaderboard.methods import bootstrap
from restorebench.leaderboard.methods.matrix import DataSet, Task
from restorebench.leaderboard.ranking import statistics
from restorebench.leaderboard.ranking.statistics import holm, intervals, paired_test

DOCS = Path(__file__).parent
Floats = NDArray[np.float64]
Draw = Callable[[Generator, tuple[int, ...]], Floats]

POPULATIONS: Mapping[str, tuple[Draw, float]] = {
    "normal (PSNR)": (lambda r, s: r.normal(28, 4, s), 28.0),
    "skewed, gamma 4": (lambda r, s: 20 + r.gamma(4, 2, s), 28.0),
    "very skewed, gamma 1.5": (lambda r, s: 20 + r.gamma(1.5, 4, s), 26.0),
    "SSIM-like, beta(8, 2)": (lambda r, s: r.beta(8, 2, s), 0.8),
    "near 1, beta(20, 1)": (lambda r, s: r.beta(20, 1, s), 20 / 21),
    "heavy tails, t with 5": (lambda r, s: r.standard_t(5, s), 0.0),
    "two kinds, 30 : 70": (lambda r, s: r.normal(0, 1, s) + 6 * (r.random(s) < 0.3), 1.8),
    "4 draws of each image": (
        lambda r, s: r.normal(28, 4, s) + r.normal(0, 2, (4, *s)).mean(0),
        28.0,
    ),
}
COUNTS = (4, 6, 8, 12, 20, 50, 100)

ROWS = 10
NOISES: Mapping[str, Draw] = {
    "normal": lambda r, s: r.normal(0, 1, s),
    "heavy tails, t with 3": lambda r, s: r.standard_t(3, s),
    "skewed, gamma 2": lambda r, s: r.gamma(2, 1, s) - 2,
    "each row its own skew": lambda r, s: _own_skew(r, s),
}
TRUTHS: Mapping[str, Floats] = {
    "pairs": 3.0 * np.repeat(np.arange(ROWS // 2, dtype=np.float64), 2),
    "all equal": np.zeros(ROWS),
}
TASKS = 4
ROWS_OF_TWO = ("reference", "method")
BOARDS = {"pairs": 4000, "all equal": 1000}


def _own_skew(random: Generator, shape: tuple[int, ...]) -> Floats:
    """Noise of mean 0 whose skewness changes its sign from row to row (the last axis but one)."""
    noise = random.gamma(2, 1, shape) - 2
    noise[..., ::2, :] *= -1
    return noise


def coverage(population: str, images: int, boards: int, seed: int = 1) -> float:
    """How often an interval of so many images holds the population's mean."""
    draw, mean = POPULATIONS[population]
    ends = intervals(draw(np.random.default_rng((seed, images)), (images, boards)))
    return float(((ends[:, 0] <= mean) & (mean <= ends[:, 1])).mean())


def family_error(noise: str, truth: str, images: int, boards: int, seed: int = 1) -> float:
    """How often, on boards of `ROWS` rows, any two neighbours of equal true mean are told apart."""
    random = np.random.default_rng((seed, images))
    true = TRUTHS[truth]
    scores = NOISES[noise](random, (boards, ROWS, images)) + true[None, :, None]
    scores += random.normal(28, 4, (boards, 1, images))
    order = np.argsort(-scores.mean(2), axis=1)
    ranked = np.take_along_axis(scores, order[:, :, None], axis=1)
    differences = (ranked[:, :-1] - ranked[:, 1:]).reshape(-1, images).T
    parts = [paired_test(d) for d in np.array_split(differences, max(1, boards // 20), axis=1)]
    p = np.concatenate(parts).reshape(boards, ROWS - 1)
    equal = true[order[:, :-1]] == true[order[:, 1:]]
    wrong = [bool((equal[b] & (holm(p[b]) < statistics.LEVEL)).any()) for b in range(boards)]
    return float(np.mean(wrong))


def coverage_table(boards: int = 4000) -> str:
    """Coverage by population and number of images, in Markdown; without the lower limit."""
    limit, statistics.FEWEST = statistics.FEWEST, 2
    try:
        rows = {
            name: [f"{100 * coverage(name, n, boards):.1f}" for n in COUNTS] for name in POPULATIONS
        }
    finally:
        statistics.FEWEST = limit
    return _table(["population", *(f"n = {n}" for n in COUNTS)], rows)


def error_table() -> str:
    """The family-wise error by noise and truth, in Markdown."""
    counts = (8, 12, 20, 50)
    rows = {
        f"{noise}; {truth}": [f"{100 * family_error(noise, truth, n, boards):.1f}" for n in counts]
        for truth, boards in BOARDS.items()
        for noise in NOISES
    }
    return _table(["noise; true means", *(f"n = {n}" for n in counts)], rows)


def skill_coverage(data_sets: int, images: int, trials: int, seed: int = 1) -> tuple[float, float]:
    """How often the interval of a skill over `TASKS` tasks holds the true one.

    A method gains 3 dB, ± 1 dB between data sets and ± 1.5 dB between images. The true skill is
    that on the data sets at hand (the first number), or on any data sets (the second).
    """
    random = np.random.default_rng((seed, data_sets, images))
    held = np.zeros(2)
    for _ in range(trials):
        gains = random.normal(3, 1, (TASKS, data_sets))
        tasks = [
            Task("", "", tuple(_data_set(random, gain, images) for gain in row)) for row in gains
        ]
        log_error = bootstrap.resampled(tasks, ROWS_OF_TWO).log_error[:, 1:]
        ((low, high),) = bootstrap.ends(1 - np.exp(log_error))
        held += [low <= 1 - 10 ** (-gain / 20) <= high for gain in (gains.mean(), 3)]
    own, other = held / trials
    return own, other


def _data_set(random: Generator, gain: float, images: int) -> DataSet:
    column = Column("psnr", "PSNR", higher_is_better=True, unit="dB")
    scores = random.normal(25, 4, images) + np.zeros((2, 1))
    scores[1] += random.normal(gain, 1.5, images)
    return DataSet("", column, ROWS_OF_TWO, ROWS_OF_TWO, scores, 0)


def skill_table(trials: int = 1000) -> str:
    """Coverage of the skill's interval by the numbers of data sets and images, in Markdown."""
    rows = {
        f"{sets} × {images}": [f"{100 * c:.0f}" for c in skill_coverage(sets, images, trials)]
        for sets, images in ((1, 12), (2, 4), (2, 12), (4, 12))
    }
    heads = ["data sets per task × images", "these data sets", "other data sets"]
    return _table(heads, rows)


def _table(heads: list[str], rows: Mapping[str, list[str]]) -> str:
    lines = [
        heads,
        ["---", *["---:"] * (len(heads) - 1)],
        *([name, *v] for name, v in rows.items()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _numbers(table: str) -> tuple[list[int], dict[str, list[float]]]:
    head, _, *rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    counts = [int(cell.removeprefix("n = ")) for cell in head[1:]]
    return counts, {row[0]: [float(cell) for cell in row[1:]] for row in rows}


def draw(name: str, table: str, label: str, band: tuple[float, float]) -> None:
    """The lines of a table over the number of images, with the band where they should be."""
    from matplotlib.figure import Figure

    counts, rows = _numbers(table)
    figure = Figure(figsize=(8.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.axhspan(*band, color="0.88", zorder=0)
    for n, (title, values) in enumerate(rows.items()):
        style = ("-", "--", ":")[n % 3 if len(rows) > 8 else n // 4]
        axes.plot(counts, values, style, marker="o", markersize=3.5, linewidth=1.3, label=title)
    axes.set_xscale("log")
    axes.set_xticks(counts, [str(n) for n in counts])
    axes.minorticks_off()
    axes.set_xlabel("images")
    axes.set_ylabel(label)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center", fontsize=8, frameon=False)
    figure.savefig(DOCS / "figures" / name, dpi=110)


def fill(page: Path, parts: Mapping[str, str]) -> None:
    """Put each table between its marks in the page."""
    text = page.read_text(encoding="utf-8")
    for name, table in parts.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{table}\n{end}{rest.partition(end)[2]}"
    page.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the tables into statistics.md and draw them."""
    tables = {
        "coverage": coverage_table(),
        "family-wise error": error_table(),
        "skill coverage": skill_table(),
    }
    fill(DOCS / "statistics.md", tables)
    if "--tables" not in sys.argv:
        draw("statistics-coverage.png", tables["coverage"], "coverage, %", (93, 97))
        draw("statistics-error.png", tables["family-wise error"], "family-wise error, %", (0, 5))


if __name__ == "__main__":
    main()
