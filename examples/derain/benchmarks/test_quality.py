"""`pytest --benchmark`: one row of the leaderboard for each restorer and data set."""

import pytest


@pytest.mark.restorebench(task="derain")
def test_quality(cell, score_cell):
    """Restore, score and record the samples of one cell."""
    score_cell(cell)
