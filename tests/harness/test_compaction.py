"""Compaction: records become Parquet; none is lost and none doubled, whatever happens."""

from __future__ import annotations

import math
import os
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.errors import StoreError
from restorebench.harness.estimate import estimates
from restorebench.harness.jsonl import checked, parsed
from restorebench.harness.parquet import sorting, writer
from restorebench.harness.parquet.checked_file import block_hashes
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.leaderboard import read_ledger
from restorebench.types import Cost, Record

BASE = Record(
    *("toy", "squares", "test", "a", "net", {}, 1, 0, 0, "rule", "p1", "d1", "i", "t", "x"),
    scores={"psnr": 30.1},
    missing={},
    cost=Cost(0.25),
    error=None,
    provenance="run",
    extra={},
)
TEXTS = st.text(max_size=6)
NUMBERS = st.integers(0, 2**63 - 1)
SCORES = st.floats(allow_nan=False) | NUMBERS
VALUES = TEXTS | st.booleans() | st.none() | st.floats(-1e9, 1e9)
OPTIONS = st.dictionaries(TEXTS, VALUES, max_size=2)
RECORDS = st.builds(
    replace,
    st.just(BASE),
    task=st.sampled_from(["toy", "töy\u2028"]),
    dataset=st.sampled_from(["squares", "circles"]),
    restorer=st.sampled_from(["net", "other", "submission"]),
    sample=TEXTS,
    options=OPTIONS,
    seed=st.integers(-(2**63), 2**63 - 1),
    prediction=st.none() | TEXTS,
    scores=st.dictionaries(TEXTS, SCORES, max_size=3),
    missing=st.dictionaries(TEXTS, TEXTS, max_size=2),
    cost=st.none() | st.builds(Cost, st.floats(0, 1e300), macs=st.none() | NUMBERS),
    error=st.none() | TEXTS,
    extra=OPTIONS,
)


def some(count: int = 12) -> list[Record]:
    """Records of three restorers on two data sets, in no order."""
    records = [
        replace(BASE, restorer=f"net-{n % 3}", dataset=f"set-{n % 2}", sample=f"s{n}", seed=n)
        for n in range(count)
    ]
    random.Random(0).shuffle(records)
    return records


def store_of(folder: Path, records: list[Record]) -> Store:
    store = Store(folder)
    for record in records:
        store.add(record, replacing=True)
    return store


def stored(folder: Path) -> list[str]:
    """The records, in an order of their own."""
    return sorted(map(repr, Store(folder).records()))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "records").iterdir() if path.suffix)


def test_the_lines_become_one_sorted_file_and_its_index(tmp_path):
    before = stored(store_of(tmp_path, some()).folder)
    done = compact(tmp_path)
    assert (done.records, files(tmp_path)) == (12, ["000001.json", "000001.parquet"])
    assert not (tmp_path / "records.jsonl").exists()
    found = [(r.dataset, r.restorer) for r in Store(tmp_path).records()]
    assert found == sorted(found)
    assert stored(tmp_path) == before


def test_any_program_can_read_the_columns(tmp_path):
    import pandas as pd

    store_of(tmp_path, some())
    compact(tmp_path)
    table = pd.read_parquet(tmp_path / "records" / "000001.parquet")
    assert set(table["restorer"]) == {"net-0", "net-1", "net-2"}
    assert dict(table["scores"][0]) == {"psnr": 30.1}
    assert set(table["seconds"]) == {0.25}


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.lists(RECORDS, min_size=1, max_size=6))
def test_every_record_comes_back_as_it_was(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("store")
    before = stored(store_of(folder, records).folder)
    lines = (folder / "records.jsonl").read_bytes().splitlines()
    compact(folder)
    assert stored(folder) == before
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "records" / "000001.parquet").sort_by("line")
    assert table["record"].to_pylist() == lines


def test_more_lines_than_fit_in_memory_are_merged(tmp_path, monkeypatch):
    before = stored(store_of(tmp_path, some(40)).folder)
    for module, name, value in ((sorting, "RUN", 8), (writer, "_BATCH", 4), (writer, "GROUP", 6)):
        monkeypatch.setattr(module, name, value)
    compact(tmp_path)
    found = [(r.dataset, r.restorer) for r in Store(tmp_path).records()]
    assert found == sorted(found)
    assert stored(tmp_path) == before
    assert files(tmp_path) == ["000001.json", "000001.parquet"]


