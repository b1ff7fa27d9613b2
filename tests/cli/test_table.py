"""Boards of numbers alone: ``leaderboard --table``, and further columns by ``--scores``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[2] / "leaderboards" / "published"
DEHAZING = PUBLISHED / "ntire2024_dehazing.csv"
SHADOW_2024 = PUBLISHED / "ntire2024_shadow_perceptual.csv"
SHADOW_2025 = Path(__file__).parents[1] / "vectors" / "challenges" / "ntire2025_shadow.csv"
SCORES = """team,PSNR (dB) ↑,LPIPS ↓,MOS,Runtime (ms),Device,Extra data,#Params (M),remark
one,30.5,0.20,5,1500,A100,-,1.5,late
two,30.50,0.3,7,n/a,RTX 3090,DIV2K,,
three,29,0.1,,6 hours,,,12.25,
"""


@pytest.fixture
def board_of(call, tmp_path):
    """The board of a table, as JSON; the result's `stderr` besides."""

    def make(text: str | bytes, *arguments: str):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "scores.csv").write_bytes(data)
        result = call("leaderboard", "--table", "scores.csv", "--format", "json", *arguments)
        (board,) = json.loads(result.stdout)["boards"] if result.stdout else [None]
        return board, result

    return make


def rows(board) -> list[tuple[str, int | None]]:
    return [(row["label"], row["rank"]) for row in board["sections"][0]["rows"]]


@pytest.mark.parametrize(
    ("table", "rule", "column", "places"),
    [
        (DEHAZING, "ntire-2024-dehazing", "rank", 16),
        (SHADOW_2024, "ntire-2024-shadow-perceptual", "rank", 18),
        (SHADOW_2025, "ntire-2025-shadow-fidelity", "fidelity_rank", 17),
        (SHADOW_2025, "ntire-2025-shadow-perceptual", "perceptual_rank", 17),
    ],
)
def test_printed_tables_are_ranked_as_printed(call, table, rule, column, places):
    result = call("leaderboard", "--table", str(table), "--rank-by", rule)
    assert result.exit_code == 0
    assert f"{column!r} has the same place in {places} of {places} rows" in result.stderr
    assert "derived: gives the" in " ".join(result.stdout.split())


def test_a_table_needs_no_store_and_keeps_its_digits(board_of):
    board, result = board_of(SCORES, "--rank-by", "rank-sum:psnr,lpips", "--title", "Our contest")
    assert (result.exit_code, board["task"]["title"]) == (0, "Our contest")
    assert rows(board) == [("one", 1), ("three", 2), ("two", 3)]
    columns = {c["name"]: c["higher_is_better"] for c in board["sections"][0]["columns"]}
    assert columns == {"psnr": True, "lpips": False, "mos": True}
    printed = {row["label"]: row["printed"]["psnr"] for row in board["sections"][0]["rows"]}
    assert printed == {"one": "30.5", "two": "30.50", "three": "29"}
    assert "left out, not being numbers: remark" in result.stderr


def test_what_teams_state_stands_beside_the_scores(board_of):
    board, _ = board_of(SCORES, "--rank-by", "psnr")
    claims = {row["label"]: row["claims"] for row in board["sections"][0]["rows"]}
    assert claims["one"]["runtime"] == {"text": "1.50", "value": 1.5}
    assert claims["one"]["parameters"]["value"] == 1.5e6
    assert claims["two"] == {
        "device": {"text": "RTX 3090", "value": None},
        "extra_data": {"text": "DIV2K", "value": None},
    }
    assert claims["three"]["runtime"] == {"text": "6 hours", "value": None}


def test_huge_numbers_are_ranked_as_they_are(board_of):
    """Rounding to nine decimals made them all infinite, so that they tied, with a warning."""
    text = "team,psnr\none,1e308\ntwo,1.7e308\nthree,-1e300\nfour,1e16\n"
    board, result = board_of(text, "--rank-by", "psnr")
    rows = board["sections"][0]["rows"]
    assert [(row["rank"], row["label"]) for row in rows] == list(
        enumerate(("two", "one", "four", "three"), 1)
    )
    assert result.stderr == ""


def test_a_row_without_a_value_is_last_and_says_why(board_of):
    board, result = board_of(SCORES, "--rank-by", "column:mos,tie=psnr")
    assert rows(board) == [("two", 1), ("one", 2), ("three", None)]
    assert (board["footnotes"], result.exit_code) == (["not ranked: no mos"], 0)


