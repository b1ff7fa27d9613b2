"""Which engine options mean, and how work is cut into ranges."""

from __future__ import annotations

import pytest

from restorebench.errors import OptionError
from restorebench.harness.engines.options import EngineOptions, slurm_job
from restorebench.harness.engines.progress import LARGEST, CellWork
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Hashes

UNITS = tuple((f"s{n}", 0) for n in range(400))


def work() -> CellWork:
    cell = Cell("farm", "farm-squares", "test", RestorerRef("noisy"))
    return CellWork(cell, Hashes("", {}), UNITS, {})


@pytest.mark.parametrize(
    ("given", "dask"),
    [
        ({}, False),
        ({"kind": "local"}, False),
        ({"kind": "dask"}, True),
        ({"workers": 2}, True),
        ({"scheduler": "tcp://127.0.0.1:8786"}, True),
        ({"slurm": "partition=gpu"}, True),
    ],
)
def test_workers_are_used_where_they_are_asked_for(given, dask):
    assert EngineOptions(**given).is_dask is dask


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "ray"}, "expected local or dask"),
        ({"kind": "local", "workers": 2}, "need --engine dask"),
        ({"scheduler": "tcp://a:1", "workers": 2}, "brings its own workers"),
        ({"workers": 0}, "expected 1 or more"),
        ({"slurm": "gpu"}, "is not key=value"),
        ({"slurm": "partition=gpu\n#SBATCH x=y"}, "is not key=value"),
        ({"slurm": "cores=many"}, "expected a whole number"),
    ],
)
def test_options_that_contradict_each_other_are_refused(given, says):
    with pytest.raises(OptionError, match=says):
        EngineOptions(**given)


def test_what_slurm_has_a_name_for_and_what_is_passed_on():
    job = slurm_job("partition=gpu,gpus=1,cores=8,memory=32GB,walltime=04:00:00")
    assert (job["queue"], job["job_cpu"], job["memory"]) == ("gpu", 8, "32GB")
    assert (job["walltime"], job["job_extra_directives"]) == ("04:00:00", ["--gpus=1"])


def test_ranges_grow_to_two_seconds_of_work():
    of = work()
    assert len(of.next_units()) == 1  # nothing is known yet
    of.finished(1, 0.25)
    assert len(of.next_units()) == 8
    of.finished(8, 0.0001)
    assert len(of.next_units()) <= LARGEST
    of.finished(8, 10)
    assert len(of.next_units(1000)) > len(of.next_units()) >= 1  # the driver has less time for each
    of.finished(8, 1000)
    assert len(of.next_units()) == 1


def test_what_was_lost_is_sent_alone_and_suspects_come_last():
    of = work()
    of.finished(1, 0.01)
    units = of.next_units()[:2]
    of.lost.update(units)
    of.put_back(units)
    assert {of.next_units(), of.next_units()} == {(unit,) for unit in units}
    of.lost.update(units)
    of.put_back(units)
    assert of.left[-1] in units
    assert of.suspects(of.left[-1])
    assert of.next_units()[0] not in units
