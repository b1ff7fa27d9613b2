"""Rows that lack images, and scores that are missing, are shown for what they are."""

from __future__ import annotations

import pytest

from restorebench.errors import ProtocolError
from restorebench.leaderboard import Ranking, Roles, boards
from restorebench.leaderboard.records.ledger import ledger
from restorebench.leaderboard.records.means import means

REASON = "the weights are not here: put trunk.pth into /weights"


def row_of(section, label):
    return next(row for row in section.rows if row.label == label)


def test_a_row_with_fewer_images_is_listed_below_without_a_rank(kit, section, notes):
    records = [*kit.scored("identity", 1, 1, 1), *kit.scored("fast", 9, 9)]
    last = section(records).rows[-1]
    assert (last.label, last.rank, last.delta, last.means) == ("fast", None, None, {"sharpness": 9})
    assert notes(records) == ("not ranked: 2 of 3 images",)


def test_nothing_is_ranked_against_a_floor_that_lacks_images(kit):
    records = [*kit.scored("identity", 1, 1, 1), *kit.scored("fast", 9, 9)]
    (board,) = boards(records, kit.suite_of(), None, Ranking(roles=Roles(floor="fast")))
    (section,) = board.sections
    assert section.doubt == "not ranked: its floor, fast, does not have all images"
    assert [row.rank for row in section.rows] == [None, None]


def test_as_many_but_other_images_are_not_compared(kit, section):
    records = [
        *kit.scored("identity", 1, 1),
        *kit.scored("fine", 2, 2),
        kit.record("odd", "y", scores={"sharpness": 9.0}),
        kit.record("odd", "z", scores={"sharpness": 9.0}),
    ]
    found = section(records)
    assert [row.rank for row in found.rows] == [1, 2, None]
    assert row_of(found, "odd").complete is False


def test_a_row_with_failures_is_not_ranked_and_says_why(kit, section, notes):
    records = [
        *kit.scored("identity", 1, 1),
        *kit.scored("net", 9),
        kit.failure("net", "b", "RuntimeError: out of\nmemory"),
    ]
    row = row_of(section(records), "net")
    assert (row.rank, row.images, row.failed) == (None, 1, 1)
    assert "1 image failed; the first said: RuntimeError: out of memory" in notes(records)[0]


def test_a_row_that_only_failed_is_still_there(kit, section):
    row = row_of(section([*kit.scored("identity", 1), kit.failure("net", "a", "E: no")]), "net")
    assert (row.images, row.failed, row.means, row.seconds) == (0, 1, {}, None)


def test_a_missing_score_has_its_reason_once(kit, notes, section):
    records = [
        kit.record(name, sample, scores={"sharpness": 1.0}, missing={"distance": REASON})
        for name in ("identity", "fine")
        for sample in "ab"
    ]
    assert notes(records) == (f"DISTANCE: {REASON}",)
    found = section(records)
    assert found.notes == {"distance": (1,)}
    assert all("distance" not in row.means for row in found.rows)


def test_a_missing_ranking_score_ranks_last_without_a_rank(kit, section):
    records = [*kit.scored("fine", 3), kit.record("bare", "a", missing={"sharpness": REASON})]
    assert [(row.label, row.rank) for row in section(records).rows] == [("fine", 1), ("bare", None)]


def test_an_image_without_any_score_is_left_out_of_the_means(kit, section, notes):
    records = [
        record
        for name, value in (("identity", 1.0), ("fine", 3.0))
        for record in (
            kit.record(name, "a", scores={"sharpness": value}),
            kit.record(name, "b", missing={"sharpness": "the mask is empty"}),
        )
    ]
    assert [row.rank for row in section(records).rows] == [1, 2]
    assert notes(records) == ("SHARPNESS: the mask is empty (1 of 2 images have it, not b)",)


def test_a_mean_over_fewer_images_than_the_others_have_is_not_shown(kit, section):
    records = [
        *kit.scored("identity", 1, 1),
        *kit.scored("other", 2, 2),
        *kit.scored("half", 9),
        kit.record("half", "b", missing={"sharpness": "not yet"}),
    ]
    row = row_of(section(records), "half")
    assert (row.rank, row.means) == (None, {})


def test_unequal_draws_have_a_footnote(kit, notes):
    records = [kit.record("noisy", "a", draw=d, scores={"sharpness": 1.0}) for d in (0, 1)]
    records += kit.scored("noisy", 1, 1)[1:]
    assert notes(records) == ("1 to 2 draws per image",)


@pytest.mark.parametrize("key", ["protocol_hash", "dataset_hash", "dataset", "split", "protocol"])
def test_scores_that_cannot_be_compared_are_in_separate_sections(kit, key):
    records = [*kit.scored("identity", 1), *kit.scored("identity", 9, **{key: "other"})]
    (board,) = boards(records, kit.suite_of())
    assert sorted(s.rows[0].means["sharpness"] for s in board.sections) == [1.0, 9.0]


@pytest.mark.parametrize("key", ["protocol_hash", "dataset_hash", "task"])
def test_a_mean_across_them_is_refused(kit, key):
    records = [*kit.scored("identity", 1), *kit.scored("identity", 9, **{key: "other"})]
    with pytest.raises(ProtocolError, match=f"{key}: .*other"):
        means(ledger(records))


def test_a_task_that_is_not_installed_has_a_board(kit):
    (board,) = boards(kit.scored("net", 1, task="gone", column="psnr"), kit.suite_of())
    assert (board.task.name, board.sections[0].rows[0].rank) == ("gone", 1)


def test_no_records_make_no_boards(kit):
    assert boards([], kit.suite_of()) == []