def test_entries_with_the_same_scores_are_flagged(call):
    """Two entries of 2024 have the same PSNR, SSIM and LPIPS, and other opinion scores."""
    arguments = ("--table", str(DEHAZING), "--rank-by", "ntire-2024-dehazing")
    result = call("leaderboard", *arguments, "--format", "json")
    (board,) = json.loads(result.stdout)["boards"]
    marked = [row["label"] for row in board["sections"][0]["rows"] if row["notes"]]
    assert marked == ["KLETech-CEVI_Lowlight_Hypnotise", "KLETech-CEVI_Dark_Knights"]
    assert "psnr, ssim, lpips are those of KLETech-CEVI_Dark_Knights" in board["footnotes"]


def test_only_ranked_rows_can_be_best(call, board_of):
    board_of(SCORES, "--rank-by", "psnr")
    shown = call("leaderboard", "--table", "scores.csv", "--rank-by", "lpips", "--disqualify",
                 "three=late", "--baseline", "two", "--format", "markdown").stdout  # fmt: skip
    assert "**" not in shown  # one ranked row alone is compared with nothing
    shown = call("leaderboard", "--table", "scores.csv", "--rank-by", "lpips", "--disqualify",
                 "three=late", "--format", "markdown").stdout  # fmt: skip
    assert "**0.20**" in shown
    assert "**0.1**" not in shown
    assert "not ranked: disqualified: late" in shown


def test_data_sets_stand_in_sections(board_of):
    text = "team,dataset,psnr\na,x,1\nb,x,2\na,y,3\nb,y,4\n"
    board, _ = board_of(text, "--rank-by", "psnr")
    assert [(s["dataset"], len(s["rows"])) for s in board["sections"]] == [("x", 2), ("y", 2)]
    assert board["overall"]["rows"][0]["label"] == "b"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfteam,psnr\r\nM\xc3\xbcller,24.78\r\nb,1\r\n",
        b"team;psnr\nM\xfcller;24,78\nb;1\n",
        b"sep=;\r\nteam;psnr\r\nM\xfcller;24,78;\r\nb;1;\r\n",
        "team\tpsnr\rMüller\t24,78\rb\t1\r".encode("utf-16"),
        b'team,psnr\nMu\xcc\x88ller , 24.78\n"b","1"\n\n,,,\n',
    ],
)
def test_spreadsheets_write_csv_in_many_ways(board_of, data):
    board, result = board_of(data, "--rank-by", "psnr")
    assert result.exit_code == 0
    (first, _) = board["sections"][0]["rows"]
    assert (first["label"], first["means"]["psnr"]) == ("Müller", 24.78)
    assert first["printed"]["psnr"] == "24.78"


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        (SCORES, "pnsr", "no column 'pnsr', by which it is to be ranked; did you mean 'psnr'"),
        (SCORES, "rank-sum:psnr,fid", "no column 'fid'"),
        (SCORES, "composite:psnr+2*remark", "line 2: remark is 'late', not a number"),
        ("team,psnr\na,2x\nb,1\n", "psnr", "line 2: psnr is '2x', not a number"),
        ("team,psnr,ssim\na,1,0.5\nb,2,O.6\n", "psnr", "line 3: ssim is 'O.6', not a number"),
        ("team;psnr;ssim\na;24,78;0.8\n", "psnr", "psnr is '24,78', not a number; write it with a"),
        ("team,psnr\na,24,78\n", "psnr", "line 2: it has 3 cells under 2 headings"),
        ("team,psnr,PSNR\na,1,2\n", "psnr", "'psnr' and 'PSNR' are the same column"),
        ("team,psnr,psnr\na,1,2\n", "psnr", "the heading 'psnr' is there twice"),
        ("team,psnr,\na,1,2\n", "psnr", "a heading is empty"),
        ("team,psnr\na,1\na,2\n", "psnr", "line 3: a comes twice"),
        ("team,psnr\n,1\n", "psnr", "line 2: the row has no name"),
        ("who,psnr\na,1\n", "psnr", "needs a column of names"),
        ('team,psnr\na,1\n"b,2\nc,3\n', "psnr", "line 3: a quotation mark is never closed"),
        ("team,psnr\na,1e400\n", "psnr", "line 2: psnr is '1e400', not a number; it is too large"),
        ("team,psnr\n", "psnr", "has no lines of values"),
        ("", "psnr", "has no lines of values"),
        ("team,psnr\0\na,1\n", "psnr", "is not text"),
        (SCORES, "ntire-2026-shadow", "is not known"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_ranked_is_refused_in_words(board_of, text, rule, message):
    board, result = board_of(text, "--rank-by", rule)
    assert (board, result.exit_code) == (None, 2)
    assert message in result.stderr


def test_a_table_that_never_ends_is_refused(call):
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no such device")
    result = call("leaderboard", "--table", "/dev/zero", "--rank-by", "psnr")
    assert result.exit_code == 2
    assert "/dev/zero has more than 64 MiB" in result.stderr


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("team,psnr,lpips\na,1,\nb,2,-\n", "lpips", "not ranked: no row has lpips"),
        ("team,charm\na,1\nb,2\n", "charm", "which way is better in it; mark its heading with +"),
    ],
)
def test_a_table_that_ranks_nothing_says_why_and_fails(board_of, text, rule, message):
    board, result = board_of(text, "--rank-by", rule)
    assert {rank for _, rank in rows(board)} == {None}
    assert message in board["sections"][0]["doubt"]
    assert message in result.stderr
    assert result.exit_code == 1


