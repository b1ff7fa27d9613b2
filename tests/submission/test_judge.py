"""Judging: scores, records and boards of submissions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner
from restorebench.leaderboard import boards
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.png import read_header
from restorebench.submission.judge import SubmissionScorer
from restorebench.submission.score_files import folder_names

PSNR_10 = 10 * math.log10(255**2 / 100)
"""Of an image that is 10 levels off everywhere: its MSE is 100."""


@pytest.mark.parametrize("dataset", ["dim-set", "pair-set"])
def test_a_submission_has_a_score_for_every_sample(jury, targets_of, dataset):
    scored = jury(dataset).score(targets_of(dataset, offset=10), "Team A")
    assert scored.report.verdict == "accepted"
    assert [record.sample for record in scored.records] == ["test-0", "test-1", "test-2"]
    assert scored.means()["psnr"] == pytest.approx(PSNR_10, abs=1e-9)
    numbers = scored.numbers()
    assert (numbers["images"], numbers["images_expected"], numbers["partial"]) == (3, 3, 0)
    assert (numbers["runtime"], numbers["cpu"], numbers["extra_data"]) == (1.69, 0, 0)


def test_two_views_are_scored_and_averaged(jury, targets_of, kit, contest, tmp_path):
    """Left 10 levels off, right 20: the mean of both, as NTIRE's stereo challenge has it."""
    from restorebench.data.colour import quantise

    files = {"readme.txt": kit.README}
    for sample in contest.pair("test"):
        for mark, view, off in zip("LR", quantise(sample.target), (10, 20), strict=True):
            files[f"{sample.id}_{mark}.png"] = kit.saved(_shifted(view, off))
    path = tmp_path / "pairs.zip"
    path.write_bytes(kit.zipped(*files.items()))
    values = jury("pair-set").score(path, "pairs").records[0].scores
    left, right = (_psnr(contest, view, off) for view, off in enumerate((10, 20)))
    assert values["psnr"] == pytest.approx((left + right) / 2, abs=1e-9)


def _shifted(view: np.ndarray, off: int) -> np.ndarray:
    return np.clip(view.astype(int) + off, 0, 255).astype(np.uint8).transpose(1, 2, 0)


def _psnr(contest, view: int, off: int) -> float:
    from restorebench.data.colour import quantise

    target = quantise(contest.make_pair("test-0").target)[view][:, 1:-1, 1:-1].astype(int)
    error = np.clip(target + off, 0, 255) - target
    return 10 * math.log10(255**2 / np.mean(error**2))


def test_it_stands_on_the_board_beside_the_restorers(suite, jury, targets_of):
    judge = jury()
    judge.score(targets_of("dim-set", offset=10), "Team A")
    runner = Runner(suite, judge.store)
    list(runner.run(Cell("dim", "dim-set", "test", RestorerRef("identity"))))
    (board,) = boards(judge.store.records(), suite)
    (section,) = board.sections
    assert {row.label: row.rank for row in section.rows} == {"Team A": 1, "identity": 2}


def test_the_inputs_handed_in_score_as_identity_does(suite, jury, kit, contest, tmp_path):
    from restorebench.data.colour import quantise

    files = {
        f"{s.id}.png": kit.saved(quantise(s.degraded)[0].transpose(1, 2, 0))
        for s in contest.dim("test")
    }
    path = tmp_path / "inputs.zip"
    path.write_bytes(kit.zipped(*files.items()))
    judge = jury()
    records = judge.score(path, "inputs").records
    cell = Cell("dim", "dim-set", "test", RestorerRef("identity"))
    outcomes = list(Runner(suite, judge.store).run(cell))
    assert [r.scores for r in records] == [o.record.scores for o in outcomes]
    assert [r.dataset_hash for r in records] == [o.record.dataset_hash for o in outcomes]


def test_a_rejected_one_has_no_records(jury, targets_of):
    judge = jury()
    scored = judge.score(targets_of("dim-set", leave_out=1), "Team A")
    assert scored.records == ()
    assert list(judge.store.records()) == []


def test_partial_scores_are_marked_and_never_ranked(suite, jury, targets_of):
    judge = jury(partial=True)
    scored = judge.score(targets_of("dim-set", offset=10, leave_out=1), "Team A")
    judge.score(targets_of("dim-set", "whole.zip", offset=20), "Team B")
    numbers = scored.numbers()
    assert (numbers["images"], numbers["images_expected"], numbers["partial"]) == (2, 3, 1)
    (section,) = boards(judge.store.records(), suite)[0].sections
    assert {row.label: row.rank for row in section.rows} == {"Team B": 1, "Team A": None}