def test_what_comes_later_is_added_and_replaces(tmp_path):
    store = store_of(tmp_path, some())
    compact(tmp_path)
    better = replace(some()[0], scores={"psnr": 31.0})
    assert store.add(some()[1]) == some()[1]
    assert not (tmp_path / "records.jsonl").exists()  # it was there, in the Parquet
    store.add(better, replacing=True)
    assert store.lookup(some()[0]).record == better
    expected = sorted(map(repr, [better, *some()[1:]]))
    assert stored(tmp_path) == expected
    compact(tmp_path)
    assert files(tmp_path)[-1] == "000002.parquet"
    assert stored(tmp_path) == expected
    assert Store(tmp_path).lookup(some()[0]).record == better
    assert compact(tmp_path).records == 0


def test_a_replaced_folder_is_renewed_from_what_was_compacted(tmp_path):
    first, second = BASE, replace(BASE, input="j")
    store_of(tmp_path, [first, second])
    compact(tmp_path)
    store = Store(tmp_path)
    store.renew(second)
    assert not (tmp_path / "records.jsonl").exists()
    store.renew(first)
    assert [r.input for r in store.records()] == ["j", "i"]


def test_records_that_are_not_chosen_are_not_read(tmp_path, monkeypatch):
    store_of(tmp_path, some())
    compact(tmp_path)
    store = Store(tmp_path)
    assert {r.restorer for r in store.records(lambda r: r.restorer == "net-1")} == {"net-1"}
    damaged = tmp_path / "records" / "000001.parquet"
    damaged.write_bytes(b"")
    assert list(store.records(lambda r: r.restorer == "nobody")) == []
    assert store.lookup(BASE).record is None
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


def test_an_open_store_goes_on_while_its_lines_are_compacted(tmp_path):
    mine, theirs = store_of(tmp_path, some()[:5]), Store(tmp_path)
    compact(tmp_path)
    mine.add(some()[5])
    theirs.refresh()
    assert sorted(map(repr, theirs.records())) == sorted(map(repr, some()[:6]))
    compact(tmp_path)
    theirs.add(some()[6])
    mine.refresh()
    assert sorted(map(repr, mine.records())) == sorted(map(repr, some()[:7]))


class Killed(BaseException):
    """Ends a compaction, as SIGKILL would."""


def steps(monkeypatch, fatal: int, *, before: bool) -> list[str]:
    """Notes each change of a folder; ends before or after the one with the number `fatal`."""
    noted: list[str] = []

    def watched(name: str):
        real = getattr(os, name)

        def act(*arguments, **more):
            noted.append(name)
            if before and len(noted) == fatal:
                raise Killed
            result = real(*arguments, **more)
            if not before and len(noted) == fatal:
                raise Killed
            return result

        monkeypatch.setattr(os, name, act)

    for name in ("replace", "unlink", "fsync"):
        watched(name)
    return noted


@pytest.mark.parametrize("before", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_killed_at_any_step_it_loses_and_doubles_nothing(tmp_path, monkeypatch, before):
    """As far as files go: everything between two of these steps changes hidden files only."""
    seen = []
    for fatal in range(1, 30):
        folder = tmp_path / str(fatal)
        expected = stored(store_of(folder, some()[:8]).folder)
        with monkeypatch.context() as patch:
            patch.setattr("restorebench.harness.parquet.compaction.discard_parts", lambda _: None)
            noted = steps(patch, fatal, before=before)
            try:
                compact(folder)
            except Killed:
                seen.append(noted[-1])
            else:
                break
        assert stored(folder) == expected
        Store(folder).add(some()[8])
        more = sorted([*expected, repr(some()[8])])
        compact(folder)
        assert stored(folder) == more
        assert {name.rpartition(".")[2] for name in files(folder)} == {"json", "parquet"}
    assert seen.count("replace") == 3
    assert "unlink" in seen
    assert len(noted) == len(seen)


def test_a_damaged_line_stays_where_it_is(tmp_path):
    path = store_of(tmp_path, some()).path
    path.write_bytes(path.read_bytes().replace(b"30.1", b"39.1", 1))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"records\.jsonl, line 1 was changed"):
        compact(tmp_path)
    assert path.read_bytes() == before
    assert files(tmp_path) == []


def test_a_torn_line_is_not_kept(tmp_path):
    store = store_of(tmp_path, some())
    with store.path.open("a") as file:
        file.write('{"torn')
    assert compact(tmp_path).records == 12