def test_a_mark_in_the_heading_says_which_way_is_better(board_of):
    board, _ = board_of("team,charm-\na,1\nb,2\n", "--rank-by", "charm")
    assert rows(board) == [("a", 1), ("b", 2)]
    board, _ = board_of("team,charm (+)\na,1\nb,2\n", "--rank-by", "charm")
    assert rows(board) == [("b", 1), ("a", 2)]


def test_all_forms_can_be_written(call, board_of, tmp_path):
    board_of(SCORES, "--rank-by", "psnr")
    result = call("leaderboard", "--table", "scores.csv", "--rank-by", "psnr", "-o", "out")
    assert result.exit_code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"index.html", "scores.html", "scores.md", "leaderboard.csv", "leaderboard.tex"} <= names
    for path in (tmp_path / "out").iterdir():
        text = path.read_text("utf-8")
        assert "0 images" not in text
        assert "pixels" not in text or path.suffix == ".html"
        assert "RTX 3090" in text or path.name in {"index.html", "leaderboard.csv"}


def test_a_table_excludes_a_store(call, board_of):
    board_of(SCORES, "--rank-by", "psnr")
    for more in (("--serve",), ("--results", "here"), ("--watch", "-o", "x")):
        result = call("leaderboard", "--table", "scores.csv", "--rank-by", "psnr", *more)
        assert (result.exit_code, "reads no store" in result.stderr) == (2, True)
    result = call("leaderboard", "--table", "scores.csv")
    assert (result.exit_code, "needs --rank-by RULE" in result.stderr) == (2, True)


@pytest.fixture
def stored(call):
    call("run", "--restorer", "identity", "--restorer", "brighten", "--results", "here")

    def board(*arguments: str):
        return call("leaderboard", "--results", "here", *arguments)

    return board


def test_scores_are_matched_by_name_and_what_is_not_is_said(stored, tmp_path):
    path = tmp_path / "mos.csv"
    path.write_text("team, MOS\nidentity , 3.5,\nbrigthen,9,\n")
    result = stored("--scores", "mos.csv", "--rank-by", "mos", "--format", "csv")
    assert result.exit_code == 0
    assert "no row is called 'brigthen'; did you mean 'brighten'" in result.stderr
    assert ",3.5," in result.stdout
    path.write_text("team,dataset,mos\nidentity,sqares,3\n")
    result = stored("--scores", "mos.csv")
    assert "no table is of the data set 'sqares'; did you mean 'squares'" in result.stderr
    path.write_text("team,seconds\nidentity,3\n")
    assert (
        "has a column seconds, which the table has already" in stored("--scores", "mos.csv").stderr
    )
    path.write_text("team,mos\nbrigthen,9\n")
    for ranked in ((), ("--rank-by", "mos")):
        result = stored("--scores", "mos.csv", *ranked)
        assert (result.exit_code, "none of its names" in result.stderr) == (2, True)
    path.write_text("team,mos\nidentity\n")
    result = stored("--scores", "mos.csv", "--rank-by", "mos")
    assert (result.exit_code, "there is no column" in result.stderr) == (1, False)
    path.write_text("team,psnr\nidentity,99\n")
    result = stored("--scores", "mos.csv")
    assert (result.exit_code, "has a column psnr, which the table" in result.stderr) == (2, True)


def test_a_metric_that_no_row_has_ranks_nothing_and_fails(stored):
    result = stored("--rank-by", "rank-sum:psnr,lpips")
    assert result.exit_code == 1
    assert "not ranked: it ranks by lpips, which is not among the columns" in result.stderr
