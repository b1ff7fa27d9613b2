"""A clock that jumps: records are ordered by their place in the file, never by time."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow
BACKWARDS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

/* The clock of the day, an hour earlier at each look. */
int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    static long looks;
    if (!real) real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(id, now);
    if (id == CLOCK_REALTIME) now->tv_sec -= 3600 * looks++;
    return status;
}
"""


@pytest.fixture
def backwards(tmp_path) -> str:
    """A library that makes the clock of a process run backwards."""
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    (tmp_path / "backwards.c").write_text(BACKWARDS)
    library = str(tmp_path / "backwards.so")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", library, str(tmp_path / "backwards.c"), "-ldl"], check=True
    )
    return library


def test_a_clock_that_runs_backwards_changes_nothing(place, kill_points, backwards):
    run = (*kill_points.RESTORERS, "--results", "truth")
    assert place.restorebench("run", *run).returncode == kill_points.FAILED
    trial = kill_points.Trial(place, "jumped", kill_points.Truth(place.folder / "truth"))
    place.restorebench("run", *kill_points.RESTORERS, "--results", "jumped", "--limit", "5")
    trial.check()
    for path in trial.folder.rglob("*"):  # as if written in the year 2100
        os.utime(path, (4102444800, 4102444800))
    place.environment["LD_PRELOAD"] = backwards
    process = place.start_run(*kill_points.RESTORERS, "--results", "jumped")
    _, errors = process.communicate(timeout=300)
    del place.environment["LD_PRELOAD"]
    assert trial.check_end(process.returncode, errors) == (0, 0, 0)
    assert "12 restored, 5 from the store" in errors
