"""What is damaged in compacted records is named, and never read as something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from restorebench.errors import StoreError
from restorebench.harness.jsonl import checked, parsed
from restorebench.harness.parquet.checked_file import block_hashes
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.store import Store
from restorebench.leaderboard import read_ledger


def test_a_damaged_line_stays_where_it_is(kit, tmp_path):
    path = kit.store_of(tmp_path, kit.some()).path
    path.write_bytes(path.read_bytes().replace(b"30.1", b"39.1", 1))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"records\.jsonl, line 1 was changed"):
        compact(tmp_path)
    assert path.read_bytes() == before
    assert kit.files(tmp_path) == []


def test_a_torn_line_is_not_kept(kit, tmp_path):
    store = kit.store_of(tmp_path, kit.some())
    with store.path.open("a") as file:
        file.write('{"torn')
    assert compact(tmp_path).records == 12


@pytest.fixture(scope="module")
def compacted(kit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compacted")
    kit.store_of(folder, kit.some(60))
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


def test_an_absent_part_is_named(kit, tmp_path):
    store = kit.store_of(tmp_path, kit.some()[:4])
    compact(tmp_path)
    store.add(kit.some()[4])
    compact(tmp_path)
    (tmp_path / "records" / "000001.json").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="lacks part 000001 of 2; restore it from a copy"):
        Store(tmp_path)