def test_the_last_submission_of_a_team_holds_even_an_earlier_one_again(suite, jury, targets_of):
    judge = jury()
    good = targets_of("dim-set", "good.zip", offset=10)
    poor = targets_of("dim-set", "poor.zip", offset=40)
    means = []
    for path in (good, poor, good):
        judge.score(path, "Team A")
        (section,) = boards(judge.store.records(), suite)[0].sections
        means.append(section.rows[0].means["psnr"])
    assert means[0] == means[2] > means[1]


def test_the_same_image_is_scored_once(jury, targets_of, monkeypatch):
    judge, path = jury(), targets_of("dim-set", offset=10)
    first = judge.score(path, "Team A")
    monkeypatch.setattr("restorebench.submission.judge.score", None)
    again = judge.score(path, "Team B")
    assert [r.scores for r in again.records] == [r.scores for r in first.records]


def test_the_targets_themselves_are_pointed_out(jury, targets_of):
    scored = jury().score(targets_of("dim-set"), "Leak")
    assert scored.means()["psnr"] == math.inf
    assert "psnr" not in scored.numbers()
    assert scored.numbers()["ssim"] == 1.0
    assert "3 of 3 equal their target" in scored.report.findings[0].what


def test_metadata_of_images_never_reaches_a_decoder(jury, targets_of, kit, contest, tmp_path):
    """A text chunk that inflates to 32 MiB stops Pillow; here it is cut out beforehand."""
    import zlib

    bomb = kit.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(32 << 20)))
    files = {"readme.txt": kit.README}
    for sample in contest.dim("test"):
        data = kit.saved(kit.pixels())
        files[f"{sample.id}.png"] = data[:33] + bomb + data[33:] + b"and a tail"
    path = tmp_path / "text.zip"
    path.write_bytes(kit.zipped(*files.items()))
    assert jury().score(path, "text").report.verdict == "accepted"


def test_what_only_decoding_shows_rejects_too(jury, kit, contest, tmp_path):
    """Row filter 9 does not exist (PNG specification, 9.2); here in the passes of Adam7."""
    import struct
    import zlib

    start = struct.pack(">2I5B", kit.WIDTH, kit.HEIGHT, 8, 2, 0, 0, 1)
    size = read_header(kit.png(start=kit.chunk(b"IHDR", start)), Limits()).raw_bytes
    rows = kit.chunk(b"IDAT", zlib.compress(bytes([9]) * size))
    image = kit.png(rows, start=kit.chunk(b"IHDR", start))
    files = {f"{s.id}.png": image for s in contest.dim("test")}
    path = tmp_path / "filter.zip"
    path.write_bytes(kit.zipped(*files.items()))
    judge = jury()
    assert judge.check(path).accepted
    scored = judge.score(path, "filter")
    assert scored.report.verdict == "rejected"
    assert "cannot be decoded" in scored.report.text()
    assert list(judge.store.records()) == []


def test_a_decoder_that_sees_another_size_is_not_believed(jury, targets_of, monkeypatch):
    monkeypatch.setattr(
        "restorebench.submission.judge.read_image", lambda *_: np.zeros((3, 4, 5), np.uint8)
    )
    scored = jury().score(targets_of("dim-set"), "Team A")
    assert scored.report.verdict == "rejected"
    assert "decodes to 5×4, expected " in scored.report.text()


def test_what_no_check_foresaw_rejects_this_upload_alone(jury, targets_of, monkeypatch):
    """The uploads after it are judged; only this one is refused, with what happened."""
    judge = jury()
    first, second = targets_of("dim-set", "a.zip"), targets_of("dim-set", "b.zip", offset=10)
    for broken_part, said in (("read_image", "scored"), ("check", "checked")):
        with monkeypatch.context() as broken:
            broken.setattr(f"restorebench.submission.judge.{broken_part}", lambda *_: 1 / 0)
            scored = judge.score(first, "A")
        assert scored.report.verdict == "rejected"
        assert f"cannot be {said} (ZeroDivisionError" in scored.report.text()
    assert judge.score(second, "B").report.verdict == "accepted"


def test_a_jury_needs_no_store(suite, jury, targets_of):
    reference = jury().reference
    scored = SubmissionScorer(suite, reference).score(targets_of("dim-set", offset=10), "Team A")
    assert scored.means()["psnr"] == pytest.approx(PSNR_10, abs=1e-9)


def test_labels_become_safe_and_distinct_folders():
    names = folder_names(["a/b", "../../etc", "A b", "a_b", "a_b-2", "", "Ünï", "a\0\n"])
    assert len({name.casefold() for name in names}) == len(names)
    assert all("/" not in n and not n.startswith(".") and n.isprintable() and n for n in names)


def test_a_team_called_as_the_store_does_not_write_into_it():
    assert folder_names(["results", "Results"]) == ["results-2", "Results-3"]
