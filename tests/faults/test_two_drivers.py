"""Two runs of one store at the same time: each sample has one record, whoever was faster."""

from __future__ import annotations

import importlib
import signal

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(new_place):
    return new_place()


@pytest.fixture(scope="module")
def truth(place, kill_points):
    """The store of one run."""
    assert place.restorebench("run", *kill_points.RESTORERS, "--results", "truth").returncode == 1
    return kill_points.Truth(place.folder / "truth")


@pytest.fixture(scope="module")
def scheduler(place, warm_start, kill_points):
    workers = importlib.import_module("kill_workers").Workers(place, warm_start)
    workers.ready(0, 0)
    yield ("--scheduler", workers.address)
    workers.close()


@pytest.mark.parametrize("engines", ["local and local", "local and dask", "dask and dask"])
@pytest.mark.parametrize("killed", [False, True], ids=["both end", "one is killed"])
def test_two_drivers_make_one_store(
    place, warm_start, kill_points, truth, scheduler, engines, killed
):
    results = f"{engines} {killed}"
    trial = kill_points.Trial(place, results, truth)
    run = ("restorebench", "run", *kill_points.RESTORERS, "--results", results)
    begun = []
    for number, engine in enumerate(engines.split(" and ")):
        line = "3000" if killed and not number else "0"
        command = ("-m", "killed_run", line, "-", *run, *(scheduler if engine == "dask" else ()))
        begun.append(warm_start.Started(command, place.folder, place.environment))
    first, second = (process.wait() for process in begun)
    assert first.returncode == (-signal.SIGKILL if killed else kill_points.FAILED)
    trial.check_records()
    done = place.restorebench(*run[1:])  # takes over what the killed one has left
    assert done.returncode == second.returncode
    assert trial.check_end(second.returncode, second.stderr) == (0, 0, 0)
