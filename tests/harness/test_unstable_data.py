"""A data set whose samples differ between processes is refused, with both hashes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from restorebench import Sample
from restorebench.data.dataset import Dataset, open_split
from restorebench.errors import ChangedDataError, PluginError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.plugins import Suite

HASHES = re.compile(r"input (\w{32}) and target (\w{32})")

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy as np
import toy_task
from restorebench import Sample
from restorebench.errors import ChangedDataError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.plugins import Suite, inline

def make(sample_id):
    image = np.random.default_rng(abs(hash(sample_id))).random((1, 3, 4, 4), np.float32)
    return Sample(sample_id, image, image)

toy_task.make = make
cache = DatasetCache(Suite([inline(toy_task, "toy")]), Path(sys.argv[2]))
print(cache.content_hash("toy-squares", "test"))
try:
    cache.sample("toy-squares", "test", "test-0002")
except ChangedDataError as error:
    print(error)
"""


def process(memory: Path, seed: int) -> list[str]:
    """The split's hash and what is said of one sample, where ``hash`` is seeded by `seed`."""
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), str(memory)]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_samples_seeded_by_hash_are_refused_in_the_next_process(tmp_path):
    memory = tmp_path / "datasets.jsonl"
    (first,) = process(memory, seed=1)
    again, refusal = process(memory, seed=2)
    assert again == first  # remembered, and no sample was made for it
    now, before = HASHES.findall(refusal)
    assert now != before
    assert "toy-squares/test gives another 'test-0002' than before" in refusal
    assert "hash()" in refusal
    assert str(memory) in refusal
    assert process(memory, seed=1) == [first]


def run(suite, store, restorer: str) -> list[str | None]:
    found = Runner(suite, store).run(
        Cell("toy", "toy-squares", "test", RestorerRef.parse(restorer))
    )
    return [outcome.record.error for outcome in found]


@pytest.fixture
def darker(toy, monkeypatch):
    """Let one sample differ by one grey level from now on, as in another process."""
    honest = toy.make

    def make(sample_id: str) -> Sample:
        sample = honest(sample_id)
        if sample_id == toy.IDS[2]:
            sample.degraded[0, 0, 0, 0] += np.float32(1 / 255)
        return sample

    return lambda: monkeypatch.setattr(toy, "make", make)


def test_a_second_restorer_is_not_run_on_other_pixels(suite, store, darker):
    assert run(suite, store, "brighten") == [None] * 4
    darker()
    with pytest.raises(ChangedDataError, match=r"another 'test-0002'.*datasets\.jsonl"):
        run(suite, Store(store.folder), "brighten:factor=1.5")
    recorded = [(r.sample, dict(r.options)) for r in Store(store.folder).records()]
    assert len(recorded) == 6  # the four of the first, and the two that were the same
    assert ("test-0002", {"factor": 1.5}) not in recorded


def test_other_ids_and_another_order_are_refused(suite, tmp_path, toy, monkeypatch):
    memory = tmp_path / "datasets.jsonl"
    DatasetCache(suite, memory).content_hash("toy-squares", "test")
    monkeypatch.setattr(toy, "IDS", toy.IDS[::-1])
    with pytest.raises(ChangedDataError, match="lists other samples than before"):
        DatasetCache(suite, memory).content_hash("toy-squares", "test")


def test_two_processes_that_begin_together_do_not_both_win(suite, tmp_path, darker):
    memory = tmp_path / "datasets.jsonl"
    one, other = DatasetCache(suite, memory), DatasetCache(suite, memory)
    one.dataset("toy-squares", "test")
    darker()

    def overtaken(done: int, total: int) -> None:
        one.content_hash("toy-squares", "test")

    with pytest.raises(ChangedDataError, match="test-0002"):
        other.identified("toy-squares", "test", overtaken)


def test_samples_that_were_made_one_by_one_are_remembered_too(suite, tmp_path, toy, darker):
    """As by the judge of submissions, which asks for samples before it asks for hashes."""
    memory = tmp_path / "datasets.jsonl"
    judge = DatasetCache(suite, memory)
    assert [judge.sample("toy-squares", "test", name).id for name in toy.IDS] == list(toy.IDS)
    whole = judge.content_hash("toy-squares", "test")
    darker()
    later = DatasetCache(suite, memory)
    assert later.content_hash("toy-squares", "test") == whole
    with pytest.raises(ChangedDataError):
        later.sample("toy-squares", "test", toy.IDS[2])


def test_all_are_remembered_though_they_come_in_parts(suite, tmp_path, monkeypatch):
    monkeypatch.setattr("restorebench.data.dataset._KEPT_AT_ONCE", 2)
    memory = tmp_path / "datasets.jsonl"
    DatasetCache(suite, memory).content_hash("toy-squares", "test")
    assert len(memory.read_text().splitlines()) == 1


def test_reading_is_counted(suite, tmp_path):
    seen: list[tuple[int, int]] = []
    cache = DatasetCache(suite, tmp_path / "datasets.jsonl")
    for _ in range(2):
        cache.identified("toy-squares", "test", lambda *counts: seen.append(counts))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_line_of_another_form_is_made_again(suite, tmp_path):
    memory = tmp_path / "datasets.jsonl"
    whole = DatasetCache(suite, memory).content_hash("toy-squares", "test")
    memory.unlink()
    lines = JsonLines(memory)
    with lines.locked():
        lines.append({"data": "toy", "samples": 3})
    assert DatasetCache(suite, memory).content_hash("toy-squares", "test") == whole
    assert len(memory.read_text().splitlines()) == 2


def test_samples_that_differ_between_calls_are_refused_without_a_memory():
    rng = np.random.default_rng(0)

    def make(sample_id: str) -> Sample:
        return Sample(sample_id, rng.random((1, 3, 2, 2), np.float32))

    dataset = Dataset("dice", "test", ("a", "b"), make)
    assert dataset["a"].id == "a"
    with pytest.raises(ChangedDataError, match="dice/test gives another 'a' than before"):
        dataset["a"]


@pytest.mark.parametrize("name", ["toy-circles", "toy-squares"])
def test_a_data_set_must_be_called_as_its_spec_is(suite: Suite, toy, monkeypatch, name):
    monkeypatch.setattr(toy, "dataset", lambda _: Dataset(name, "val", toy.IDS, toy.make))
    with pytest.raises(
        PluginError, match=f"a Dataset called {name}/val, expected toy-squares/test"
    ):
        open_split(suite, "toy-squares", "test")
