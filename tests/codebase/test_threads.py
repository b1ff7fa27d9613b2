"""OpenMP's threads wait briefly on a busy machine, unless the environment says how they wait."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from restorebench.threads import BRIEF, POLICY, SPINS, THREADS, wait_briefly_if_busy

COMMAND = """
import os, sys
from restorebench.cli import main
sys.argv = ["restorebench", "--version"]
try:
    main()
finally:
    print("torch" in sys.modules, os.environ["GOMP_SPINCOUNT"])
"""
CONFTEST = "import os, sys; print('torch' in sys.modules, os.environ.get('GOMP_SPINCOUNT'))"
MORE_THREADS_THAN_PROCESSORS = "100000"


@pytest.fixture(autouse=True)
def unstated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    for name in (SPINS, POLICY, THREADS):
        monkeypatch.setenv(name, "")  # so that it is restored, whoever sets it
        monkeypatch.delenv(name)


def loaded(monkeypatch: pytest.MonkeyPatch, load: float) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))


@pytest.mark.parametrize(
    ("load", "threads", "brief"),
    [(0.1, "", False), (1, "", True), (1, "3", False), (2, "3", True), (1, "4,2", True)],
)
def test_idle_threads_sleep_soon_where_processors_are_few(
    load: float, threads: str, brief: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(monkeypatch, load)
    monkeypatch.setenv(THREADS, threads)
    wait_briefly_if_busy()
    assert (os.environ.get(SPINS) == BRIEF[SPINS]) is brief


@pytest.mark.parametrize(("name", "value"), [(SPINS, "infinity"), (POLICY, "ACTIVE")])
def test_what_the_environment_says_stays(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(monkeypatch, 9)
    monkeypatch.setenv(name, value)
    wait_briefly_if_busy()
    assert {n: os.environ[n] for n in (SPINS, POLICY) if n in os.environ} == {name: value}


def test_a_system_without_load_averages_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getloadavg")
    wait_briefly_if_busy()
    assert SPINS not in os.environ


def test_the_command_line_decides_it_before_pytorch_is_loaded() -> None:
    environment = {**os.environ, THREADS: MORE_THREADS_THAN_PROCESSORS}
    run = subprocess.run(
        [sys.executable, "-c", COMMAND], capture_output=True, text=True, env=environment
    )
    assert run.stdout.splitlines()[-1] == f"False {BRIEF[SPINS]}", run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("option", "said"), [(["--benchmark"], BRIEF[SPINS]), ([], "None")])
def test_pytest_decides_it_for_benchmarks_alone(
    option: list[str], said: str, tmp_path: Path
) -> None:
    tmp_path.joinpath("conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-s", "--collect-only", *option, str(tmp_path)]
    environment = {**os.environ, THREADS: MORE_THREADS_THAN_PROCESSORS}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert f"False {said}" in run.stdout, run.stdout + run.stderr
