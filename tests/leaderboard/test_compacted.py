"""Boards of compacted records are those of their lines, in every form."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest

from restorebench.errors import StoreError
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.store import Store
from restorebench.leaderboard import boards, read_ledger
from restorebench.leaderboard.compare.comparing import compare
from restorebench.leaderboard.records.images import LaterImages


@pytest.fixture
def golden(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "html"))
    return importlib.import_module("golden_kit")


@pytest.mark.parametrize(
    "lines", [20, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 1000))]
)
def test_reports_are_the_same_bytes(golden, tmp_path, monkeypatch, lines):
    """With all records compacted, with some, and with the last ones in a second part."""
    whole = (golden.FOLDER / "records.jsonl").read_bytes().splitlines(keepends=True)
    tail = tmp_path / "records.jsonl"
    tail.write_bytes(b"".join(whole[: len(whole) // 2]))
    compact(tmp_path)
    tail.write_bytes(b"".join(whole[len(whole) // 2 :][: None if not lines else -lines]))
    compact(tmp_path)
    if lines:
        tail.write_bytes(b"".join(whole[len(whole) // 2 :][-lines:]))
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    reports = golden.reports()
    for name, text in reports.items():
        kept = Path(__file__).parents[1] / "vectors" / "golden" / name
        assert text == kept.read_text(encoding="utf-8"), name


@pytest.fixture
def store(kit, tmp_path):
    store = Store(tmp_path)
    for place in ({"task": "deblur", "dataset": "a"}, {"task": "gone", "dataset": "b"}):
        for record in [
            *kit.scored("net", 1, 2, 3, options={"steps": 5}, **place),
            *kit.scored("net", 3, 2, 1, options={"steps": 5}, draw=1, **place),
            *kit.scored("old", 2, 2, 2, **place),
            *kit.scored("old", 1, 2, 1, revision=2, **place),
            kit.failure("bad", "a", "E: no", **place),
        ]:
            store.add(record)
    return store


def test_a_section_is_read_when_its_board_is_made(store, kit):
    compact(store.folder)
    found = boards(read_ledger(store.folder), kit.suite_of())
    images = [section.images_table for board in found for section in board.sections]
    assert all(isinstance(rows, LaterImages) for rows in images)
    before = boards(store.records(), kit.suite_of())
    assert [[*s.images_table] for b in found for s in b.sections] == [
        [*s.images_table] for b in before for s in b.sections
    ]
    assert [s.rows for b in found for s in b.sections] == [
        s.rows for b in before for s in b.sections
    ]


def test_other_tasks_are_not_read(store, kit):
    compact(store.folder)
    (board,) = boards(
        read_ledger(store.folder, lambda source: source.task == "gone"), kit.suite_of()
    )
    assert board.task.name == "gone"


def test_compare_reads_two_restorers_of_what_was_compacted(store, kit):
    expected = compare(list(store.records()), kit.suite_of(), "net(steps=5)", "old")
    compact(store.folder)
    assert compare(read_ledger(store.folder), kit.suite_of(), "net(steps=5)", "old") == expected


def test_a_damaged_part_makes_no_board(store, kit):
    compact(store.folder)
    path = store.folder / "records" / "000001.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"000001\.parquet was changed"):
        boards(read_ledger(store.folder), kit.suite_of())


def test_a_copy_of_the_folder_is_the_same_store(store, tmp_path_factory):
    compact(store.folder)
    other = tmp_path_factory.mktemp("other") / "store"
    shutil.copytree(store.folder, other)
    assert list(Store(other).records()) == list(Store(store.folder).records())
