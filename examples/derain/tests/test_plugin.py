"""The plugin keeps restorebench's contracts, and its numbers are the ones that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from restorebench.data.colour import quantise
from restorebench.data.dataset import open_split
from restorebench.errors import OptionError
from restorebench.leaderboard.published import read_published
from restorebench.metrics import score
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.factory import make_restorer
from restorebench.testing.conformance import check_plugin
from restorebench.training.library import read_recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer
from restorebench_derain.protocol import DERAIN_Y

ROOT = Path(__file__).parents[1]
BRIEF = {"steps": 2, "batch": 2, "data.max_samples": 2, "monitor.val_samples": 1}


def psnr(restorer: str) -> list[float]:
    """Of each validation sample."""
    made, context = make_restorer(suite(), restorer), Context("derain")
    return [
        score(
            DERAIN_Y,
            quantise(made.restore(sample.without_target(), context).image),
            quantise(sample.target),
            None,
            suite().metrics.load,
        ).values["psnr"]
        for sample in open_split(suite(), "derain-scenes", "val")
    ]


def test_the_plugin_keeps_the_contracts():
    assert check_plugin(suite(), "derain") == []


def test_golden_numbers():
    """They change only when data or restorers do; then raise `revision` of the restorer's spec."""
    before, after = psnr("identity"), psnr("derain-openings")
    assert np.mean(before) == pytest.approx(19.117, abs=0.01)
    assert np.mean(after) == pytest.approx(22.558, abs=0.01)
    assert min(np.subtract(after, before)) > 1  # on every one of them
    assert np.mean(psnr("derain-regression")) == pytest.approx(25.00, abs=0.05)


@pytest.mark.parametrize("option", [{"width": 4}, {"patch": 0}, {"omega": 1.5}])
def test_an_option_that_does_not_fit_is_refused(option):
    with pytest.raises(OptionError, match=next(iter(option))):
        make_restorer(suite(), "derain-openings", **option)


def test_the_published_table_can_be_read():
    tables = read_published(ROOT / "leaderboards" / "published").tables
    assert [table.title for table in tables] == ["Rain100H", "Rain100L"]
    assert all(
        row.source and row.needs and not row.protocol for table in tables for row in table.rows
    )


def test_the_recipe_trains(tmp_path):
    recipe = read_recipe(str(ROOT / "recipes" / "regression.toml"), BRIEF)
    Trainer(recipe, RunFolder(tmp_path / "run"), suite()).run()
    assert (tmp_path / "run" / "final.safetensors").is_file()
