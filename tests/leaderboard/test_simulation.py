"""On data whose truth is known, intervals and tie groups keep what docs/statistics.md promises."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from restorebench.leaderboard import boards

SCRIPT = Path(__file__).parents[2] / "docs" / "statistics_simulation.py"


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("statistics_simulation", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(kit, random, boards_, rows, images, draws=1):
    """Records of many data sets: per board, row and image a score around the row's true mean."""
    base = random.normal(28, 4, (boards_, 1, images))
    truth = 3.0 * np.repeat(np.arange(rows // 2 + 1), 2)[:rows]
    image = base + truth[:, None] + random.normal(0, 1, (boards_, rows, images))
    scores = image[..., None] + random.normal(0, 1, (boards_, rows, images, draws))
    return [
        kit.record(f"row-{r}", f"{i:03}", draw=d, dataset=f"set-{b:04}",
                   scores={"sharpness": float(scores[b, r, i, d])})
        for b, r, i, d in np.ndindex(scores.shape)
    ]  # fmt: skip


def test_intervals_of_boards_hold_the_truth_and_equal_rows_stay_tied(kit):
    records = drawn(kit, np.random.default_rng(1), 40, 4, 12, draws=2)
    (board,) = boards(records, kit.suite_of())
    rows = [(row, section) for section in board.sections for row in section.rows]
    truth = {f"row-{r}": 28 + 3.0 * (r // 2) for r in range(4)}
    ends = [(row.intervals["sharpness"], truth[row.label]) for row, _ in rows]
    held = np.mean([low <= mean <= high for (low, high), mean in ends])
    assert 0.84 <= held <= 1  # 40 independent data sets: 0.95 ± 0.034
    wrong = sum(split(s, "row-2", "row-3") or split(s, "row-0", "row-1") for s in board.sections)
    assert wrong <= 7  # 40 boards at 5 %: 2 ± 1.4


def split(section, one, other):
    groups = {row.label: row.tie for row in section.rows}
    return groups[one] != groups[other]


def test_rows_that_differ_are_in_different_groups(kit):
    # 3 dB apart with a deviation of 2 dB between images: 6.7 standard errors
    records = drawn(kit, np.random.default_rng(2), 10, 4, 20)
    (board,) = boards(records, kit.suite_of())
    assert sum(split(section, "row-0", "row-3") for section in board.sections) >= 9


POPULATIONS = ("normal (PSNR)", "skewed, gamma 4", "very skewed, gamma 1.5",
               "SSIM-like, beta(8, 2)", "near 1, beta(20, 1)", "heavy tails, t with 5",
               "4 draws of each image")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("images", [12, 20, 50, 100])
@pytest.mark.parametrize("population", POPULATIONS)
def test_95_percent_intervals_hold_the_mean_93_to_97_times(simulation, population, images):
    found = simulation.coverage(population, images, 4000)
    assert 0.93 <= found <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("images", [8, 12, 20, 50])
@pytest.mark.parametrize("truth", ["pairs", "all equal"])
@pytest.mark.parametrize(
    "noise", ["normal", "heavy tails, t with 3", "skewed, gamma 2", "each row its own skew"]
)
def test_the_family_wise_error_stays_below_its_level(simulation, noise, truth, images):
    boards_ = 1000
    allowed = 0.05 + 2.6 * (0.05 * 0.95 / boards_) ** 0.5  # one in 200 simulations is above
    assert simulation.family_error(noise, truth, images, boards_, seed=2) <= allowed


def test_the_interval_of_a_skill_holds_that_of_its_own_data_sets(simulation):
    own, _ = simulation.skill_coverage(data_sets=2, images=12, trials=25)
    assert own >= 0.92
