"""Records that are written together: as if one after the other, but for one lock and one write."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from restorebench.errors import StoreError
from restorebench.harness import jsonl
from restorebench.harness.store import Store
from restorebench.types import Record

BLANK = Record(
    task="toy", dataset="toy-squares", split="test", sample="", restorer="brighten",
    options={"factor": 2.0}, revision=1, draw=0, seed=0, protocol="p", protocol_hash="p1",
    dataset_hash="d1", input="i1", target="t1", prediction=None, scores={}, missing={},
    cost=None, error="not done", provenance="r1",
)  # fmt: skip


def done(sample: str, score: float = 1.0) -> Record:
    scores = {"psnr": score, "ssim": math.inf}
    return replace(BLANK, sample=sample, prediction=f"x{sample}", scores=scores, error=None)


def failed(sample: str, error: str = "it broke") -> Record:
    return replace(BLANK, sample=sample, error=error)


GROUP = [
    failed("a"), done("b"), done("a"), failed("a"), done("c", 2.0), done("c", 3.0),
    failed("d"), failed("d"), failed("d", "another way"), done("é\ud800"),
]  # fmt: skip
"""Some replace others of the group, some do not."""


@pytest.mark.parametrize("replacing", [False, True])
def test_a_group_is_kept_as_one_after_the_other(tmp_path, replacing):
    one, all_ = (Store(tmp_path / name) for name in ("one", "all"))
    first = [done("c", 9.0), failed("b")]
    for store in (one, all_):
        store.add_all(first)
    kept = all_.add_all(GROUP, replacing=replacing)
    assert kept == [one.add(record, replacing=replacing) for record in GROUP]
    assert all_.path.read_bytes() == one.path.read_bytes()
    assert list(all_.records()) == list(one.records()) == list(Store(all_.folder).records())


def test_the_lock_is_taken_and_the_file_opened_once_for_a_group(store, monkeypatch):
    store.add(done("first"))
    calls = []
    locked, resume = store._log.locked, jsonl.JsonLines._resume
    monkeypatch.setattr(store._log, "locked", lambda: calls.append("locked") or locked())
    monkeypatch.setattr(
        jsonl.JsonLines, "_resume", lambda self, file: calls.append("read") or resume(self, file)
    )
    store.add_all([done(str(n)) for n in range(50)])
    assert calls == ["locked", "read", "read"]  # what others wrote, and what was written
    assert len(list(store.records())) == 51


def test_an_empty_group_writes_nothing(store):
    assert store.add_all([]) == []
    assert not store.path.exists()


def test_of_a_group_with_a_record_that_cannot_be_read_again_nothing_is_written(store):
    with pytest.raises(StoreError, match=r"records\.jsonl: .*'draw' is -1"):
        store.add_all([done("a"), replace(done("b"), draw=-1)])
    assert list(store.records()) == []
    assert not store.path.exists()


def test_a_group_that_was_cut_anywhere_keeps_its_whole_lines_and_is_written_again(tmp_path):
    group = [done("a"), failed("b"), done("c")]
    whole = Store(tmp_path / "whole")
    whole.add(done("first"))
    start = whole.path.stat().st_size
    whole.add_all(group)
    data = whole.path.read_bytes()
    for cut in range(start, len(data), 23):
        store = Store(tmp_path / str(cut))
        store.folder.mkdir()
        store.path.write_bytes(data[:cut])  # as a kill within the write leaves it
        before = list(Store(store.folder).records())
        assert before == [done("first"), *group][: data[:cut].count(b"\n")]
        assert [record.sample for record in store.add_all(group)] == ["a", "b", "c"]
        assert store.path.read_bytes() == data
        assert list(store.records()) == list(Store(store.folder).records())


def test_a_group_is_not_written_to_another_file_than_the_one_that_was_read(store):
    store.add(done("a"))
    copy = store.folder / "copy"
    copy.write_bytes(store.path.read_bytes())
    copy.replace(store.path)
    with pytest.raises(StoreError, match="has been replaced"):
        store.add_all([done("b"), done("c")])


def test_a_line_that_changes_while_it_is_written_is_an_error(store, monkeypatch):
    store.add(done("a"))
    resume = jsonl.JsonLines._resume

    def damaged(self, file):
        if file.writable():
            data = bytearray(store.path.read_bytes())
            data[-30] ^= 1
            store.path.write_bytes(bytes(data))
        resume(self, file)

    monkeypatch.setattr(jsonl.JsonLines, "_resume", damaged)
    with pytest.raises(StoreError, match="has been changed while it was in use"):
        store.add_all([done("b"), done("c")])
