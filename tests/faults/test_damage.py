"""Files of a store that are cut, changed in one bit or filled with NUL: named, or made whole again.

After any damage to any file, a table is refused with the name of a file, or shows right numbers;
and so is a run, which makes the store whole again or leaves the damaged file as it is.
"""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import pytest

from restorebench.errors import StoreError
from restorebench.harness.engines.shard import adopt
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.leaderboard import boards, read_ledger

pytestmark = pytest.mark.slow
RESTORERS = ("noisy", "identity")
FILES = {
    "records": "records.jsonl",
    "provenance": "provenance.jsonl",
    "hashes": "datasets.jsonl",
    "lock": "records.jsonl.lock",
    "image": "images/*/*.png",
    "shard": "shards/*/*/records.jsonl",
    "provenance of a shard": "shards/*/*/provenance.jsonl",
    "token": "shards/*/token",
    "lock of a driver": "shards/*/driver.lock",
}
"""Every kind of file that a store has, after a driver with a worker was killed."""


def cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data) or 1) :]


def flip(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def fill_with_nul(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data) or 1)
    end = min(len(data), start + rng.choice([1, 30, 4096]))
    data[start:end] = bytes(end - start)


def end_in_nul(data: bytearray, rng: random.Random) -> None:
    """As after a loss of power, where a file has its new size and not yet its content."""
    data += bytes(rng.choice([1, 700, 4096]))


def cut_and_end_in_nul(data: bytearray, rng: random.Random) -> None:
    size = len(data)
    cut(data, rng)
    data += bytes(size - len(data))


def empty(data: bytearray, rng: random.Random) -> None:
    data.clear()


DAMAGES = (cut, flip, fill_with_nul, end_in_nul, cut_and_end_in_nul, empty)


def run(suite, store: Store, limit: int | None = None) -> None:
    runner = Runner(suite, store, Settings(limit=limit))
    for cell in plan(suite, Selection(restorers=RESTORERS)):
        assert all(outcome.record.error is None for outcome in runner.run(cell))


def scores(store: Store) -> dict[tuple[str, str], dict[str, float]]:
    return {(r.restorer, r.sample): dict(r.scores) for r in store.records()}


@pytest.fixture(scope="module")
def whole(suite, tmp_path_factory):
    """The store of a whole run."""
    store = Store(tmp_path_factory.mktemp("whole"))
    run(suite, store)
    return store


@pytest.fixture(scope="module")
def interrupted(suite, whole, tmp_path_factory):
    """A store of five samples, and a shard of all twelve that a killed driver has left."""
    folder = tmp_path_factory.mktemp("interrupted")
    run(suite, Store(folder), limit=5)
    shard = folder / "shards" / "3f7a" / "host-1"
    shutil.copytree(whole.folder, shard, ignore=shutil.ignore_patterns("images", "datasets*"))
    shutil.copytree(whole.folder / "images", folder / "images", dirs_exist_ok=True)
    (shard.parent / "token").write_text("3f7a" * 8)
    (shard.parent / "driver.lock").touch()
    return folder


@pytest.fixture
def damaged(interrupted, tmp_path) -> Callable[..., Path]:
    """Damage one file of a kind in a copy of that store; the file."""

    def damage(kind: str, how: Callable[[bytearray, random.Random], None], seed: int) -> Path:
        rng = random.Random(f"{kind} {how.__name__} {seed}")
        shutil.copytree(interrupted, tmp_path / "results")
        path = rng.choice(sorted((tmp_path / "results").glob(FILES[kind])))
        data = bytearray(path.read_bytes())
        how(data, rng)
        path.write_bytes(data)
        return path

    return damage


def outcome(do: Callable[[], None]) -> str:
    """What a `StoreError` says, or ``""``."""
    try:
        do()
    except StoreError as error:
        return str(error)
    return ""


def check_board(suite, folder: Path, truth: dict[tuple[str, str], dict[str, float]]) -> None:
    """That a table has the means of what the store holds."""
    found = boards(read_ledger(folder), suite)
    held = scores(Store(folder))
    for row in found[0].sections[0].rows if found else ():
        samples = [sample for restorer, sample in held if restorer == row.label]
        assert row.images == len(samples)
        for name, mean in row.means.items():
            expected = fmean(truth[row.label, sample][name] for sample in samples)
            assert math.isclose(mean, expected, rel_tol=1e-9)


def check_run(suite, folder: Path, whole: Store) -> None:
    """That a run makes the store whole."""
    store = Store(folder)
    adopt(store)
    run(suite, store)
    assert scores(Store(folder)) == scores(whole)
    assert len((folder / "records.jsonl").read_text().splitlines()) == 24
    assert not (folder / "shards").exists()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("kind", FILES)
def test_damage_is_named_or_mended_and_no_number_is_wrong(suite, whole, damaged, kind, how, seed):
    path = damaged(kind, how, seed)
    folder = path.parents[len(Path(FILES[kind]).parts) - 1]
    before = path.read_bytes()
    refusal = outcome(lambda: check_board(suite, folder, scores(whole)))
    assert not refusal or str(path) in refusal
    refusal = outcome(lambda: check_run(suite, folder, whole))
    assert not refusal or (str(path) in refusal and path.read_bytes() == before)
