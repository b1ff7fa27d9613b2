"""Workers as jobs of Slurm: its programs are scripts that run a job on this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow
PROGRAMS = Path(__file__).parent / "slurm"
SLURM = ("--slurm", "partition=gpu,gpus=1,cores=2,memory=1GB", "--workers", "2")
WORK = ("--restorer", "noisy:pause=0.2", "--restorer", "failing")


@pytest.fixture
def jobs(farm, tmp_path) -> Path:
    """The folder of jobs of a queue that the farm's commands submit to."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    more = {"FAKE_SLURM": str(folder), "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "1s"}
    farm.environment |= {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", **more}
    return folder


def is_running(job: Path) -> bool:
    try:
        os.killpg(int((job / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_lost_job_is_submitted_again_and_the_store_is_that_of_a_serial_run(farm, jobs):
    process = farm.start("restorebench", "run", *WORK, *SLURM, "--results", "shared")
    assert process.stderr is not None
    dashboard = process.stderr.readline().split()[-1]
    assert dashboard.startswith("http://127.0.0.1:")
    with urlopen(dashboard, timeout=30) as page:
        assert page.status == 200
    farm.wait_until(lambda: len(farm.working()) == 2)
    lost = os.getpgid(farm.working()[0])
    os.killpg(lost, signal.SIGKILL)
    farm.wait_until(lambda: (jobs / "3" / "pid").exists())
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1, errors  # of the samples that fail, as in the serial run
    assert "noisy(pause=0.2): 48 restored" in errors
    assert sorted(int(job.name) for job in jobs.iterdir()) == [1, 2, 3]
    farm.wait_until(lambda: not any(map(is_running, jobs.iterdir())))
    farm.run(*WORK, "--results", "serial", status=1)
    assert farm.contents("shared") == farm.contents("serial")

    script = (jobs / "3" / "script").read_text()
    for line in ("-p gpu", "--gpus=1", "--cpus-per-task=2", "--mem=", "-J restorebench"):
        assert f"#SBATCH {line}" in script
    assert script.count("--nthreads") == 1
    assert "--no-dashboard" in script, "that of a worker listens to everybody"
    assert "export OMP_NUM_THREADS=2" in script
    assert "distributed.cli.dask_worker tls://" in script
    logs = farm.folder / "shared" / "slurm"
    assert f"--tls-key {logs}" in script
    assert logs.stat().st_mode & 0o077 == 0
    assert not list(logs.glob(".dask-jobqueue*")), "certificates outlive the run"


def test_what_slurm_refuses_is_said(farm, jobs):
    farm.environment["FAKE_SLURM_MODE"] = "refuse"
    errors = farm.run(*WORK, *SLURM, status=2)
    assert "Slurm takes no job: sbatch: error: invalid partition specified: gpu" in errors
    assert "Traceback" not in errors


def test_jobs_that_never_become_workers_do_not_go_on_for_hours(farm, jobs):
    farm.environment["FAKE_SLURM_MODE"] = "break"
    errors = farm.run(*WORK, *SLURM, status=2)
    assert "jobs ended before their worker reached this machine" in errors
    assert "restorebench-results/slurm" in errors
    assert len(list(jobs.iterdir())) <= 6


def test_a_machine_without_slurm_is_said(farm):
    errors = farm.run(*WORK, *SLURM, status=2)
    assert "--slurm needs Slurm's sbatch and squeue and scancel" in errors
