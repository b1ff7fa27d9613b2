"""Workers: the same store as without them, whatever becomes of workers and driver."""

from __future__ import annotations

import importlib
import json
import os
import signal
from pathlib import Path

import pytest
from distributed import Client

from restorebench.harness.engines.cluster import connected
from restorebench.harness.engines.options import EngineOptions
from restorebench.harness.store import Store

pytestmark = pytest.mark.slow
SLOWLY = ("--restorer", "noisy:pause=0.05")
MIXED = (*SLOWLY, "--restorer", "failing", "--restorer", "identity")


def test_four_workers_of_which_two_are_killed_make_the_store_of_a_serial_run(farm):
    """The gate opens when others have taken the places of those that were killed."""
    gate = farm.folder / "gate"
    mixed = ("--restorer", "noisy:pause=0.05,gate=gate", *MIXED[2:])
    process = farm.start("restorebench", "run", *mixed, "--results", "shared", "--workers", "4")
    farm.wait_until(lambda: len(farm.working()) >= 3)
    for pid in farm.working()[:2]:
        os.kill(pid, signal.SIGKILL)
    farm.wait_until(lambda: len(farm.working()) > 4)
    gate.touch()
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1, errors  # of the samples that fail, as in the serial run
    farm.run(*mixed, "--results", "serial", status=1)
    assert farm.contents("shared") == farm.contents("serial")
    assert "48 restored" in errors


def test_a_model_is_made_once_in_a_worker_and_nothing_twice(farm):
    farm.run(*SLOWLY, "--workers", "2")
    assert len(farm.noted("made")) == len({pid for pid, _ in farm.noted("made")}) == 2
    assert len(farm.noted("test-0007")) == 2  # its two draws
    assert "48 from the store" in farm.run(*SLOWLY, "--workers", "2")
    assert len(farm.noted("test-0007")) == 2


def test_workers_hash_a_new_data_set(farm, tmp_path):
    farm.environment["FARM_MADE"] = str(tmp_path / "made")
    command = ("run", "--restorer", "identity", "--workers", "2", "--limit", "1")
    process = farm.start("restorebench", *command)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    made = (tmp_path / "made").read_text().split()
    assert len(made) >= 24, "the whole split has a hash, whatever the limit"
    assert str(process.pid) not in made
    farm.run("--restorer", "identity", "--results", "serial", "--limit", "1")
    assert farm.contents("restorebench-results") == farm.contents("serial")


def test_with_two_protocols_each_sample_is_restored_once(farm):
    two = ("--protocol", "ntire-crop1", "--protocol", "ntire-rgb")
    farm.run(*SLOWLY, *two, "--workers", "2")
    assert len(farm.noted("test-0007")) == len(farm.noted("test-0023")) == 2  # draws
    assert len(farm.contents("restorebench-results")[0]) == 2 * 48


def test_a_sample_that_ends_its_process_is_given_up_and_the_others_are_restored(farm):
    errors = farm.run("--restorer", "deadly:at=5", "--workers", "2", status=1)
    assert (
        "23 restored, 1 failed (first test-0005: RestorerError: its worker died 3 times" in errors
    )
    assert len(farm.noted("dies at test-0005")) == 3
    farm.calls.write_text("")
    again = farm.run("--restorer", "deadly:at=5,how=0", "--workers", "1")
    assert "24 restored" in again


def test_a_worker_that_dies_once_costs_nothing(farm):
    errors = farm.run("--restorer", "deadly:at=5,how=1", "--workers", "2")
    assert "24 restored" in errors


def test_workers_that_die_before_their_result_is_collected_cost_nothing(farm):
    command = ("late_loss", "run", *SLOWLY, "--results", "late", "--workers", "2")
    _, errors = farm.finished(*command, status=0)
    assert "Traceback" not in errors
    assert "48 restored" in errors
    farm.run(*SLOWLY, "--results", "serial")
    assert farm.contents("late") == farm.contents("serial")


def test_a_restorer_that_always_ends_its_process_does_not_go_on_for_hours(farm):
    errors = farm.run("--restorer", "deadly:at=-1", "--workers", "2", status=1)
    assert "died 6 times and nothing was restored" in errors
    assert len(farm.noted("dies at test-0000")) <= 4


