"""Compaction: records become Parquet; none is lost and none doubled."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.errors import StoreError
from restorebench.harness.estimate import estimates
from restorebench.harness.parquet import sorting, writer
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.types import Cost

TEXTS = st.text(max_size=6)
NUMBERS = st.integers(0, 2**63 - 1)
SCORES = st.floats(allow_nan=False) | NUMBERS
VALUES = TEXTS | st.booleans() | st.none() | st.floats(-1e9, 1e9)
OPTIONS = st.dictionaries(TEXTS, VALUES, max_size=2)
CHANGES = st.fixed_dictionaries(
    {
        "task": st.sampled_from(["toy", "töy\u2028"]),
        "dataset": st.sampled_from(["squares", "circles"]),
        "restorer": st.sampled_from(["net", "other", "submission"]),
        "sample": TEXTS,
        "options": OPTIONS,
        "seed": st.integers(-(2**63), 2**63 - 1),
        "prediction": st.none() | TEXTS,
        "scores": st.dictionaries(TEXTS, SCORES, max_size=3),
        "missing": st.dictionaries(TEXTS, TEXTS, max_size=2),
        "cost": st.none() | st.builds(Cost, st.floats(0, 1e300), macs=st.none() | NUMBERS),
        "error": st.none() | TEXTS,
        "extra": OPTIONS,
    }
)


def test_the_lines_become_one_sorted_file_and_its_index(kit, tmp_path):
    before = kit.stored(kit.store_of(tmp_path, kit.some()).folder)
    done = compact(tmp_path)
    assert (done.records, kit.files(tmp_path)) == (12, ["000001.json", "000001.parquet"])
    assert not (tmp_path / "records.jsonl").exists()
    found = [(r.dataset, r.restorer) for r in Store(tmp_path).records()]
    assert found == sorted(found)
    assert kit.stored(tmp_path) == before


def test_any_program_can_read_the_columns(kit, tmp_path):
    import pandas as pd

    kit.store_of(tmp_path, kit.some())
    compact(tmp_path)
    table = pd.read_parquet(tmp_path / "records" / "000001.parquet")
    assert set(table["restorer"]) == {"net-0", "net-1", "net-2"}
    assert dict(table["scores"][0]) == {"psnr": 30.1}
    assert set(table["seconds"]) == {0.25}


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.lists(CHANGES, min_size=1, max_size=6))
def test_every_record_comes_back_as_it_was(tmp_path_factory, kit, changes):
    records = [replace(kit.BASE, **change) for change in changes]
    folder = tmp_path_factory.mktemp("store")
    before = kit.stored(kit.store_of(folder, records).folder)
    lines = (folder / "records.jsonl").read_bytes().splitlines()
    compact(folder)
    assert kit.stored(folder) == before
    table = pq.read_table(folder / "records" / "000001.parquet").sort_by("line")
    assert table["record"].to_pylist() == lines


def test_more_lines_than_fit_in_memory_are_merged(kit, tmp_path, monkeypatch):
    before = kit.stored(kit.store_of(tmp_path, kit.some(40)).folder)
    for module, name, value in ((sorting, "RUN", 8), (writer, "_BATCH", 4), (writer, "GROUP", 6)):
        monkeypatch.setattr(module, name, value)
    compact(tmp_path)
    found = [(r.dataset, r.restorer) for r in Store(tmp_path).records()]
    assert found == sorted(found)
    assert kit.stored(tmp_path) == before
    assert kit.files(tmp_path) == ["000001.json", "000001.parquet"]


def test_what_comes_later_is_added_and_replaces(kit, tmp_path):
    store = kit.store_of(tmp_path, kit.some())
    compact(tmp_path)
    better = replace(kit.some()[0], scores={"psnr": 31.0})
    assert store.add(kit.some()[1]) == kit.some()[1]
    assert not (tmp_path / "records.jsonl").exists()  # it was there, in the Parquet
    store.add(better, replacing=True)
    assert store.lookup(kit.some()[0]).record == better
    expected = sorted(map(repr, [better, *kit.some()[1:]]))
    assert kit.stored(tmp_path) == expected
    compact(tmp_path)
    assert kit.files(tmp_path)[-1] == "000002.parquet"
    assert kit.stored(tmp_path) == expected
    assert Store(tmp_path).lookup(kit.some()[0]).record == better
    assert compact(tmp_path).records == 0


def test_a_replaced_folder_is_renewed_from_what_was_compacted(kit, tmp_path):
    first, second = kit.BASE, replace(kit.BASE, input="j")
    kit.store_of(tmp_path, [first, second])
    compact(tmp_path)
    store = Store(tmp_path)
    store.renew(second)
    assert not (tmp_path / "records.jsonl").exists()
    store.renew(first)
    assert [r.input for r in store.records()] == ["j", "i"]


def test_records_that_are_not_chosen_are_not_read(kit, tmp_path, monkeypatch):
    kit.store_of(tmp_path, kit.some())
    compact(tmp_path)
    store = Store(tmp_path)
    assert {r.restorer for r in store.records(lambda r: r.restorer == "net-1")} == {"net-1"}
    damaged = tmp_path / "records" / "000001.parquet"
    damaged.write_bytes(b"")
    assert list(store.records(lambda r: r.restorer == "nobody")) == []
    assert store.lookup(kit.BASE).record is None
    with pytest.raises(StoreError, match=r"000001\.parquet was changed"):
        list(store.records())


def test_a_run_finds_what_was_compacted(suite, tmp_path):
    (cell,) = plan(suite, Selection(restorers=("brighten",)))
    first = list(Runner(suite, Store(tmp_path)).run(cell))
    compact(tmp_path)
    runner = Runner(suite, Store(tmp_path))
    (estimate,) = estimates(runner, [cell])
    assert (estimate.stored, estimate.source) == (4, "data set")
    assert estimate.each == pytest.approx(sum(o.record.cost.seconds for o in first) / 4)
    again = list(runner.run(cell))
    assert [o.record for o in again] == [o.record for o in first]
    assert all(o.reused for o in again)


def test_an_open_store_goes_on_while_its_lines_are_compacted(kit, tmp_path):
    mine, theirs = kit.store_of(tmp_path, kit.some()[:5]), Store(tmp_path)
    compact(tmp_path)
    mine.add(kit.some()[5])
    theirs.refresh()
    assert sorted(map(repr, theirs.records())) == sorted(map(repr, kit.some()[:6]))
    compact(tmp_path)
    theirs.add(kit.some()[6])
    mine.refresh()
    assert sorted(map(repr, mine.records())) == sorted(map(repr, kit.some()[:7]))


def test_infinities_are_infinities_in_the_columns(kit, tmp_path):

    kit.store_of(tmp_path, [replace(kit.BASE, scores={"psnr": math.inf, "ssim": 1})])
    compact(tmp_path)
    table = pq.read_table(tmp_path / "records" / "000001.parquet")
    assert dict(table["scores"][0].as_py()) == {"psnr": math.inf, "ssim": 1.0}


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreError, match="there is no folder"):
        compact(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_no_reader_can_forget_a_form_of_records():
    """The file is named in one place, by the class that reads both forms."""
    code = Path(writer.__file__).parents[2]
    literal = re.compile(r"""["']records\.jsonl""")
    naming = [path.name for path in code.rglob("*.py") if literal.search(path.read_text())]
    assert naming == ["record_log.py"]
