"""`restorebench score` with submissions, as organisers and participants call it."""

from __future__ import annotations

import json
import math
import zipfile

import pytest
import yaml

PSNR_10 = 10 * math.log10(255**2 / 100)


@pytest.fixture
def call(invoke, suite, tmp_path, monkeypatch):
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return invoke


DIM = ("--task", "dim", "--dataset", "dim-set")


def test_several_at_once_and_a_rejected_one_stops_nobody(call, targets_of, tmp_path):
    first = targets_of("dim-set", "first.zip", offset=20)
    broken = targets_of("dim-set", "broken.zip", leave_out=1)
    second = targets_of("dim-set", "second.zip", offset=10)
    result = call("score", first, broken, second, *DIM, "--output", "out")
    assert result.exit_code == 1
    assert "1 of 3 images are missing: test-0.png" in result.stderr
    lines = result.stdout.splitlines()
    places = [next(i for i, x in enumerate(lines) if f" {n} " in x) for n in ("second", "first")]
    assert places == sorted(places)
    assert sorted(p.parent.name for p in tmp_path.glob("out/*/scores.json")) == ["first", "second"]
    assert (tmp_path / "out/broken/report.txt").read_text().startswith("broken.zip: rejected")


def test_several_are_summed_up_and_equal_ones_are_pointed_out(call, targets_of, tmp_path):
    first = targets_of("dim-set", "first.zip", offset=20)
    (tmp_path / "copy.zip").write_bytes(first.read_bytes())
    again = targets_of("dim-set", "again.zip", offset=20, leave_out=0)
    with zipfile.ZipFile(again, "a") as archive:
        archive.comment = b"other bytes, the same images"
    other = targets_of("dim-set", "other.zip", offset=10)
    broken = targets_of("dim-set", "broken.zip", leave_out=1)
    result = call("score", first, "copy.zip", again, other, broken, *DIM, "--output", "out")
    assert result.stderr.splitlines()[-1] == "4 accepted, 1 rejected"
    assert "first.zip and copy.zip are the same file, byte for byte" in result.stderr
    assert "again.zip are the same" not in result.stderr
    board = call("leaderboard", "--results", "out/results", "--format", "markdown").stdout
    assert "every image is that of copy and first, pixel for pixel" in board
    assert "other, pixel" not in board
    result = call("score", first, other, *DIM, "--validate-only")
    assert result.stderr.splitlines()[-1] == "2 accepted, 0 rejected"


def test_a_board_shows_what_the_readmes_state(call, targets_of):
    call("score", targets_of("dim-set", "us.zip", offset=10), *DIM, "--output", "out")
    board = call("leaderboard", "--results", "out/results", "--format", "json", "--title", "Finals")
    (found,) = json.loads(board.stdout)["boards"]
    (row,) = found["sections"][0]["rows"]
    assert found["task"]["title"] == "Finals"
    assert row["claims"]["runtime"] == {"text": "1.69", "value": 1.69}
    assert {k: v["text"] for k, v in row["claims"].items()} == {
        "runtime": "1.69",
        "device": "GPU",
        "extra_data": "no",
    }
    page = call("leaderboard", "--results", "out/results", "--format", "html").stdout
    assert '"seconds":1.69' in page  # so the plot of quality against cost has the row


def test_equal_findings_share_a_line(call, targets_of, tmp_path):
    path = targets_of("dim-set")
    with zipfile.ZipFile(path) as archive:
        images = {name: archive.read(name)[:60] for name in archive.namelist() if "png" in name}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in images.items():
            archive.writestr(name, data)
    result = call("score", path, *DIM, "--validate-only", "--json")
    assert len([f for f in json.loads(result.stdout)[0]["findings"] if f["member"]]) > len(images)
    text = call("score", path, *DIM, "--validate-only").stderr
    assert text.count("error:") == 1
    assert "error: 3 files: " in text
    assert "(test-0.png, test-1.png, test-2.png)" in text


def test_score_files_as_codabench_reads_them(call, targets_of, tmp_path):
    call("score", targets_of("dim-set", offset=10), *DIM, "--output", "out")
    numbers = json.loads((tmp_path / "out/team/scores.json").read_text())
    assert numbers["psnr"] == pytest.approx(PSNR_10, abs=1e-9)
    assert all(type(value) in (int, float) for value in numbers.values())
    assert yaml.safe_load((tmp_path / "out/team/scores.txt").read_text()) == numbers


