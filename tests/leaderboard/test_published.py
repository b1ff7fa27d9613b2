"""Tables of papers: all of them are there, beside the sections they belong to, and unranked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from restorebench.csv_table import read_table
from restorebench.errors import OptionError
from restorebench.leaderboard import (
    Published,
    Ranking,
    boards,
    published_beside,
    read_published,
)
from restorebench.leaderboard.render.csv_format import csv as as_csv
from restorebench.leaderboard.render.html.page import html
from restorebench.leaderboard.render.latex import latex
from restorebench.leaderboard.render.markdown import markdown
from restorebench.leaderboard.render.terminal import plain
from restorebench.plugins import suite

FOLDER = Path(__file__).parents[2] / "leaderboards" / "published"

INDEX = """
[[table]]
file = "it.csv"
task = "deblur"
source = "Somebody, 2024"
protocol = "as-given"
needs = "another"
note = "Half of the images."
columns = ["sharpness", "distance"]
datasets = [
  { name = "streets", title = "Streets", prefix = "s_" },
  { name = "hills", title = "Hills", prefix = "h_" },
]
[[table.verified]]
method = "DeblurNet"
dataset = "streets"
measured = { sharpness = 9.4951, distance = 0.16 }
protocol = "as-given"
conditions = "2 images"
"""
TABLE = """method,s_sharpness,s_distance,h_sharpness,h_distance,params_m,second_hand
DeblurNet,9.50,0.1,8.5,,2.5,
Absent|Net,,,8.0,,n/a,quoted by somebody
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
    assert (row.method, row.means, row.same_protocol) == (
        "DeblurNet", {"sharpness": 9.5, "distance": 0.1}, True)  # fmt: skip
    assert row.cost.parameters == 2.5e6
    assert [r.label for r in section.rows] == ["fine", "identity"]
    assert section.rows[0].rank == 1


def test_tables_of_other_data_sets_stand_at_the_boards_end(board):
    (table,) = board().published
    assert (table.title, table.columns, len(table.rows)) == ("Hills", ("sharpness",), 2)


def test_another_protocol_is_not_the_same(board):
    (section,) = board(protocol="otherwise").sections
    assert not section.published[0].same_protocol


def test_a_data_set_may_have_other_names(board, folder):
    index = folder / "published.toml"
    index.write_text(INDEX.replace('name = "streets"', 'name = "roads", also = ["streets"]', 1)
                     .replace('dataset = "streets"', 'dataset = "roads"'))  # fmt: skip
    assert board().sections[0].published[0].method == "DeblurNet"


def test_a_number_that_is_reproduced_is_marked_and_one_that_is_not_has_its_caveat(board):
    (row,) = board().sections[0].published
    assert row.check.agreeing == (
        "sharpness",
    )  # 9.4951 rounds to the printed 9.50, 0.16 not to 0.1
    assert "| SHARPNESS 9.4951; not as printed: DISTANCE 0.16 |" in markdown([board()])
    for text in (markdown([board()]), plain([board()]), html([board()])):
        words = " ".join(text.split())
        assert "9.4951" in words
        assert "Verified here (DeblurNet): 2 images; as-given" in words
        assert "1] Somebody, 2024: Half of the images." in words.replace("\\", "")
    assert r"| the same, but not for DISTANCE | \[1\]  |" in markdown([board()])


def test_rows_that_somebody_quotes_are_marked(board):
    found = board()
    assert [row.second_hand for row in found.published[0].rows] == ["", "quoted by somebody"]
    assert "| second hand" in markdown([found])
    assert "| quoted by somebody |" in markdown([found])


def test_a_method_in_brackets_is_not_an_option_of_latex(board, folder):
    table = folder / "it.csv"
    table.write_text(TABLE.replace("Absent|Net,,", "[x] Net,5,"))
    assert "\n{}[x] Net & " in latex([board()])


def test_another_protocol_is_named(board):
    assert r"| as-given | \[1\]  |" in markdown([board(protocol="otherwise")])


def test_markdown_keeps_them_apart_with_the_digits_that_are_printed(board):
    text = markdown([board()])
    ranked, _, published = text.partition("#### Published for streets, not run here")
    assert "DeblurNet" not in ranked
    assert " 9.50 |" in published
    assert r"\[1\] Somebody, 2024" in published
    assert "<summary>Hills · protocol as-given · 2 rows</summary>" in published
    assert r"Absent\|Net" in published


def test_csv_has_them_last_and_without_a_rank(board):
    *_, last = csv.DictReader(io.StringIO(as_csv([board()])))
    assert (last["kind"], last["restorer"], last["rank"]) == ("published", "DeblurNet", "")
    assert (last["protocol"], last["source"]) == ("as-given", "Somebody, 2024")
    assert (last["second_hand"], last["verified_here"]) == ("", "sharpness")
    assert last["notes"] == "Half of the images.; 2 images; as-given"


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


@pytest.fixture(scope="module")
def repository():
    return read_published(FOLDER).tables


