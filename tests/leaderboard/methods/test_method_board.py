"""The board over all tasks: what counts, and what a method's numbers are made of."""

from __future__ import annotations

import dataclasses
import math

import pytest

from restorebench.leaderboard.board import Column
from restorebench.leaderboard.methods.error import relative, words


@pytest.fixture
def rows(over_all):
    """The rows of a board by method."""
    return lambda *arguments: {row.method: row for row in over_all(*arguments).rows}


def test_a_method_has_one_row_for_all_its_restorers(kit, rows):
    found = rows(kit.plain_records())
    assert [(r.method, r.rank) for r in found.values()] == [
        ("net", 1), ("identity", 2), ("classical", None)]  # fmt: skip
    assert found["net"].tasks["fog"].restorers == ("fog-net",)
    assert found["net"].tasks["rain"].restorers == ("rain-net",)


def test_skill_is_one_less_the_geometric_mean_of_relative_errors(kit, rows):
    found = rows(kit.plain_records())
    assert found["net"].skill == pytest.approx(0.5)  # 6.02 dB: half the RMSE everywhere
    assert found["identity"].skill == 0
    one_better_one_worse = 1 - 10 ** (-(1 - 1) / 2 / 20)
    assert found["classical"].tasks["fog"].skill == pytest.approx(one_better_one_worse)


def test_each_task_counts_once_and_its_data_sets_alike(kit, rows):
    records = [
        *kit.scored("identity", "hills", 20),
        *kit.scored("identity", "towns", 20),
        *kit.scored("identity", "roads", 20),
        *kit.scored("fog-net", "hills", 18),
        *kit.scored("fog-net", "towns", 22),
        *kit.scored("rain-net", "roads", 22),
    ]
    net = rows(records)["net"]
    assert (net.mean_rank, net.tasks["fog"].rank) == (1.25, 1.5)  # not (2 + 1 + 1) / 3
    assert net.borda == 1.5
    assert net.skill == pytest.approx(1 - 10 ** (-1 / 20))  # (0 + 2) / 2 dB


def test_what_a_method_lacks_is_named_and_has_no_value(kit, over_all, rows):
    found = rows(kit.plain_records())["classical"]
    assert found.lacks == ("rain",)
    assert (found.rank, found.mean_rank, found.borda, found.skill) == (None,) * 4
    assert "rain" not in found.tasks
    without = [r for r in kit.plain_records() if r.restorer != "b-filter"]
    assert over_all(without).rows == over_all(kit.plain_records()).rows[:2]


@pytest.mark.parametrize("gap", ["an image", "a data set", "an error"])
def test_a_task_with_a_gap_is_lacking(kit, rows, gap):
    records = kit.plain_records()
    if gap == "an image":
        records.remove(next(r for r in records if r.restorer == "fog-net"))
    elif gap == "a data set":
        records = [r for r in records if (r.restorer, r.dataset) != ("fog-net", "towns")]
    else:
        records += kit.scored("fog-net", "towns", 0, error="it broke", prediction=None, draw=1)
    assert rows(records)["net"].lacks == ("fog",)


def test_data_sets_outside_the_default_benchmark_and_other_splits_do_not_count(kit, over_all):
    more = [
        *kit.scored("identity", "fog-extra", 5),
        *kit.scored("identity", "hills", 5, split="val"),
    ]
    plain = kit.plain_records()
    assert over_all([*plain, *more]) == over_all(plain)


def test_scores_by_other_protocols_do_not_count_beside_the_tasks_own(kit, over_all):
    records = [dataclasses.replace(r, protocol="ntire-rgb") for r in kit.plain_records()]
    other = {"protocol": "ntire-crop1", "protocol_hash": "c" * 16}
    names = ("x", "y", "z", "identity")
    more = [record for n in names for record in kit.scored(n, "hills", 50, 50, **other)]
    assert over_all([*records, *more]) == over_all(records)


def test_a_task_without_default_data_sets_counts_with_what_it_has(kit, over_all):
    records = [r for r in kit.plain_records() if r.task == "rain"]
    records += kit.scored("identity", "fog-extra", 5) + kit.scored("fog-net", "fog-extra", 9)
    assert over_all(records).data_sets["fog"] == ("fog-extra",)


def test_one_task_has_no_such_board(kit, over_all):
    assert over_all([r for r in kit.plain_records() if r.task == "fog"]) is None


def test_no_score_decides_which_restorer_stands_for_a_method(kit, rows):
    more = [
        *kit.scored("a-filter", "hills", 50, 50),
        *kit.scored("a-filter", "towns", 50, 50),
        *kit.scored("c-filter", "hills", 40, 40),
        *kit.scored("c-filter", "towns", 40, 40),
    ]
    found = rows([*kit.plain_records(), *more])
    assert found["classical"].tasks["fog"].restorers == ("b-filter",)
    assert {"a-filter", "c-filter"} < set(found)