def test_score_files_of_an_earlier_time_do_not_outlive_a_rejection(call, targets_of, tmp_path):
    call("score", targets_of("dim-set", offset=10), *DIM, "--output", "out")
    call("score", targets_of("dim-set", leave_out=2), *DIM, "--output", "out")
    left = {path.name for path in (tmp_path / "out/team").iterdir()}
    assert left == {"report.txt", "report.json"}


def test_the_records_make_a_leaderboard(call, targets_of):
    call("score", targets_of("dim-set", "us.zip", offset=10), *DIM, "--output", "out")
    result = call("leaderboard", "--results", "out/results")
    assert result.exit_code == 0
    assert f"{PSNR_10:.2f}" in next(x for x in result.stdout.splitlines() if " us " in x)


def test_validation_only(call, targets_of, tmp_path):
    path = targets_of("dim-set")
    result = call("score", path, *DIM, "--validate-only")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "team.zip: accepted")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["team.zip"]
    result = call("score", targets_of("dim-set", leave_out=1), *DIM, "--validate-only")
    assert result.exit_code == 1
    assert "test-0.png" in result.stderr


def test_validation_reads_the_targets_too(call, targets_of, tmp_path):
    path = targets_of("dim-set")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "gt")
    name = next((tmp_path / "gt").glob("*.png"))
    name.write_bytes(name.read_bytes()[:200])
    result = call("score", path, "--task", "dim", "--reference", "gt", "--validate-only")
    assert result.exit_code == 2
    assert f"gt/{name.name} cannot be read" in result.stderr


def test_partial_scores_when_asked(call, targets_of):
    path = targets_of("dim-set", offset=10, leave_out=1)
    result = call("score", path, *DIM, "--partial", "--json")
    assert result.exit_code == 0
    (found,) = json.loads(result.stdout)
    assert found["verdict"] == "partial: 2 of 3 samples"
    assert found["scores"]["partial"] == 1


def test_a_team_has_a_name_and_markup_in_it_is_text(call, targets_of):
    name = "[red]<script>[/red]"
    result = call("score", targets_of("dim-set", offset=9), *DIM, "--team", name, "--json")
    assert json.loads(result.stdout)[0]["team"] == name
    result = call("score", targets_of("dim-set", offset=9), *DIM, "--team", name, "--output", "out")
    assert name in result.stdout


def test_a_file_whose_name_is_not_utf_8_is_a_team_like_others(call, targets_of, tmp_path):
    first = targets_of("dim-set", "one.zip", offset=20)
    try:
        strange = (tmp_path / "te\udce9m.zip").write_bytes(first.read_bytes())
    except OSError:
        pytest.skip("this file system has no such names")
    assert strange
    result = call("score", first, "te\udce9m.zip", *DIM, "--output", "out", "--partial")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "2 accepted, 0 rejected")
    for how in ("markdown", "csv", "json", "html", "latex"):
        shown = call("leaderboard", "--results", "out/results", "--format", how)
        assert shown.exit_code == 0
        assert "xe9m" in shown.stdout
    assert call("leaderboard", "--results", "out/results", "--output", "reports").exit_code == 0


def test_files_of_one_name_are_distinguished_by_their_folders(call, targets_of):
    paths = [targets_of("dim-set", f"{team}/submission.zip", offset=9) for team in "ab"]
    found = json.loads(call("score", *paths, *DIM, "--json").stdout)
    assert [one["team"] for one in found] == ["a/submission", "b/submission"]


def test_details_are_escaped(jury, targets_of, tmp_path):
    from restorebench.submission.score_files import write_result

    write_result(tmp_path / "out", jury().score(targets_of("dim-set", offset=9), "<script>x"))
    page = (tmp_path / "out/detailed_results.html").read_text()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("team.zip",), "--dataset NAME or --reference FOLDER"),
        (("team.zip", *DIM, "--reference", "."), "--dataset NAME or --reference FOLDER"),
        (("team.zip", "--task", "pair", "--dataset", "dim-set"), "belongs to the task 'dim'"),
        (("team.zip", "--dataset", "dim-sat"), "did you mean 'dim-set'"),
        (("team.zip", "team.zip", *DIM), "several submissions would be called"),
        (("team.zip", "other.zip", *DIM, "--team", "X"), "--team names one team"),
        (("team.zip", *DIM, "--team", " "), "--team is empty"),
        (("team.zip", ".", *DIM), "is not a zip file"),
        (("team.zip", *DIM, "--mask", "."), "--mask is for two folders"),
        (("team.zip", *DIM, "--split", "train"), "has no split 'train'"),
        (("folder", "--dataset", "dim-set", "--partial"), "are for submissions"),
    ],
)
def test_a_contradictory_request_is_a_usage_error(call, targets_of, arguments, message):
    targets_of("dim-set")
    result = call("score", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
