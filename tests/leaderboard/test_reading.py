"""Tables straight from a store's file are those of its records."""

from __future__ import annotations

import math

import pytest

from restorebench.errors import StoreError
from restorebench.harness.jsonl import checked
from restorebench.harness.record_json import encode
from restorebench.harness.store import Store
from restorebench.leaderboard import boards, ledger, read_ledger


@pytest.fixture
def store(kit, tmp_path):
    store = Store(tmp_path)
    records = [
        *kit.scored("identity", 1, math.inf),
        *kit.scored("net", 2, 3, options={"steps": 5}),
        *kit.scored("net", 4, 4, options={"steps": 5}, revision=2),
        kit.record("bad", "c", missing={"distance": "no weights"}, cost=None),
        kit.failure("bad", "d", "E: no"),
        *kit.scored("other", 1, task="gone"),
    ]
    for record in records:
        store.add(record)
    store.add(kit.record("identity", "a", scores={"sharpness": 7.0}), replacing=True)
    return store


def lines(found):
    """The lines of a ledger as a table, in the order of the alphabet."""
    names = ["task", "label", "sample", "draw"]
    return found.frame().sort_values(names, ignore_index=True).sort_index(axis=1)


def test_the_ledger_of_a_file_is_that_of_its_records(store):
    one, two = read_ledger(store.folder), ledger(store.records())
    assert lines(one).equals(lines(two))
    assert len(one.facts) == 7
    assert [list(c) for c in one.reasons[1:]] == [["distance"], ["no weights"]]
    assert [list(c) for c in two.reasons[1:]] == [["distance"], ["no weights"]]


def test_its_boards_are_the_same(kit, store):
    suite = kit.suite_of()
    one, two = boards(read_ledger(store.folder), suite), boards(store.records(), suite)
    assert [[s.rows for s in b.sections] for b in one] == [
        [s.rows for s in b.sections] for b in two
    ]


def test_tasks_that_are_not_wanted_are_left_out(store):
    found = read_ledger(store.folder, lambda source: source.task == "deblur")
    assert found.facts.texts["task"].distinct == ["deblur"]


def test_a_torn_last_line_is_not_read(store):
    whole = len(read_ledger(store.folder).facts)
    with store.path.open("a") as file:
        file.write('{"torn')
    assert len(read_ledger(store.folder).facts) == whole


def test_no_file_is_an_empty_ledger(kit, tmp_path):
    assert boards(read_ledger(tmp_path), kit.suite_of()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [({"schema": 99}, "schema 99"), ({"cost": "cheap"}, "field"), ({"scores": None}, "field"),
     ({"draw": "first"}, "field")],
)  # fmt: skip
def test_a_line_that_is_not_a_record_is_refused(kit, tmp_path, change, message):
    file = tmp_path / "records.jsonl"
    line = {**encode(kit.record("net")), **change}
    file.write_text(checked(line).decode() + "\n")
    with pytest.raises(StoreError, match=message):
        read_ledger(tmp_path)
