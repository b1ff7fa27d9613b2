"""Tables of papers: all of them are there, beside the sections they belong to, and unranked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from restorebench.errors import OptionError
from restorebench.leaderboard import Ranking, boards, published_beside, read_published
from restorebench.leaderboard.published import read_frame
from restorebench.leaderboard.render.csv_format import csv as as_csv
from restorebench.leaderboard.render.markdown import markdown
from restorebench.leaderboard.render.terminal import plain

FOLDER = Path(__file__).parents[2] / "leaderboards" / "published"

INDEX = """
[[table]]
file = "it.csv"
task = "deblur"
source = "Somebody, 2024"
protocol = "as-given"
columns = ["sharpness", "distance"]
datasets = [
  { name = "streets", title = "Streets", prefix = "s_" },
  { name = "hills", title = "Hills", prefix = "h_" },
]
"""
TABLE = """method,s_sharpness,s_distance,h_sharpness,h_distance,params_m
DeblurNet,9.50,0.1,8.5,,2.5
Absent|Net,,,8.0,,n/a
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "published.toml").write_text(INDEX)
    (tmp_path / "it.csv").write_text(TABLE)
    return tmp_path


@pytest.fixture
def board(kit, folder):
    def make(**changes):
        records = [*kit.scored("identity", 1, 1, **changes), *kit.scored("fine", 2, 2, **changes)]
        ranking = Ranking(published=read_published(folder))
        return boards(records, kit.suite_of(), None, ranking)[0]

    return make


def test_published_rows_stand_beside_their_data_set_and_are_not_ranked(board):
    (section,) = board().sections
    (row,) = section.published
    assert (row.method, row.means, row.protocol_known) == (
        "DeblurNet", {"sharpness": 9.5, "distance": 0.1}, True)  # fmt: skip
    assert row.cost.parameters == 2.5e6
    assert [r.label for r in section.rows] == ["fine", "identity"]
    assert section.rows[0].rank == 1


def test_tables_of_other_data_sets_stand_at_the_boards_end(board):
    (table,) = board().published
    assert (table.title, table.columns, len(table.rows)) == ("Hills", ("sharpness",), 2)


def test_another_protocol_is_not_the_same(board):
    (section,) = board(protocol="otherwise").sections
    assert not section.published[0].protocol_known


def test_markdown_keeps_them_apart_with_the_digits_that_are_printed(board):
    text = markdown([board()])
    ranked, _, published = text.partition("#### Published for streets, not run here")
    assert "DeblurNet" not in ranked
    assert " 9.50 |" in published
    assert "| the same | Somebody, 2024 |" in published
    assert "<summary>Hills · protocol as-given · 2 rows</summary>" in published
    assert r"Absent\|Net" in published


def test_csv_has_them_last_and_without_a_rank(board):
    *_, last = csv.DictReader(io.StringIO(as_csv([board()])))
    assert (last["kind"], last["restorer"], last["rank"]) == ("published", "DeblurNet", "")
    assert (last["protocol"], last["source"]) == ("as-given", "Somebody, 2024")


def test_the_terminal_shows_them_below(board):
    text = plain([board()])
    assert text.index("identity") < text.index("Published for streets") < text.index("DeblurNet")
    assert "2 published rows on 1 data set that was not run here" in text


def test_the_folder_is_found_beside_the_store(folder):
    renamed = folder.rename(folder.parent / "published")
    assert published_beside(renamed.parent / "results") == read_published(renamed)
    assert published_beside(renamed / "results").tables == ()


def test_every_file_of_the_repository_is_in_its_index_with_a_source():
    import tomllib

    entries = tomllib.loads((FOLDER / "published.toml").read_text("utf-8"))["table"]
    assert {e["file"] for e in entries} == {path.name for path in FOLDER.glob("*.csv")}
    assert all(entry["source"] for entry in entries)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"`{entry['file']}`" in readme for entry in entries)


def test_the_repositorys_tables_can_be_read_and_every_row_has_a_source():
    tables = read_published(FOLDER).tables
    assert {table.task for table in tables} == {"shadow", "bokeh", "stereo", "dehaze"}
    official = [t.protocol for t in tables if t.dataset == "kitti2015-x4"]
    assert official == ["stereo-lr-mean", ""]
    assert all(row.source and row.means for table in tables for row in table.rows)
    known = {t.source for t in tables if t.protocol}
    assert all(row.protocol_known == (t.source in known) for t in tables for row in t.rows)


def test_facts_can_be_read_as_they_are():
    frame = read_frame(FOLDER / "refusion_params_computed.csv")
    assert frame.loc[frame["model"].str.startswith("Refusion"), "params_m"].tolist() == ["76.608"]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (INDEX.replace("file = ", "flie = "), "lacks 'file'"),
        (INDEX.replace('"sharpness", ', '"beauty", '), "lacks 's_beauty'"),
        (INDEX.replace("it.csv", "no.csv"), r"no\.csv cannot be read"),
        ("[[table]\n", r"published\.toml cannot be read"),
    ],
)
def test_an_index_that_does_not_fit_says_where(folder, index, message):
    (folder / "published.toml").write_text(index)
    with pytest.raises(OptionError, match=message):
        read_published(folder)
