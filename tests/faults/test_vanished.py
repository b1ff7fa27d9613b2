"""Folders that are removed, emptied or exchanged under a run: said, never a table of nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.colour import quantise
from restorebench.data.images import write_image

pytestmark = pytest.mark.slow
SLOW = ("run", "--restorer", "slow:pause=0.15", "--results", "results")


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def exchange(folder: Path) -> None:
    """Another folder takes its place, as where a disk is mounted over it."""
    folder.rename(folder.with_name("elsewhere"))
    folder.mkdir()


def empty_records(folder: Path) -> None:
    (folder / "records.jsonl").write_bytes(b"")


def put_back_an_older_copy(folder: Path) -> None:
    """As a tool that synchronises folders does."""
    path = folder / "records.jsonl"
    older = path.read_bytes().splitlines(keepends=True)[:2]
    path.unlink()
    path.write_bytes(b"".join(older))


@pytest.fixture
def interfere(place, warm_start) -> Callable[..., tuple[int, str]]:
    """Do something to a folder after three records of a run; its exit status and errors."""

    def do(what: Callable[[Path], None], folder: str, command: tuple[str, ...] = SLOW):
        begun = warm_start.Started(
            ("-m", "restorebench", *command), place.folder, place.environment
        )
        end = time.monotonic() + 60
        while len(place.lines("results")) < 3:
            assert time.monotonic() < end
            time.sleep(0.01)
        what(place.folder / folder)
        done = begun.wait()
        assert "Traceback" not in done.stderr
        return done

    return do


@pytest.mark.parametrize("what", [remove, exchange, empty_records, put_back_an_older_copy])
def test_a_store_that_is_taken_away_ends_the_run_and_shows_no_table(place, interfere, what):
    done = interfere(what, "results")
    assert done.returncode == 2
    assert "results/records.jsonl has been" in done.stderr
    assert "while it was in use" in done.stderr
    assert "slow" not in done.stdout
    again = place.restorebench(*SLOW)
    assert again.returncode == 0
    assert len(place.lines("results")) == 12
    assert place.repeated("results") == []


def test_images_that_are_removed_cost_no_record(place, interfere):
    """What is scored stays scored; an image that is needed again is made again."""
    done = interfere(remove, "results/images")
    assert done.returncode == 0
    assert len(place.lines("results")) == 12
    other = place.restorebench(*SLOW, "--protocol", "ntire-rgb")
    assert other.returncode == 0
    assert len({line["prediction"] for line in place.lines("results")}) == 12
    assert len(list((place.folder / "results" / "images").glob("*/*.png"))) == 12


def test_a_data_set_that_is_removed_fails_by_its_files_and_is_gone_on_with(place, shop, interfere):
    for sample_id in shop.IDS:
        sample = shop.make(sample_id)
        for name in ("degraded", "target"):
            pixels = quantise(getattr(sample, name))[0]
            write_image(place.folder / "data" / name / f"{sample_id}.png", pixels)
    (place.folder / "data" / "degraded").rename(place.folder / "data" / "input")
    data = ("--task", "shop", "--data", "data")
    place.restorebench(
        "run", *data, "--restorer", "identity", "--results", "other"
    )  # for its hashes
    command = (*SLOW, *data)
    done = interfere(lambda folder: folder.rename(folder.with_name("gone")), "data", command)
    assert done.returncode == 1, done.stderr
    assert "12 restored" not in done.stderr
    kept = [line for line in place.lines("results") if line["error"] is None]
    assert 3 <= len(kept) < 12
    (place.folder / "gone").rename(place.folder / "data")
    again = place.restorebench(*command)
    assert again.returncode == 0, again.stderr
    assert f"12 restored, {len(kept)} from the store" in again.stderr