def test_the_repositorys_tables_can_be_read_and_every_row_has_a_source(repository):
    assert {table.task for table in repository} > {"shadow", "bokeh", "stereo", "dehaze"}
    official = [t.protocol for t in repository if t.dataset == "kitti2015-x4"]
    assert official == ["stereo-lr-mean", ""]
    assert all(row.source and row.means for table in repository for row in table.rows)


def test_every_table_of_the_repository_says_which_protocol_it_needs(repository):
    assert all(table.protocol or table.needs for table in repository)
    named = {row.protocol for table in repository for row in table.rows} - {""}
    assert named <= set(suite().protocols.names())


def test_what_is_verified_in_the_repository(repository):
    """The printed digits, and the figures of the public protocol check on KITTI 2015."""
    checked = {
        (row.method, table.dataset): (row.printed[column], value, column in row.check.agreeing)
        for table in repository
        for row in table.rows
        if row.check
        for column, value in row.check.measured.items()
        if column == "psnr"
    }
    assert checked == {
        ("Bicubic", "kitti2015-x4"): ("24.38", 24.3825, True),
        ("CVHSSR-T", "kitti2015-x4"): ("26.78", 26.7751, True),
        ("Input (identity)", "vabd-six-f1.8"): ("15.14", 15.1375, True),
        ("Input (identity)", "vabd-six-f2.8"): ("18.58", 18.581, True),
        ("Input (identity)", "vabd-six-f8"): ("24.15", 24.1485, True),
        ("Input (identity)", "ebb-six"): ("20.70", 20.7031, True),
        ("Input (identity)", "sots-indoor-five"): ("9.79", 9.7938, True),
        ("AOD-Net", "sots-indoor-five"): ("15.89", 15.8854, True),
    }


def test_the_ssim_of_bicubic_is_not_as_printed(repository):
    rows = [r for t in repository if t.dataset == "kitti2015-x4" for r in t.rows if r.check]
    ssim = {r.method: (r.printed["ssim"], r.check.measured["ssim"]) for r in rows}
    assert ssim == {"Bicubic": ("0.7340", 0.7319), "CVHSSR-T": ("0.8218", 0.8218)}
    assert [r.check.agreeing for r in rows] == [("psnr",), ("psnr", "ssim")]
    assert "0.7319" in rows[0].caveat


@pytest.fixture
def kitti(repository, kit):
    """The rows of papers beside bicubic on KITTI 2015, by the protocol of the stereo task."""
    more = {"task": "stereo", "dataset": "kitti2015", "protocol": "stereo-lr-mean"}
    ours = kit.record("bicubic", "000000", scores={"psnr": 24.3825, "ssim": 0.7319}, **more)
    (made,) = boards([ours], suite(), None, Ranking(published=Published(repository)))
    (section,) = made.sections
    return made, {(row.method, row.source.split(",")[0]): row for row in section.published}


def test_the_published_ssim_of_bicubic_has_its_caveat_beside_ours(kitti):
    made, rows = kitti
    bicubic = next(row for (method, _), row in rows.items() if method == "Bicubic")
    assert bicubic.same_protocol
    text = markdown([made])
    assert "not as printed: SSIM 0.7319" in text
    assert "the same, but not for SSIM" in text
    assert "The SSIM of Bicubic does not: it is 0.7319, where 0.7340 is printed" in text


def test_a_verified_row_has_the_protocol_that_verified_it(kitti):
    _, rows = kitti
    cvhssr = next(row for (method, _), row in rows.items() if method == "CVHSSR-T")
    assert cvhssr.same_protocol
    unchecked = next(row for (method, _), row in rows.items() if method == "HTCAN")
    assert not unchecked.same_protocol
    assert unchecked.needs.startswith("stereo-lr-mean")


def test_numbers_of_other_peoples_methods_are_second_hand(repository):
    (table,) = (t for t in repository if t.dataset == "dense-haze")
    own = [row.method for row in table.rows if not row.second_hand]
    assert own == ["ConvIR+UDP", "FSNet+UDP"]  # of the paper whose table it is


def test_facts_can_be_read_as_they_are():
    columns = read_table(FOLDER / "refusion_params_computed.csv").columns
    sizes = dict(zip(columns["model"], columns["params_m"], strict=True))
    assert [size for model, size in sizes.items() if model.startswith("Refusion")] == ["76.608"]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (INDEX.replace("file = ", "flie = "), "there is no key flie; did you mean 'file'"),
        (INDEX.replace('"sharpness", ', '"beauty", '), "it.csv has no column 's_beauty'"),
        (INDEX.replace('method = "Deb', 'method = "Bed'), "no row 'BedlurNet' of 'streets'"),
        (INDEX.replace('columns = ["sharpness", "distance"]', "columns = 3"), "columns is 3"),
        ('table = ["x"]', "'table' is not a list of tables"),
        ('[[table]]\nfile = "it.csv"\nsource = "x"\ndatasets = ["a"]', "expected a list of tables"),
        (INDEX.replace("it.csv", "no.csv"), r"no\.csv cannot be read"),
        ("[[table]\n", r"published\.toml cannot be read"),
    ],
)
def test_an_index_that_does_not_fit_says_where(folder, index, message):
    (folder / "published.toml").write_text(index)
    with pytest.raises(OptionError, match=message):
        read_published(folder)