@pytest.fixture(scope="module")
def compacted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compacted")
    store_of(folder, some(60))
    compact(folder)
    return folder


def flipped(content: bytes, where: float) -> bytes:
    at = int(where * (len(content) - 1))
    return content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]


DAMAGES = {
    "cut": lambda content: content[:-7],
    "longer": lambda content: content + b"0",
    "empty": lambda content: b"",
    "zeros": lambda content: bytes(len(content)),
    **{f"bit {n}": lambda content, n=n: flipped(content, n / 16) for n in range(17)},
}


@pytest.mark.parametrize("name", ["000001.json", "000001.parquet"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_named(compacted, tmp_path, name, damage):
    folder = tmp_path / "records"
    folder.mkdir()
    for path in (compacted / "records").glob("0*"):
        content = path.read_bytes()
        (folder / path.name).write_bytes(DAMAGES[damage](content) if path.name == name else content)
    with pytest.raises(StoreError, match=name):
        list(Store(tmp_path).records())


def forged(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the index of a part, with the checksum that belongs to it."""
    path = folder / "records" / "000001.json"
    index = parsed(path.read_bytes().rstrip())
    change(index)
    path.write_bytes(checked(index) + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.update(size=True),
        lambda index: index.update(size=-1),
        lambda index: index.update(hashes=index["hashes"][16:]),
        lambda index: index["scores"].update(toy="psnr"),
        lambda index: index["sections"][0].__setitem__(0, "abcdef"),
        lambda index: index["sections"][0][0].pop(),
        lambda index: index["sections"][0][0].__setitem__(2, 5),
        lambda index: index["sections"][0][1][0].__setitem__(1, "[]"),
        lambda index: index["sections"][0][1][0].__setitem__(1, "{"),
        lambda index: index["sections"][0][1][0].__setitem__(1, '{"a": [1]}'),
        lambda index: index["sections"][0][1][0].__setitem__(2, 0),
        lambda index: index["sections"][0][1][0].__setitem__(2, "4"),
        lambda index: index["sections"][0][1][0].__setitem__(3, 99),
        lambda index: index["sections"][0][1][0].__setitem__(4, "1.5"),
        lambda index: index["sections"][0][1][0].__setitem__(4, -1.0),
        lambda index: index["sections"][0][1][0].extend([{"a": {}}, 1]),
        lambda index: index["sections"][0][1][0].extend([{}, -2]),
    ],
)
def test_an_index_that_says_what_cannot_be_is_refused(compacted, tmp_path, change):
    shutil.copytree(compacted, tmp_path, dirs_exist_ok=True)
    forged(tmp_path, change)
    with pytest.raises(StoreError, match=r"000001\.json is not the index of records \(.+\)"):
        list(Store(tmp_path).records())


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("revision", lambda values: pa.array(map(str, values)), "other columns"),
        ("revision", lambda values: pa.array([None, *values[1:]], pa.int64()), "lacks revision"),
        ("sample", lambda values: pa.array([None, *values[1:]], pa.string()), "lacks sample"),
        ("missing", lambda values: pa.array(["[1]"] * len(values)), "not reasons"),
    ],
)
def test_a_parquet_with_other_values_than_records_have_is_refused(
    compacted, tmp_path, name, values, message
):
    """Even where the index has the hashes of that file."""
    shutil.copytree(compacted, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "records" / "000001.parquet"
    table = pq.read_table(path)
    column = values(table[name].to_pylist())
    pq.write_table(table.set_column(table.column_names.index(name), name, column), path)
    facts = {"size": path.stat().st_size, "hashes": "".join(block_hashes(path))}
    forged(tmp_path, lambda index: index.update(facts))
    with pytest.raises(StoreError, match=rf"000001\.parquet.*{message}"):
        [section.load() for section in read_ledger(tmp_path).sections()]


def test_an_absent_part_is_named(tmp_path):
    store = store_of(tmp_path, some()[:4])
    compact(tmp_path)
    store.add(some()[4])
    compact(tmp_path)
    (tmp_path / "records" / "000001.json").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="lacks part 000001 of 2; restore it from a copy"):
        Store(tmp_path)


def test_infinities_are_infinities_in_the_columns(tmp_path):
    import pyarrow.parquet as pq

    store_of(tmp_path, [replace(BASE, scores={"psnr": math.inf, "ssim": 1})])
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
