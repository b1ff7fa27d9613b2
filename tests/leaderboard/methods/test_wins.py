"""The second view: image by image, data sets and tasks alike, with intervals over images."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.leaderboard import Ranking, Roles, boards
from restorebench.leaderboard.methods.bootstrap import drawn, ends
from restorebench.leaderboard.methods.wins import MOST, RESAMPLES, board_wins, method_wins


@pytest.fixture
def made(kit):
    return lambda records, **more: boards(records, kit.suite_of(), **more)


def rates(found):
    return {row.label: round(row.rate, 6) for row in found.rows}


def test_an_image_is_a_comparison_and_a_tie_is_half_a_win(kit, made):
    (board,) = made([*kit.scored("x", "hills", 3, 1, 2, 5), *kit.scored("y", "hills", 2, 2, 2, 4)])
    found = board_wins(board)
    assert rates(found) == {"x": 0.625, "y": 0.375}
    assert found.rows[0].strength == pytest.approx(np.log(3 / 2) / 2)  # (2.5 + ½) : (1.5 + ½)
    assert (found.images, found.data_sets) == (4, 1)


def test_lower_wins_where_lower_is_better(kit):
    records = [*kit.scored("x", "roads", 1, 1, column="lpips")]
    records += kit.scored("y", "roads", 2, 2, column="lpips")
    (board,) = boards(records, kit.suite_of("lpips"))
    assert rates(board_wins(board)) == {"x": 1, "y": 0}


def test_data_sets_count_alike_whatever_their_size(kit, made):
    records = [*kit.scored("x", "hills", 2), *kit.scored("y", "hills", 1)]
    records += [*kit.scored("x", "towns", *[1] * 9), *kit.scored("y", "towns", *[2] * 9)]
    (board,) = made(records)
    assert rates(board_wins(board)) == {"x": 0.5, "y": 0.5}


def test_tasks_count_alike_and_a_lacking_one_is_not_a_loss(kit, made):
    found = method_wins(made(kit.plain_records()))
    assert rates(found) == {
        "net": 1.0,
        "classical": 0.25,  # in fog it wins one of two data sets against identity, none against net
        "identity": 0.25,  # the same: in rain it did not meet the method that lacks it
    }
    assert (found.images, found.data_sets) == (6, 3)


def test_disqualified_and_incomplete_rows_are_left_out(kit, made):
    records = [*kit.scored("x", "hills", 2, 3), *kit.scored("y", "hills", 1, 1)]
    records += [*kit.scored("z", "hills", 9), *kit.scored("w", "hills", 9, 9)]
    (board,) = made(records, ranking=Ranking(roles=Roles(disqualified={"w": "late"})))
    assert set(rates(board_wins(board))) == {"x", "y"}


def test_the_interval_holds_the_rate_and_is_the_same_again(kit, made):
    noise = np.random.default_rng(0).normal(0.5, 1, 20)
    records = [*kit.scored("x", "hills", *noise), *kit.scored("y", "hills", *np.zeros(20))]
    (board,) = made(records)
    row = board_wins(board).rows[0]
    low, high = row.rate_ends
    assert low < row.rate < high
    assert row.strength_ends[0] < row.strength < row.strength_ends[1]
    assert board_wins(board) == board_wins(board)


def test_the_interval_covers_the_chance_of_a_win_as_often_as_it_says():
    """40 images each of which is a win with the chance 0.7; within what 300 tries allow."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(300):
        won = (rng.random((40, 1)) < 0.7).astype(float)
        ((low, high),) = ends(drawn(40, rng, RESAMPLES) @ won)
        found.append(low <= 0.7 <= high)
    assert 0.90 < np.mean(found) < 0.98


def test_there_is_none_where_images_agree_or_are_few(kit, made):
    agree = [*kit.scored("x", "hills", *[2] * 9), *kit.scored("y", "hills", *[1] * 9)]
    few = [*kit.scored("x", "hills", 2, 0), *kit.scored("y", "hills", 1, 1)]
    for records in (agree, few):
        (board,) = made(records)
        row = board_wins(board).rows[0]
        assert (row.rate_ends, row.strength_ends) == (None, None)


def test_one_row_or_very_many_have_no_such_view(kit, made):
    (board,) = made(kit.scored("x", "hills", 1, 2))
    assert board_wins(board) is None
    names = [f"row-{n:03d}" for n in range(MOST + 1)]
    (board,) = made([r for name in names for r in kit.scored(name, "hills", 1)])
    assert board_wins(board) is None
    assert method_wins([board]) is None
