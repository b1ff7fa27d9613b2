"""Runs that are killed lose no finished record and double none; the campaign kills a thousand."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
KILLS = {"driver": 30, "compaction": 8, "dask_driver": 4, "dask_worker": 4, "dask_both": 4}
KILLS |= {"cluster_workers": 2, "cluster": 2}


@pytest.fixture(scope="module")
def kills(new_place, warm_start):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        kill_points, kill_workers = map(importlib.import_module, ("kill_points", "kill_workers"))
        place = new_place()
        workers = kill_workers.Workers(place, warm_start)
        try:
            yield kill_points.Kills(place, warm_start, workers, seed=1)
        finally:
            workers.close()


@pytest.mark.parametrize("kind", KILLS)
def test_a_killed_run_loses_nothing_doubles_nothing_and_shows_no_wrong_number(kills, kind):
    kill = getattr(kills, kind)
    toll = kill()
    while toll.kills < KILLS[kind]:
        toll |= kill()
    assert (toll.lost, toll.doubled) == (0, 0)


def test_a_worker_can_be_killed_before_it_has_come(kills):
    """The first to begin removes what a killed one has left, in code that counts as writing."""
    kills.workers.ready(0, 0)
    kills.workers.ready(1, 1)
    assert kills.workers.replace_dead() >= 1
