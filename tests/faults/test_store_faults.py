"""A store that cannot be written or read: said at once, with the file; nothing kept is lost."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path

import pytest

from restorebench.cli.reports.tables import Tables
from restorebench.data.colour import quantise
from restorebench.data.images import write_image
from restorebench.errors import StoreError
from restorebench.harness.jsonl import checked
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.leaderboard import Ranking, boards
from restorebench.plugins import Suite

IDENTITY = ("--restorer", "identity")


def test_a_results_folder_that_is_a_file_is_refused_at_once(place):
    (place.folder / "taken").write_text("I am a file")
    run = place.restorebench("run", "--results", "taken")
    bench = place.pytest("--results=taken")
    assert (run.returncode, bench.returncode) == (2, 4)
    for done in (run, bench):
        assert "taken/records.jsonl cannot be written" in done.stderr
        assert "Traceback" not in done.stderr
    assert (place.folder / "taken").read_text() == "I am a file"


def test_a_full_disk_stops_the_run_and_loses_nothing(place):
    done = place.restorebench("run", *IDENTITY, file_bytes=4000)
    assert done.returncode == 2
    assert "records.jsonl cannot be written (File too large)" in done.stderr
    kept = len((place.folder / "restorebench-results/records.jsonl").read_bytes().split(b"\n")) - 1
    assert 1 <= kept < 12
    again = place.restorebench("run", *IDENTITY)
    assert again.returncode == 0
    assert f"12 restored, {kept} from the store" in again.stderr
    assert len(place.lines()) == 12


@pytest.mark.slow
def test_a_full_disk_stops_pytest_at_the_first_cell(place):
    names = (*IDENTITY, "--restorer", "slow:pause=0")
    done = place.pytest(*names, file_bytes=4000)
    assert done.returncode == 1
    assert "StoreError: " in done.stdout
    assert "!! nothing more can be recorded !!" in done.stdout
    assert "[1/2]" in done.stdout
    assert "[2/2]" not in done.stdout


def run(suite: Suite, folder: Path, limit: int | None = None, restorer: str = "identity"):
    """What became of the samples of one cell."""
    (cell,) = plan(suite, Selection(restorers=(restorer,)))
    return list(Runner(suite, Store(folder), Settings(limit=limit)).run(cell))


def facts(line: str) -> dict:
    values = json.loads(line)
    del values["checksum"]
    return values


def cut(line: str) -> str:
    return line[:40]


def newer(line: str) -> str:
    return checked(facts(line) | {"schema": 99}).decode()


def other_score(line: str) -> str:
    return re.sub(r'("psnr": \d)\d', r"\g<1>9", line)


@pytest.fixture
def damage(suite):
    """Make a store of three records and change the one in the middle."""

    def do(folder: Path, change) -> Path:
        run(suite, folder, limit=3)
        path = folder / "records.jsonl"
        first, second, third = path.read_text().splitlines()
        path.write_text("\n".join([first, change(second), third, ""]))
        return path

    return do


DAMAGES = pytest.mark.parametrize(
    ("change", "says"),
    [
        (cut, "records.jsonl, line 2 is not a JSON object"),
        (newer, "records.jsonl: a record has schema 99, this restorebench reads 1"),
        (other_score, "records.jsonl, line 2 was changed since it was written"),
    ],
)


@DAMAGES
def test_lines_that_cannot_be_understood_are_named_and_left_alone(damage, tmp_path, change, says):
    path = damage(tmp_path, change)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=says):
        Store(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.slow
@DAMAGES
def test_every_command_says_so(damage, place, change, says):
    damage(place.folder / "restorebench-results", change)
    for done, status in (
        (place.restorebench("run", *IDENTITY), 2),
        (place.restorebench("leaderboard"), 2),
        (place.pytest(*IDENTITY), 4),
    ):
        assert done.returncode == status
        assert says in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ["a"]},
        {"git": "clean"},
        {"git": {"dirty": False}},
        {"git": {"commit": 7, "dirty": False}},
        {"packages": ["numpy"]},
        {"plugins": 10**400},
        {"hardware": "fast"},
    ],
    ids=str,
)
def test_provenance_of_another_form_is_named_by_every_reader(suite, tmp_path, change):
    run(suite, tmp_path, limit=1)
    path = tmp_path / "provenance.jsonl"
    path.write_bytes(checked(facts(path.read_text()) | change) + b"\n")
    says = f"provenance.jsonl: the provenance of a run has another form: '{next(iter(change))}' is"
    with pytest.raises(StoreError, match=says):
        Store(tmp_path)
    with pytest.raises(StoreError, match=says):
        Tables(suite, tmp_path, ["shop"], Ranking()).boards()


def test_a_store_from_another_machine_is_gone_on_with(suite, tmp_path):
    run(suite, tmp_path / "theirs", limit=3)
    runs = tmp_path / "theirs" / "provenance.jsonl"
    run_facts = facts(runs.read_text())
    run_facts |= {"platform": "elsewhere", "hardware": {"processor": "theirs"}, "git": None}
    runs.write_bytes(checked(run_facts) + b"\n")
    shutil.rmtree(tmp_path / "theirs" / "images")
    shutil.move(tmp_path / "theirs", tmp_path / "ours")
    outcomes = run(suite, tmp_path / "ours")
    assert [outcome.reused for outcome in outcomes] == [True] * 3 + [False] * 9
    theirs = Store(tmp_path / "ours").provenance(outcomes[0].record.provenance)
    assert theirs is not None
    assert theirs["platform"] == "elsewhere"


def test_images_that_were_replaced_and_put_back_are_shown_as_they_are_now(suite, shop, tmp_path):
    def psnr(field: str) -> float:
        for sample_id in shop.IDS:
            pixels = quantise(getattr(shop.make(sample_id), field))[0]
            write_image(tmp_path / "mine" / f"{sample_id}.png", pixels)
        run(suite, tmp_path / "results", restorer=f"folder:path={tmp_path / 'mine'}")
        (board,) = boards(Store(tmp_path / "results").records(), suite)
        (row,) = board.sections[0].rows
        return row.means["psnr"]

    first = psnr("degraded")
    assert psnr("target") == math.inf
    assert psnr("degraded") == first < math.inf