def test_options_make_a_method_of_its_own(kit, rows):
    records = kit.plain_records()
    for dataset in ("hills", "towns", "roads"):
        records += kit.scored("fog-net", dataset, 40, 40, options={"steps": 5})
    found = rows(records)
    assert found["fog-net(steps=5)"].rank == 1
    assert found["net"].rank == 2


def test_a_team_is_one_method_by_its_label(kit, rows):
    records = kit.plain_records()
    for dataset in ("hills", "towns", "roads"):
        entry = {"label": "A team", "path": dataset}  # each data set has a folder of its own
        records += kit.scored("folder", dataset, 50, 50, options=entry)
    found = rows(records)
    assert (found["A team"].rank, found["A team"].lacks) == (1, ())


def test_a_team_that_calls_itself_as_a_method_is_not_that_method(kit, rows):
    entry = {"label": "classical", "path": "p"}
    more = [r for d in ("hills", "towns") for r in kit.scored("folder", d, 50, 50, options=entry)]
    found = rows([*kit.plain_records(), *more])
    assert found["classical"].tasks["fog"].restorers == ("b-filter",)
    assert found["classical [row]"].tasks["fog"].restorers == ("classical",)


def test_a_perfect_image_does_not_decide_everything(kit, rows):
    records = [r for r in kit.plain_records() if r.restorer != "rain-net"]
    records += kit.scored("rain-net", "roads", math.inf, 32)
    net = rows(records)["net"]
    assert net.tasks["rain"].skill == pytest.approx(0.99)
    assert net.skill == pytest.approx(1 - math.sqrt(0.5 * 0.01))


@pytest.mark.parametrize(
    ("column", "means", "error"),
    [
        (Column("psnr", "PSNR", True, "dB"), (20.0, 40.0), "RMSE from PSNR"),
        (Column("ssim", "SSIM", True, best=1.0), (0.9, 0.99), "1 − SSIM"),
        (Column("lpips", "LPIPS", False), (0.5, 0.05), "LPIPS"),
    ],
)
def test_each_kind_of_column_gives_an_error(column, means, error):
    reference, own = means
    assert relative(own, reference, column) == pytest.approx(0.1)
    assert relative(reference, own, column) == pytest.approx(10)
    assert words(column) == error


def test_a_column_without_an_error_has_ranks_and_no_skill(kit, over_all):
    records = [r for r in kit.plain_records() if r.task == "fog"]
    records += kit.scored("identity", "roads", 40, column="iqa_musiq")
    records += kit.scored("rain-net", "roads", 60, column="iqa_musiq")
    board = over_all(records, "iqa_musiq")
    net = next(row for row in board.rows if row.method == "net")
    assert (net.rank, net.skill, net.tasks["rain"].skill) == (1, None, None)
    assert net.tasks["fog"].skill == pytest.approx(0.5)
    assert board.errors["rain"] == ""


def test_without_the_reference_there_is_no_skill(kit, rows):
    records = [r for r in kit.plain_records() if (r.restorer, r.task) != ("identity", "rain")]
    found = rows([*records, *kit.scored("other", "roads", 1, 2)])
    assert found["net"].rank == 1
    assert found["net"].skill is None


def test_a_disqualified_row_does_not_compete(kit):
    from restorebench.leaderboard import Ranking, Roles, boards
    from restorebench.leaderboard.methods.board import method_board

    roles = Roles(disqualified={"rain-net": "saw the targets"})
    made = boards(kit.plain_records(), kit.suite_of(), ranking=Ranking(roles=roles))
    net = next(row for row in method_board(made).rows if row.method == "net")
    assert (net.rank, net.lacks) == (None, ("rain",))


def test_numbers_without_images_have_no_such_board(kit):
    from restorebench.leaderboard import Outside, Ranking, boards, parse_rule
    from restorebench.leaderboard.methods.board import method_board
    from restorebench.leaderboard.methods.wins import board_wins
    from restorebench.leaderboard.ranking.values import Values

    mos = Values.of(["identity", "fog-net", "rain-net"], {"mos": [3.0, 4.0, 4.0]})
    ranking = Ranking(parse_rule("mos"), outside=Outside(mos, {"mos": True}))
    made = boards(kit.plain_records(), kit.suite_of(), ranking=ranking)
    assert method_board(made) is None
    assert [board_wins(board) for board in made] == [None, None]


def test_every_task_that_ships_has_the_four_methods():
    from restorebench.plugins import suite as installed

    suite = installed()
    for task in ("bokeh", "dehaze", "shadow", "stereo"):
        own = [s for s in suite.restorers if task in s.tasks and s.default]
        assert {"classical", "NAFNet regression", "Refusion diffusion"} <= {s.method for s in own}
        assert suite.restorers[suite.tasks[task].reference].method == "identity"
        named = [s.method for s in own if s.method]
        assert len(named) == len(set(named))
