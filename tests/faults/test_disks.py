"""Disks that are full or read-only: said with the file, exit status 2, and nothing kept is lost.

The disk is a small file system of its own, which takes the right to mount one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from restorebench.data.colour import quantise
from restorebench.data.images import write_image

NOISY = ("--restorer", "noisy")
RECIPE = """
summary = "A few steps"
steps = 2
batch = 2
data = {name = "shop-squares", patch = 16, condition = [], train = "shop-squares@test", \
val = "shop-squares@test"}
objective = {kind = "regression"}
backbone = {name = "nafnet", width = 4, encoder = [1], middle = 1, decoder = [1], timed = false, \
degraded = false, residual = true}
optimiser = {name = "adam", lr = 1e-3}
monitor = {validate_every = 2, val_samples = 1}
"""


def write_zip(path: Path, files: list[Path]) -> None:
    """A submission without a readme."""
    with ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, file.name)


class Disk:
    """A file system of 256 KiB at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self._mount("-t", "tmpfs", "-o", "size=256k", "none")

    def _mount(self, *arguments: str) -> None:
        subprocess.run(["mount", *arguments, self.path], check=True, capture_output=True)

    def fill(self, leaving: int = 0) -> None:
        """Leave so many bytes, in whole pages."""
        with (self.path / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)) == 4096 and self._left() > leaving:
                pass

    def free(self) -> None:
        """Undo `fill` or `read_only`."""
        self._mount("-o", "remount,rw")
        (self.path / "filler").unlink(missing_ok=True)

    def read_only(self) -> None:
        """Refuse all changes, of root too."""
        self._mount("-o", "remount,ro")

    def _left(self) -> int:
        done = subprocess.run(
            ["stat", "-f", "-c", "%a %S", self.path], check=True, capture_output=True, text=True
        )
        blocks, size = map(int, done.stdout.split())
        return blocks * size

    def unmount(self) -> None:
        """Take it away, also from under a process that has files open there."""
        subprocess.run(["umount", "-l", self.path], check=True)


@pytest.fixture(scope="module")
def place(new_place, shop):
    place = new_place()
    for sample_id in shop.IDS:
        write_image(
            place.folder / "mine" / f"{sample_id}.png", quantise(shop.make(sample_id).target)[0]
        )
    (place.folder / "few.toml").write_text(RECIPE)
    write_zip(place.folder / "mine.zip", sorted((place.folder / "mine").iterdir()))
    place.restorebench("run", *NOISY, "--restorer", "identity", "--results", "kept")
    return place


@pytest.fixture
def disk(place) -> Iterator[Disk]:
    try:
        disk = Disk(place.folder / "disk")
    except (OSError, subprocess.CalledProcessError):
        (place.folder / "disk").rmdir()
        pytest.skip("no file system can be mounted here")
    yield disk
    disk.unmount()
    disk.path.rmdir()


COMMANDS = {
    "run": ("run", *NOISY, "--results", "disk/results"),
    "score": ("score", "mine.zip", "--dataset", "shop-squares", "--output", "disk/scores"),
    "leaderboard": (
        "leaderboard",
        "--results",
        "kept",
        "--output",
        "disk/board.html",
        "--format",
        "html",
    ),
    "reports": ("leaderboard", "--results", "kept", "--output", "disk/reports"),
    "sheet": (
        "compare",
        "noisy",
        "identity",
        "--results",
        "kept",
        "--contact-sheet",
        "disk/sheets",
    ),
    "restore": ("restore", "mine", "disk/restored", "--restorer", "noisy", "--task", "shop"),
    "data": ("datasets", "export", "shop-squares", "disk/data"),
    "bundle": ("bundle", "--dataset", "shop-squares", "--output", "disk/bundle.zip"),
    "new": ("new", "task", "derain", "--output", "disk/derain"),
    "train": ("train", "few.toml", "--output", "disk/run"),
}


def assert_said(place, disk, command: tuple[str, ...], reason: str) -> None:
    done = place.restorebench(*command)
    assert done.returncode == 2, done.stderr
    assert reason in done.stderr
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(disk.path.rglob("*.part")) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_that_a_disk_is_read_only(place, disk, command):
    disk.read_only()
    assert_said(place, disk, COMMANDS[command], "Read-only file system")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_that_a_disk_is_full(place, disk, command):
    disk.fill()
    assert_said(place, disk, COMMANDS[command], "No space left on device")


@pytest.fixture(scope="module")
def truth(place, kill_points):
    """The store of a run without faults."""
    done = place.restorebench("run", *kill_points.RESTORERS, "--results", "truth")
    assert done.returncode == kill_points.FAILED
    return kill_points.Truth(place.folder / "truth")


@pytest.mark.slow
@pytest.mark.parametrize("leaving", [0, 8192, 40_000])
def test_a_disk_that_fills_up_stops_a_run_and_loses_nothing(
    place, disk, truth, kill_points, leaving
):
    run = ("run", *kill_points.RESTORERS, "--results", "disk/results")
    trial = kill_points.Trial(place, "disk/results", truth)
    assert place.restorebench(*run, "--limit", "2").returncode == 0
    trial.check()
    disk.fill(leaving)
    done = place.restorebench(*run)
    assert done.returncode == 2
    assert "cannot be written (No space left on device)" in done.stderr
    trial.check()
    disk.free()
    done = place.restorebench(*run)
    assert trial.check_end(done.returncode, done.stderr) == (0, 0, 0)


@pytest.mark.slow
def test_a_store_on_a_read_only_disk_can_be_read_and_nothing_is_run(
    place, disk, truth, kill_points
):
    run = ("run", *kill_points.RESTORERS, "--results", "disk/results")
    trial = kill_points.Trial(place, "disk/results", truth)
    assert place.restorebench(*run, "--limit", "2").returncode == 0
    disk.read_only()
    done = place.restorebench(*run)
    assert done.returncode == 2
    assert "cannot be written (Read-only file system)" in done.stderr
    trial.check()  # among others, that the table can be shown
    disk.free()
    done = place.restorebench(*run)
    assert trial.check_end(done.returncode, done.stderr) == (0, 0, 0)