def test_a_restorer_that_cannot_be_made_is_said_once(farm):
    given = ("--restorer", "failing:at_once=true", "--restorer", "identity")
    errors = farm.run(*given, "--workers", "2", status=1)
    assert errors.count("RuntimeError: cannot be made") == 1
    assert "farm-squares-identity: 24 restored" in errors


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_continues(farm):
    process = farm.start("restorebench", "run", *SLOWLY, "--workers", "2")
    farm.wait_until(lambda: len(farm.calls.read_text().splitlines()) > 12)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    kept = len(list(Store(farm.folder / "restorebench-results").records()))
    assert kept >= 4
    assert f"48 restored, {kept} from the store" in farm.run(*SLOWLY, "--workers", "2")
    assert len(farm.contents("restorebench-results")[0]) == 48


def test_what_workers_finished_outlives_a_driver_that_is_killed(farm):
    process = farm.start("restorebench", "run", *SLOWLY, "--workers", "2")
    farm.wait_until(lambda: len(farm.noted("0")) + len(farm.noted("1")) >= 4)
    process.kill()
    process.communicate(timeout=120)
    errors = farm.run(*SLOWLY)  # without workers: the shards are of any engine
    assert "records of a run that was killed are taken over" in errors
    assert "48 restored" in errors
    assert len(farm.contents("restorebench-results")[0]) == 48


def test_where_no_folder_is_shared_the_driver_collects(farm):
    farm.run(*MIXED, "--results", "serial", status=1)
    results = farm.folder / "collected"
    process = farm.start("restorebench", "run", *MIXED, "--results", "collected", "--workers", "2")
    farm.wait_until(lambda: any(results.glob("shards/*/token")))
    for token in results.glob("shards/*/token"):  # as if another folder had that name there
        token.write_text("another")
    farm.wait_until(lambda: len(farm.noted("0")) > 4)
    assert not any(results.glob("shards/*/*/records.jsonl"))
    process.communicate(timeout=300)
    assert process.returncode == 1
    assert farm.contents("collected") == farm.contents("serial")


@pytest.fixture
def begin(farm):
    """Begin a program that is ended after the test, whatever fails."""
    processes = []

    def start(*command):
        processes.append(farm.start(*command))

    yield start
    for process in reversed(processes):
        process.terminate()
    for process in processes:
        process.communicate(timeout=60)


@pytest.fixture
def theirs(farm, begin, tmp_path):
    """The address of a scheduler that somebody has begun, with a worker of two threads."""
    file = tmp_path / "scheduler.json"
    server = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    begin(*server, "--no-dashboard", "--scheduler-file", str(file))
    farm.wait_until(lambda: file.exists() and file.read_text().endswith("}"))
    address = json.loads(file.read_text())["address"]
    begin("distributed.cli.dask_worker", address, "--nthreads", "2", "--no-dashboard")
    return address


def test_the_workers_of_somebodys_scheduler(farm, theirs):
    farm.run(*MIXED, "--results", "theirs", "--scheduler", theirs, status=1)
    farm.run(*MIXED, "--results", "serial", status=1)
    assert farm.contents("theirs") == farm.contents("serial")


def test_a_sample_ends_three_workers_of_somebodys_scheduler_and_no_more(farm, theirs, monkeypatch):
    """The scheduler itself would send it to four workers each time."""
    errors = farm.run("--restorer", "deadly:at=5", "--scheduler", theirs, status=1)
    assert "23 restored, 1 failed (first test-0005: RestorerError: its worker died 3" in errors
    assert len(farm.noted("dies at test-0005")) == 3
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Client(theirs) as client:
        begun = importlib.import_module("farm_task").begun
        assert client.run_on_scheduler(begun) == [], "it is forgotten in the end"


def test_local_workers_and_dasks_page_listen_on_this_machine_alone(tmp_path):
    with connected(EngineOptions(workers=1), tmp_path) as connection:
        scheduler = connection.client.scheduler_info()
        places = [scheduler["address"], *scheduler["workers"]]
        assert len(places) == 2
        assert all(place.startswith("tcp://127.0.0.1:") for place in places)
        assert connection.dashboard.startswith("http://127.0.0.1:")


def test_a_scheduler_that_is_not_there_is_said(farm):
    farm.environment["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "1s"
    errors = farm.run(*MIXED, "--scheduler", "tcp://127.0.0.1:9", status=2)
    assert "the engine cannot begin" in errors
    assert "Traceback" not in errors
